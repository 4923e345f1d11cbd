// The name of a group.

public import SottoCrypto
package import SottoWire

/// What distinguishes a group from every other (RFC 9420 section 11).
public struct GroupID: Hashable, Sendable {
    /// The id as it stands in every message of the group.
    public let bytes: [UInt8]

    /// An id that was chosen elsewhere.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A fresh id of 32 bytes, which no other group has.
    public static func random(using entropy: inout Entropy) -> GroupID {
        GroupID(entropy.bytes(32))
    }
}

extension GroupID: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        bytes = try reader.opaque(max: MLSLimits.groupIDBytesMax)
    }

    package func encode(to writer: inout WireWriter) { writer.opaque(bytes) }
}
