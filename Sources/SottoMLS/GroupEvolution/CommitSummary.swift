// What a commit changed, for the application.

package import SottoWire

/// What a commit changed.
public struct CommitSummary: Hashable, Sendable {
    /// As whom the commit was sent: a member, or somebody who adds itself.
    public let sender: Sender
    /// Who committed, as known in the epoch that ended; who adds itself, as known from now on.
    public let committer: Member
    /// What everybody on the way could read, of a PrivateMessage or PublicMessage.
    public let authenticatedData: [UInt8]
    /// The epoch that began.
    public let epoch: UInt64
    /// Where the new members are that were added by proposals.
    public let added: [LeafIndex]
    /// The members that are no more.
    public let removed: [Member]
    /// The members that proposed new leaves for themselves, and have them now.
    public let updatedLeaves: [LeafIndex]
    /// Whether the committer has a new leaf and new keys above it.
    public let updated: Bool
    /// Whether the GroupContext has other extensions.
    public let extensionsChanged: Bool
    /// The keys that went into the epoch's secrets.
    public let preSharedKeys: [PreSharedKeyID]
    /// What is to follow the group, which is over then.
    public let reInit: ReInit?
    /// What the application is to do.
    public let custom: [CustomProposal]
}

extension CommitSummary: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        sender = try reader.value()
        committer = try reader.value()
        authenticatedData = try reader.opaque()
        epoch = try reader.uint64()
        added = try reader.vector()
        removed = try reader.vector()
        updatedLeaves = try reader.vector()
        updated = try reader.uint8() == 1
        extensionsChanged = try reader.uint8() == 1
        preSharedKeys = try reader.vector()
        reInit = try reader.optional()
        custom = try reader.vector()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(sender)
        writer.value(committer)
        writer.opaque(authenticatedData)
        writer.uint64(epoch)
        writer.vector(added)
        writer.vector(removed)
        writer.vector(updatedLeaves)
        writer.uint8(updated ? 1 : 0)
        writer.uint8(extensionsChanged ? 1 : 0)
        writer.vector(preSharedKeys)
        writer.optional(reInit)
        writer.vector(custom)
    }
}

extension CustomProposal: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        self.init(type: try reader.value(), data: try reader.opaque())
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(type)
        writer.opaque(data)
    }
}
