// The tree of secrets that each member's message keys grow from (RFC 9420 section 9).

package import SottoCrypto
package import SottoWire

/// The secrets of an epoch that nobody has used yet.
///
/// It holds as few nodes as possible: the root at first. Taking a leaf's secret splits the nodes
/// above it and forgets them, so that no secret in here leads to a taken one (section 9.2).
package struct SecretTree: Sendable {
    private let size: TreeSize
    private var nodes: ChunkedArray<Secret?>

    /// The tree of an epoch.
    package init(encryptionSecret: Secret, size: TreeSize) {
        self.size = size
        nodes = ChunkedArray(repeating: nil, count: Int(size.nodes))
        self[size.root] = encryptionSecret
    }

    /// Whether the secret of a leaf was taken.
    package func isTaken(_ leaf: LeafIndex) -> Bool { holder(of: leaf) == nil }

    /// Takes a leaf's secret out of the tree, for good.
    ///
    /// - Returns: The ratchets that start from it, `nil` if it was taken or never there.
    package mutating func take(_ leaf: LeafIndex, _ suite: CipherSuite) -> SenderRatchets? {
        guard var node = holder(of: leaf), var secret = self[node] else { return nil }
        self[node] = nil
        while let left = node.left, let right = node.right {
            let leftSecret = suite.child("left", of: secret)
            let rightSecret = suite.child("right", of: secret)
            if left.covers(leaf) {
                self[right] = rightSecret
                (node, secret) = (left, leftSecret)
            } else {
                self[left] = leftSecret
                (node, secret) = (right, rightSecret)
            }
        }
        return SenderRatchets(leafSecret: secret, suite: suite)
    }

    private subscript(node: NodeIndex) -> Secret? {
        get { nodes[Int(node.value)] }
        set { nodes[Int(node.value)] = newValue }
    }

    /// The node at or above a leaf whose secret is still here.
    private func holder(of leaf: LeafIndex) -> NodeIndex? {
        guard size.contains(leaf) else { return nil }
        var node: NodeIndex? = leaf.node
        while let current = node, self[current] == nil { node = current.parent(in: size) }
        return node
    }
}

extension CipherSuite {
    fileprivate func child(_ side: String, of secret: Secret) -> Secret {
        expandWithLabel(secret, label: "tree", context: side.utf8, length: hashLength)
    }
}

extension SecretTree: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        guard let size = TreeSize(leaves: try reader.uint32()) else { throw .malformed }
        self.size = size
        nodes = ChunkedArray(repeating: nil, count: Int(size.nodes))
        let count = try reader.uint32()
        for _ in 0..<count {
            let index = NodeIndex(try reader.uint32())
            guard index.value < size.nodes else { throw .malformed }
            self[index] = try reader.secret()
        }
    }

    package func encode(to writer: inout WireWriter) {
        writer.uint32(size.leaves)
        let held = nodes.written.compactMap { number, secret in
            secret.map { (number: UInt32(number), secret: $0) }
        }
        writer.uint32(UInt32(held.count))
        for (number, secret) in held {
            writer.uint32(number)
            writer.secret(secret)
        }
    }
}
