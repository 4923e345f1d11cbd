// Which of the proposals that were sent exclude each other (RFC 9420 section 12.2).

/// Which of several proposals that exclude each other is the one.
struct ProposalConflicts {
    private let committer: Sender
    private let changes: [LeafIndex: ProposalRef]
    private let ownRemoves: Set<LeafIndex>
    private let hasOwnExtensions: Bool

    /// - Parameters:
    ///   - own: What the commit holds itself.
    ///   - tree: To which that was applied.
    init(
        _ cached: [ReceivedProposal], with own: SortedProposals, _ committer: Sender,
        _ tree: RatchetTree
    ) {
        let allowsSelfRemoves = Self.allowSelfRemoves(cached, committer, tree)
        var removes: Set<LeafIndex> = []
        var changes: [LeafIndex: ProposalRef] = [:]
        for entry in cached where allowsSelfRemoves && entry.proposal == .selfRemove {
            guard let leaf = entry.sender.leaf, removes.insert(leaf).inserted else { continue }
            changes[leaf] = entry.reference
        }
        for entry in cached {
            switch entry.proposal {
            case .remove(let leaf):
                if removes.insert(leaf).inserted { changes[leaf] = entry.reference }
            case .update:
                guard let leaf = entry.sender.leaf, !removes.contains(leaf) else { continue }
                changes[leaf] = entry.reference
            default: continue
            }
        }
        self.committer = committer
        self.changes = changes
        ownRemoves = Set(own.removes)
        hasOwnExtensions = own.extensions != nil
    }

    /// Whether all members that are left know `selfRemove`, if everybody is removed whom somebody
    /// wants removed.
    private static func allowSelfRemoves(
        _ cached: [ReceivedProposal], _ committer: Sender, _ tree: RatchetTree
    ) -> Bool {
        var leaving: Set<LeafIndex> = []
        for entry in cached {
            switch entry.proposal {
            case .remove(let leaf): leaving.insert(leaf)
            case .selfRemove: if let leaf = entry.sender.leaf { leaving.insert(leaf) }
            default: continue
            }
        }
        if let own = committer.leaf { leaving.remove(own) }
        let leaves = leaving.compactMap { tree.leaf(at: $0) }
        var census = tree.census
        for leaf in leaves { census.remove(leaf) }
        return census.isSupported(.selfRemove, by: tree.memberCount - leaves.count)
    }

    /// Whether no other proposal is to be preferred to this one.
    func allow(_ entry: ReceivedProposal) -> Bool {
        switch entry.proposal {
        case .remove(let leaf):
            return leaf != committer.leaf && !ownRemoves.contains(leaf)
                && changes[leaf] == entry.reference
        case .update, .selfRemove:
            guard entry.sender != committer, let leaf = entry.sender.leaf else { return false }
            return !ownRemoves.contains(leaf) && changes[leaf] == entry.reference
        case .groupContextExtensions: return !hasOwnExtensions
        default: return true
        }
    }
}
