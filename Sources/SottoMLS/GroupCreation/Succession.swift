// Groups that follow or branch off another, as joiners check it (RFC 9420 section 11).

import SottoCrypto

/// Why a group may not follow another.
public enum PredecessorFault: Error, Hashable, Sendable {
    /// The invitation says that the group follows this epoch of a group, which was not given.
    case missing(GroupID, epoch: UInt64)
    /// The predecessor was not to be replaced, or not after this epoch.
    case notReInitialized
    /// The epoch of the predecessor is not kept, or its records were not loaded.
    case epochNotKept(UInt64)
    /// The invitation does not prove that the group follows the predecessor, or proves more.
    case preSharedKeys
    /// The group is not in its first epoch.
    case epoch
    /// The group has another suite than it must have.
    case suite
    /// The group has another id than it must have.
    case groupID
    /// The group has other extensions than it must have.
    case extensions
    /// The members are not the predecessor's, or not among them.
    case members
}

/// That a group follows an epoch of another.
struct Succession: Sendable {
    /// What becomes of the predecessor.
    enum Kind: Sendable {
        /// It is replaced by the group that it agreed on.
        case reInit(ReInit)
        /// It goes on.
        case branch
    }

    let kind: Kind
    let predecessor: Group
    let epoch: UInt64
    /// The members of that epoch.
    private let members: [Member]
    /// Its resumption key.
    private let key: Secret

    /// What the keys that an invitation depends on say of a predecessor; `nil` if they and the
    /// caller name none.
    init?(
        among ids: [PreSharedKeyID], of predecessor: Group?
    ) throws(PredecessorFault) {
        let uses = ids.compactMap(Use.init)
        guard let use = uses.first else {
            guard predecessor == nil else { throw .preSharedKeys }
            return nil
        }
        guard uses.count == 1 else { throw .preSharedKeys }
        guard let predecessor, predecessor.id == use.group else {
            throw .missing(use.group, epoch: use.epoch)
        }
        if use.isReInit {
            guard let reInit = predecessor.reInit, use.epoch == predecessor.epoch else {
                throw .notReInitialized
            }
            kind = .reInit(reInit)
        } else {
            kind = .branch
        }
        guard let (members, key) = predecessor.membersAndKey(of: use.epoch) else {
            throw .epochNotKept(use.epoch)
        }
        self.predecessor = predecessor
        epoch = use.epoch
        self.members = members
        self.key = key
    }

    /// What a group that we found follows.
    init(_ kind: Kind, _ predecessor: Group) {
        self.kind = kind
        self.predecessor = predecessor
        epoch = predecessor.epoch
        members = predecessor.members
        key = predecessor.resumptionKey
    }

    /// The key, if it is this one that is meant.
    func resumptionKey(_ wanted: PreSharedKeyID.Key) -> Secret? {
        guard case .resumption(_, predecessor.id, epoch) = wanted else { return nil }
        return key
    }

    /// Checks a group against what it follows.
    func check(
        _ context: GroupContext, _ tree: RatchetTree, _ policy: LeafPolicy
    ) throws(PredecessorFault) {
        guard context.epoch == 1 else { throw .epoch }
        switch kind {
        case .branch:
            guard context.suite == predecessor.suite else { throw .suite }
        case .reInit(let reInit):
            guard context.suite.rawValue == reInit.cipherSuite else { throw .suite }
            guard context.groupID == reInit.groupID else { throw .groupID }
            guard context.extensions == reInit.extensions else { throw .extensions }
        }
        let joined = tree.members.map { Member(index: $0.index, leaf: $0.leaf) }
        try check(joined, policy)
    }

    /// Checks that members were members before, and of a replaced group that none is missing.
    func check(_ joined: [Member], _ policy: LeafPolicy) throws(PredecessorFault) {
        var left: [[UInt8]: Int] = [:]
        for member in members { left[policy.validator.clientName(of: member), default: 0] += 1 }
        for member in joined {
            let name = policy.validator.clientName(of: member)
            guard let count = left[name] else { throw .members }
            left[name] = count == 1 ? nil : count - 1
        }
        if case .reInit = kind, !left.isEmpty { throw .members }
    }
}

/// A use of a resumption key to found a group.
private struct Use {
    let group: GroupID
    let epoch: UInt64
    let isReInit: Bool

    init?(_ id: PreSharedKeyID) {
        guard case .resumption(let usage, let group, let epoch) = id.key, usage != .application
        else { return nil }
        self.group = group
        self.epoch = epoch
        isReInit = usage == .reInit
    }
}

extension Group {
    fileprivate func membersAndKey(of epoch: UInt64) -> ([Member], Secret)? {
        if epoch == self.epoch { return (members, resumptionKey) }
        guard pastEpochs.contains(where: { $0.number == epoch }),
            let past = loaded[epoch]?.past
        else { return nil }
        return (past.members, past.resumption)
    }
}
