// What binds the contents of a tree: tree hashes and parent hashes (RFC 9420 sections 7.8, 7.9).

package import SottoCrypto
import SottoWire

extension RatchetTree {
    /// The hash of the whole tree (section 7.8). Only what changed is hashed again.
    package mutating func treeHash(_ suite: CipherSuite) -> [UInt8] {
        hash(of: size.root, suite)
    }

    /// The hash of the subtree at a node.
    package mutating func hash(of node: NodeIndex, _ suite: CipherSuite) -> [UInt8] {
        let remembered = rememberedHash(of: node)
        guard remembered.isEmpty else { return remembered }
        let hash: [UInt8]
        if let left = node.left, let right = node.right {
            let left = self.hash(of: left, suite)
            let right = self.hash(of: right, suite)
            hash = parentHash(of: self[node], left: left, right: right, suite)
        } else {
            hash = leafHash(of: self[node], at: node, suite)
        }
        remember(hash, of: node)
        return hash
    }

    /// The hash of a subtree as it was before these leaves came (section 7.9): they are blank in
    /// it, and nobody's unmerged leaves.
    ///
    /// The hashes of all nodes are remembered already.
    private func hash(
        of node: NodeIndex, without leaves: [LeafIndex], _ suite: CipherSuite
    ) -> [UInt8] {
        let below = leaves.filter { node.covers($0) }
        if below.isEmpty { return rememberedHash(of: node) }
        guard let left = node.left, let right = node.right else {
            return leafHash(of: .blank, at: node, suite)
        }
        var content = self[node]
        if case .parent(var parent) = content {
            let removed = Set(below)
            parent.unmergedLeaves.removeAll { removed.contains($0) }
            content = .parent(parent)
        }
        return parentHash(
            of: content, left: hash(of: left, without: below, suite),
            right: hash(of: right, without: below, suite), suite)
    }

    private func leafHash(of node: TreeNode, at index: NodeIndex, _ suite: CipherSuite) -> [UInt8] {
        var writer = WireWriter()
        writer.uint8(1)
        writer.uint32(index.value / 2)
        if case .leaf(let leaf) = node { writer.optional(leaf) } else { writer.uint8(0) }
        return suite.hash(writer.bytes)
    }

    private func parentHash(
        of node: TreeNode, left: [UInt8], right: [UInt8], _ suite: CipherSuite
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.uint8(2)
        if case .parent(let parent) = node { writer.optional(parent) } else { writer.uint8(0) }
        writer.opaque(left)
        writer.opaque(right)
        return suite.hash(writer.bytes)
    }
}

// MARK: - Parent hashes

extension RatchetTree {
    /// Sets new keys on the filtered direct path of a leaf, each bound to those above, and blanks
    /// the rest of its direct path (section 7.5).
    ///
    /// - Parameter keys: One for each node of the filtered direct path, from the leaf upwards.
    /// - Returns: The parent hash that binds the leaf to them, empty if the path is.
    package mutating func setPath(
        above leaf: LeafIndex, to keys: [[UInt8]], _ suite: CipherSuite
    ) -> [UInt8] {
        let path = filteredDirectPath(of: leaf)
        blankDirectPath(of: leaf)
        var binding: [UInt8] = []
        for (step, key) in zip(path, keys).reversed() {
            set(.parent(ParentNode(encryptionKey: key, parentHash: binding)), at: step.node)
            binding = Self.parentHash(
                key: key, parentHash: binding, sibling: hash(of: step.copath, suite), suite)
        }
        return binding
    }

    /// Whether every parent node was set by a member below it: exactly one node below is bound to
    /// it (section 7.9.2).
    ///
    /// The hashes of all nodes are remembered already, and unmerged leaves are consistent.
    func parentHashesAreValid(_ suite: CipherSuite) -> Bool {
        (0..<size.nodes).lazy.map { NodeIndex($0) }.allSatisfy { node in
            guard case .parent(let parent) = self[node],
                let left = node.left, let right = node.right
            else { return true }
            return isBound(parent, child: left, sibling: right, suite)
                != isBound(parent, child: right, sibling: left, suite)
        }
    }

    /// Whether a node at or below `child` has the parent hash of `parent` and nobody else is below
    /// `child` but leaves that came later.
    private func isBound(
        _ parent: ParentNode, child: NodeIndex, sibling: NodeIndex, _ suite: CipherSuite
    ) -> Bool {
        let later = Set(parent.unmergedLeaves.map(\.node))
        let bound = resolution(of: child).filter { !later.contains($0) }
        guard bound.count == 1, let hash = self[bound[0]].parentHash else { return false }
        return hash
            == Self.parentHash(
                key: parent.encryptionKey, parentHash: parent.parentHash,
                sibling: self.hash(of: sibling, without: parent.unmergedLeaves, suite), suite)
    }

    private static func parentHash(
        key: [UInt8], parentHash: [UInt8], sibling: [UInt8], _ suite: CipherSuite
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.opaque(key)
        writer.opaque(parentHash)
        writer.opaque(sibling)
        return suite.hash(writer.bytes)
    }
}
