// Messages that only members can read (RFC 9420 section 6.3).

package import SottoWire

/// A message that says to who carries it only its group, its epoch and what kind it is.
public struct PrivateMessage: Hashable, Sendable {
    /// The group it is said in.
    public let groupID: GroupID
    /// The epoch it is said in.
    public let epoch: UInt64
    /// What it holds.
    public let contentType: ContentType
    /// What the application shows to everybody on the way.
    public let authenticatedData: [UInt8]
    let encryptedSenderData: [UInt8]
    let ciphertext: [UInt8]
}

extension PrivateMessage: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        groupID = try reader.value()
        epoch = try reader.uint64()
        contentType = try reader.value()
        authenticatedData = try reader.opaque()
        encryptedSenderData = try reader.opaque()
        ciphertext = try reader.opaque()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(groupID)
        writer.uint64(epoch)
        writer.value(contentType)
        writer.opaque(authenticatedData)
        writer.opaque(encryptedSenderData)
        writer.opaque(ciphertext)
    }
}

/// Which key of whose ratchet a message is encrypted with (section 6.3.2).
package struct SenderData: Hashable, Sendable, WireCodable {
    /// The member who says it.
    package let leaf: LeafIndex
    /// The position in the member's ratchet.
    package let generation: UInt32
    /// Four random bytes in the nonce, in case a position is used twice.
    package let reuseGuard: [UInt8]

    /// The sender data of a message.
    package init(leaf: LeafIndex, generation: UInt32, reuseGuard: [UInt8]) {
        self.leaf = leaf
        self.generation = generation
        self.reuseGuard = reuseGuard
    }

    package init(from reader: inout WireReader) throws(WireError) {
        leaf = try reader.value()
        generation = try reader.uint32()
        reuseGuard = try reader.fixed(4)
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(leaf)
        writer.uint32(generation)
        writer.fixed(reuseGuard)
    }
}
