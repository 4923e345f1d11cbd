// New keys for a member and for everything above it, on the wire (RFC 9420 section 7.6).

package import SottoCrypto
package import SottoWire

/// A new key of the path, and its secret sealed to those who are to have it.
package struct UpdatePathNode: Hashable, Sendable, WireCodable {
    /// The node's public key.
    package let encryptionKey: [UInt8]
    /// The path secret, once for each node in the resolution of the copath.
    package let encryptedPathSecret: [HPKECiphertext]

    /// A key and its secret, sealed.
    package init(encryptionKey: [UInt8], encryptedPathSecret: [HPKECiphertext]) {
        self.encryptionKey = encryptionKey
        self.encryptedPathSecret = encryptedPathSecret
    }

    package init(from reader: inout WireReader) throws(WireError) {
        encryptionKey = try reader.opaque()
        encryptedPathSecret = try reader.vector()
    }

    package func encode(to writer: inout WireWriter) {
        writer.opaque(encryptionKey)
        writer.vector(encryptedPathSecret)
    }
}

/// What a commit changes above its sender.
package struct UpdatePath: Hashable, Sendable, WireCodable {
    /// The sender's new leaf.
    package let leafNode: LeafNode
    /// The new keys on the filtered direct path, from the leaf upwards.
    package let nodes: [UpdatePathNode]

    /// A leaf and the keys above it. Whether they fit a tree is for that tree to say.
    package init(leafNode: LeafNode, nodes: [UpdatePathNode]) {
        self.leafNode = leafNode
        self.nodes = nodes
    }

    package init(from reader: inout WireReader) throws(WireError) {
        leafNode = try reader.value()
        nodes = try reader.vector()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(leafNode)
        writer.vector(nodes)
    }
}
