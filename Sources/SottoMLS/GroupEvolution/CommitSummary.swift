// What a commit changed, for the application; and what can be wrong with one.

package import SottoWire

/// What a commit changed.
public struct CommitSummary: Hashable, Sendable {
    /// Who committed, as known in the epoch that ended.
    public let sender: Member
    /// What everybody on the way could read, of a PrivateMessage or PublicMessage.
    public let authenticatedData: [UInt8]
    /// The epoch that began.
    public let epoch: UInt64
    /// Where the new members are.
    public let added: [LeafIndex]
    /// The members that are no more.
    public let removed: [Member]
    /// Whether the committer has a new leaf and new keys above it.
    public let updated: Bool
    /// Whether the GroupContext has other extensions.
    public let extensionsChanged: Bool
}

extension CommitSummary: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        sender = try reader.value()
        authenticatedData = try reader.opaque()
        epoch = try reader.uint64()
        added = try reader.vector()
        removed = try reader.vector()
        updated = try reader.uint8() == 1
        extensionsChanged = try reader.uint8() == 1
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(sender)
        writer.opaque(authenticatedData)
        writer.uint64(epoch)
        writer.vector(added)
        writer.vector(removed)
        writer.uint8(updated ? 1 : 0)
        writer.uint8(extensionsChanged ? 1 : 0)
    }
}

/// Why proposals cannot be committed (RFC 9420 section 12.2).
public enum ProposalFault: Error, Hashable, Sendable {
    /// The committer proposes an Update to itself: a path is for that.
    case updateByCommitter
    /// The committer removes itself.
    case removesCommitter
    /// A Remove names no member.
    case unknownLeaf(LeafIndex)
    /// A member is removed twice.
    case removedTwice(LeafIndex)
    /// A client cannot be added.
    case add(LeafRefusal)
    /// The group has reached its limit.
    case groupFull
    /// The GroupContext extensions are replaced twice.
    case extensionsTwice
    /// A member does not support the new GroupContext extensions, or does not meet their demands,
    /// or the demands are not well-formed.
    case extensionsNotSupported
    /// The key exchange of an external commit is in a member's.
    case externalInit
}

/// Why a commit is not followed (RFC 9420 section 12.4.2).
public enum CommitFault: Error, Hashable, Sendable {
    /// Its proposals are not ones that can be committed together.
    case proposals(ProposalFault)
    /// It has no path, and must have one.
    case pathMissing
    /// The committer's new leaf is refused.
    case leaf(LeafRefusal)
    /// The path does not fit the tree or does not open.
    case path(PathFault)
    /// The committer has reached another state than we did.
    case confirmationTag
}
