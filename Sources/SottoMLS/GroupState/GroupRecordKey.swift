// How a group lies in a store: several records, so that a message rewrites only small ones.

package import SottoWire

/// Names one record of a group.
///
/// What a commit changes is in `.epoch`; what an application message changes is in `.ratchet`,
/// and in `.secretTree` when it is the first one of its sender in its epoch.
public enum GroupRecordKey: Hashable, Sendable {
    /// The current epoch: context, tree, secrets, private keys.
    case epoch
    /// Our commit that waits to be ordered, with the epoch that it leads to.
    case pendingCommit
    /// The secrets of an epoch that no sender has used yet.
    case secretTree(epoch: UInt64)
    /// One sender's message keys in an epoch.
    case ratchet(epoch: UInt64, LeafIndex)
    /// What reading late messages of an earlier epoch takes besides those.
    case pastEpoch(UInt64)
    /// What was proposed in the current epoch and not committed.
    case proposals

    /// The kind of record, as a number.
    public var kind: UInt8 {
        switch self {
        case .epoch: 1
        case .pendingCommit: 2
        case .secretTree: 3
        case .ratchet: 4
        case .pastEpoch: 5
        case .proposals: 6
        }
    }

    /// The epoch with which the record goes, `nil` if it outlives epochs.
    public var epochNumber: UInt64? {
        switch self {
        case .epoch, .pendingCommit, .proposals: nil
        case .secretTree(let epoch), .ratchet(let epoch, _), .pastEpoch(let epoch): epoch
        }
    }

    /// The sender whose record it is, `nil` if it is no sender's.
    public var sender: LeafIndex? {
        if case .ratchet(_, let sender) = self { sender } else { nil }
    }

    /// The key with these parts, `nil` if no key has them.
    public init?(kind: UInt8, epochNumber: UInt64?, sender: LeafIndex?) {
        switch (kind, epochNumber, sender) {
        case (1, nil, nil): self = .epoch
        case (2, nil, nil): self = .pendingCommit
        case (3, let epoch?, nil): self = .secretTree(epoch: epoch)
        case (4, let epoch?, let sender?): self = .ratchet(epoch: epoch, sender)
        case (5, let epoch?, nil): self = .pastEpoch(epoch)
        case (6, nil, nil): self = .proposals
        default: return nil
        }
    }
}

extension GroupRecordKey: Comparable {
    /// By kind, then epoch, then sender.
    public static func < (left: GroupRecordKey, right: GroupRecordKey) -> Bool {
        let left = (left.kind, left.epochNumber ?? 0, left.sender?.value ?? 0)
        return left < (right.kind, right.epochNumber ?? 0, right.sender?.value ?? 0)
    }
}

extension GroupRecordKey: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        let kind = try reader.uint8()
        let epoch = try reader.optional(UInt64.self)
        let sender = try reader.optional(LeafIndex.self)
        guard let key = GroupRecordKey(kind: kind, epochNumber: epoch, sender: sender) else {
            throw .malformed
        }
        self = key
    }

    package func encode(to writer: inout WireWriter) {
        writer.uint8(kind)
        writer.optional(epochNumber)
        writer.optional(sender)
    }
}

/// What an operation changed, to be stored together with what it gave, in this order.
public enum GroupChange: Hashable, Sendable {
    /// The record has a new form: `Group.encoded(_:)` says which.
    case write(GroupRecordKey)
    /// The record is no more.
    case delete(GroupRecordKey)
    /// No record with this `epochNumber` is any more.
    case deleteEpoch(UInt64)
}
