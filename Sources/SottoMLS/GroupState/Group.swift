// A group as one of its members sees it: a value that every operation replaces as a whole.

public import SottoCrypto
import SottoWire

/// One member's state of a group (RFC 9420).
///
/// Each mutating operation either succeeds, and says which records it changed, or throws, and
/// leaves the group exactly as it was. Copies are cheap and independent, so an application can
/// try an operation on a copy, store what it changed, and only then take the copy over.
///
/// Not everything needs to be in memory: an operation that needs a record that was not loaded
/// throws `.missing`, and succeeds once `load(_:_:)` was called with it.
public struct Group: Sendable {
    let signer: SignaturePrivateKey
    var current: EpochState
    /// Earlier epochs that can be read, the oldest first.
    var pastEpochs: [EndedEpoch]
    /// Of the current epoch and of the past ones.
    var loaded: [UInt64: LoadedEpoch]
    /// Our commit that waits to be ordered.
    public internal(set) var pendingCommit: PendingCommit?
    /// What was proposed in the current epoch.
    var proposalCache = ProposalCache()

    /// The start of a membership.
    init(current: EpochState, secretTree: SecretTree, signer: SignaturePrivateKey) {
        self.signer = signer
        self.current = current
        pastEpochs = []
        loaded = [current.context.epoch: LoadedEpoch(secretTree: secretTree)]
    }

    /// A membership taken up again, with nothing loaded but the current epoch.
    init(
        current: EpochState, pastEpochs: [EndedEpoch], signer: SignaturePrivateKey
    ) {
        self.signer = signer
        self.current = current
        self.pastEpochs = pastEpochs
        loaded = [:]
    }
}

// MARK: - What the group is

extension Group {
    /// The group's name.
    public var id: GroupID { current.context.groupID }
    /// The group's cipher suite.
    public var suite: CipherSuite { current.context.suite }
    /// How many commits the group has seen.
    public var epoch: UInt64 { current.context.epoch }
    /// What the members agree on.
    public var context: GroupContext { current.context }
    /// The extensions of the GroupContext.
    public var extensions: Extensions { current.context.extensions }
    /// Our own place.
    public var ownLeaf: LeafIndex { current.ownLeaf }

    /// The members from left to right.
    public var members: [Member] {
        current.tree.members.map { Member(index: $0.index, leaf: $0.leaf) }
    }

    /// All that a member's leaf says, `nil` if there is no member at this place.
    public func leafNode(at index: LeafIndex) -> LeafNode? { current.tree.leaf(at: index) }

    /// The encoded tree, for joiners whose Welcome does not carry it (RFC 9420 section 12.4.3.3).
    public var ratchetTree: [UInt8] { current.tree.wireBytes }

    /// What is to follow the group. The group is over then: nothing more is said or changed in it,
    /// and what was said in earlier epochs can still be read (RFC 9420 section 11.2).
    public var reInit: ReInit? { current.reInit }

    /// What members can compare to find an impostor among them (RFC 9420 section 8.7).
    public var epochAuthenticator: Secret { current.secrets.authenticator }
}

// MARK: - Exporting

/// Why nothing is exported.
public enum ExportError: Error, Hashable, Sendable {
    /// The epoch's exporter secret was wiped.
    case wiped
    /// More bytes are wanted than can be derived, or less than none.
    case invalidLength
}

extension EpochState {
    func export(label: String, context: [UInt8], length: Int) throws(ExportError) -> Secret {
        guard let exporter = secrets.exporter else { throw .wiped }
        guard 0...MLSLimits.exportBytesMax ~= length else { throw .invalidLength }
        return self.context.suite.export(
            exporter, label: label, context: context, length: length)
    }
}

extension Group {
    /// A secret that all members of the current epoch can derive (RFC 9420 section 8.5).
    public func export(
        label: String, context: [UInt8], length: Int
    ) throws(ExportError) -> Secret {
        try current.export(label: label, context: context, length: length)
    }

    /// Forgets the exporter secret of the current epoch: what was not exported never will be.
    public mutating func wipeExporter() -> [GroupChange] {
        guard current.secrets.exporter != nil else { return [] }
        current.secrets.exporter = nil
        return [.write(.epoch)]
    }
}

// MARK: - From epoch to epoch

extension Group {
    /// Begins the next epoch: the one that ends becomes readable only, and what is too old is
    /// forgotten, as are our pending commit and what was proposed.
    mutating func advance(
        to next: EpochState, _ secretTree: SecretTree, at now: UnixTime
    ) -> [GroupChange] {
        let ended = current
        var changes: [GroupChange] = [
            .write(.pastEpoch(ended.context.epoch)),
            .write(.secretTree(epoch: next.context.epoch)), .write(.epoch),
        ]
        var past = loaded[ended.context.epoch] ?? LoadedEpoch()
        past.past = PastEpoch(ended)
        changes += past.end(ended.context.epoch, ownLeaf: ended.ownLeaf, suite)
        loaded[ended.context.epoch] = past
        pastEpochs.append(EndedEpoch(number: ended.context.epoch, endedAt: now))
        current = next
        loaded[next.context.epoch] = LoadedEpoch(secretTree: secretTree)
        let excess = max(0, pastEpochs.count - MLSLimits.pastEpochsMax)
        changes += forgetEpochs(
            pastEpochs.prefix(excess) + pastEpochs.filter { $0.isOver(at: now) })
        if !proposalCache.entries.isEmpty { changes.append(.delete(.proposals)) }
        proposalCache = ProposalCache()
        return changes + clearPendingCommit()
    }

    /// Forgets earlier epochs that ended too long ago (RFC 9420 section 9.2). What comes late from
    /// them cannot be read either way; without this, their keys stay until the next commit.
    public mutating func expirePastEpochs(now: UnixTime) -> [GroupChange] {
        let over = pastEpochs.filter { $0.isOver(at: now) }
        guard !over.isEmpty else { return [] }
        return forgetEpochs(over) + [.write(.epoch)]
    }

    private mutating func forgetEpochs(_ epochs: some Collection<EndedEpoch>) -> [GroupChange] {
        let numbers = Set(epochs.map(\.number)).sorted()
        pastEpochs.removeAll { numbers.contains($0.number) }
        for number in numbers { loaded[number] = nil }
        return numbers.map { .deleteEpoch($0) }
    }
}
