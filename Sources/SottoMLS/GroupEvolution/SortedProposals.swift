// The proposals of a commit by kind, as far as they fit together (RFC 9420 section 12.2).

/// A list of proposals by kind, each kind in the order of the list.
///
/// What can be told from the list alone was checked: who may propose what, what may be there
/// once, what must be alone.
struct SortedProposals: Sendable {
    private(set) var extensions: Extensions?
    private(set) var updates: [(index: LeafIndex, leaf: LeafNode)] = []
    private(set) var removes: [LeafIndex] = []
    private(set) var adds: [KeyPackage] = []
    private(set) var preSharedKeys: [PreSharedKeyID] = []
    private(set) var reInit: ReInit?
    private(set) var custom: [CustomProposal] = []
    /// The key exchange of an external commit.
    private(set) var externalInit: [UInt8]?
    /// The members that remove themselves: they are among `removes`.
    private(set) var selfRemoves: [LeafIndex] = []
    /// Whether a commit of them must have a path (section 12.4).
    private(set) var requiresPath: Bool
    private var changed: Set<LeafIndex> = []
    private var keys: Set<PreSharedKeyID> = []
    private var references: Set<ProposalRef> = []

    init(
        _ proposals: [CommittedProposal], by committer: Sender
    ) throws(ProposalFault) {
        requiresPath = proposals.isEmpty
        for entry in proposals {
            if let reference = entry.reference, !references.insert(reference).inserted {
                throw .referencedTwice(reference)
            }
            try Self.check(entry.proposal, from: entry.sender)
            requiresPath = requiresPath || entry.proposal.requiresPath
            try take(entry, committer)
        }
        guard reInit == nil || proposals.count == 1 else { throw .reInitWithOthers }
        guard preSharedKeys.count <= MLSLimits.preSharedKeysMax else { throw .preSharedKeysFull }
        if committer == .newMemberCommit { try Self.checkExternal(proposals) }
    }

    /// Checks that such a sender may propose such a thing.
    static func check(_ proposal: Proposal, from sender: Sender) throws(ProposalFault) {
        guard !sender.mayPropose(proposal.type) else { return }
        throw proposal.type == .externalInit ? .externalInit : .notForSender(proposal.type)
    }

    private mutating func take(
        _ entry: CommittedProposal, _ committer: Sender
    ) throws(ProposalFault) {
        switch entry.proposal {
        case .add(let keyPackage): adds.append(keyPackage)
        case .update(let leaf):
            guard entry.sender != committer else { throw .updateByCommitter }
            guard let index = entry.sender.leaf else { throw .notForSender(.update) }
            try change(index)
            updates.append((index, leaf))
        case .remove(let leaf):
            guard leaf != committer.leaf else { throw .removesCommitter }
            try change(leaf)
            removes.append(leaf)
        case .preSharedKey(let id):
            guard keys.insert(id).inserted else { throw .preSharedKeyTwice }
            preSharedKeys.append(id)
        case .reInit(let new): reInit = new
        case .externalInit(let kemOutput): externalInit = kemOutput
        case .selfRemove:
            guard entry.reference != nil, entry.sender != committer, let leaf = entry.sender.leaf
            else { throw .selfRemoveByCommitter }
            try change(leaf)
            removes.append(leaf)
            selfRemoves.append(leaf)
        case .groupContextExtensions(let new):
            guard extensions == nil else { throw .extensionsTwice }
            extensions = new
        case .custom(let wish): custom.append(wish)
        }
    }

    private mutating func change(_ leaf: LeafIndex) throws(ProposalFault) {
        guard changed.insert(leaf).inserted else { throw .changedTwice(leaf) }
    }
}
