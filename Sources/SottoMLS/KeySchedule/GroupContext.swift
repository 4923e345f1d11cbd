// What all members of an epoch agree on (RFC 9420 section 8.1).

public import SottoCrypto
package import SottoWire

/// The state that an epoch's secrets are bound to.
///
/// It is encoded once, since every message is signed under it.
public struct GroupContext: Sendable {
    /// The group's cipher suite.
    public let suite: CipherSuite
    /// The group.
    public let groupID: GroupID
    /// How many commits the group has seen.
    public let epoch: UInt64
    /// The hash of the ratchet tree.
    public let treeHash: [UInt8]
    /// The hash over all commits so far, but for the last one's confirmation tag.
    public let confirmedTranscriptHash: [UInt8]
    /// What the members agreed on beyond these.
    public let extensions: Extensions
    /// The context on the wire.
    package let encoded: [UInt8]

    /// The context of an epoch.
    package init(
        suite: CipherSuite, groupID: GroupID, epoch: UInt64, treeHash: [UInt8],
        confirmedTranscriptHash: [UInt8], extensions: Extensions
    ) {
        self.suite = suite
        self.groupID = groupID
        self.epoch = epoch
        self.treeHash = treeHash
        self.confirmedTranscriptHash = confirmedTranscriptHash
        self.extensions = extensions
        var writer = WireWriter()
        writer.value(ProtocolVersion.mls10)
        writer.uint16(suite.rawValue)
        writer.value(groupID)
        writer.uint64(epoch)
        writer.opaque(treeHash)
        writer.opaque(confirmedTranscriptHash)
        writer.value(extensions)
        encoded = writer.bytes
    }

    /// The context with some of its fields replaced.
    package func with(
        epoch: UInt64? = nil, treeHash: [UInt8]? = nil, confirmedTranscriptHash: [UInt8]? = nil,
        extensions: Extensions? = nil
    ) -> GroupContext {
        GroupContext(
            suite: suite, groupID: groupID, epoch: epoch ?? self.epoch,
            treeHash: treeHash ?? self.treeHash,
            confirmedTranscriptHash: confirmedTranscriptHash ?? self.confirmedTranscriptHash,
            extensions: extensions ?? self.extensions)
    }
}

extension GroupContext: Hashable {
    /// Contexts are equal if they are the same bytes.
    public static func == (left: GroupContext, right: GroupContext) -> Bool {
        left.encoded == right.encoded
    }

    /// By the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(encoded) }
}

extension GroupContext: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        _ = try reader.value(ProtocolVersion.self)
        let suite = try reader.cipherSuite()
        self.init(
            suite: suite, groupID: try reader.value(), epoch: try reader.uint64(),
            treeHash: try reader.opaque(), confirmedTranscriptHash: try reader.opaque(),
            extensions: try reader.value())
    }

    package func encode(to writer: inout WireWriter) { writer.fixed(encoded) }
}

extension WireReader {
    /// A cipher suite that we have; `.unknownValue` otherwise.
    package mutating func cipherSuite() throws(WireError) -> CipherSuite {
        let number = try uint16()
        do { return try CipherSuite(rawValue: number) } catch {
            throw .unknownValue(UInt64(number))
        }
    }
}
