// The tree that a group's members agree on: who they are, and the keys that subsets of them share.

/// A full binary tree of members' leaves and shared keys (RFC 9420 sections 4 and 7).
///
/// A value: copies share their nodes until they write to them. Tree hashes are kept with the
/// nodes; what changes forgets those on its way to the root and no others.
package struct RatchetTree: Sendable {
    /// How large the tree is.
    package private(set) var size: TreeSize
    private var nodes: ChunkedArray<TreeNode>
    private var hashes: ChunkedArray<[UInt8]>
    private var encryptionKeys = KeyIndex()
    private var signatureKeys = KeyIndex()
    /// No leaf before this one is blank.
    private var firstBlankLeaf: UInt32 = 0
    /// All leaves from this one on are blank.
    private var leafEnd: UInt32 = 0

    /// How many members there are.
    package private(set) var memberCount = 0
    /// What the members' leaves say that they are and can do, counted.
    private(set) var census = LeafCensus()
    /// How many bytes the leaves have together.
    private(set) var leafBytes = 0
    /// Whether no two members share a signature key, nor two nodes an encryption key.
    private(set) var keysAreUnique = true

    /// The tree of a group of one (RFC 9420 section 11).
    package init(creator: LeafNode) {
        self.init(size: .one)
        set(.leaf(creator), at: NodeIndex(0))
    }

    init(size: TreeSize) {
        self.size = size
        nodes = ChunkedArray(repeating: .blank, count: Int(size.nodes))
        hashes = ChunkedArray(repeating: [], count: Int(size.nodes))
    }

    /// What stands at a position, `.blank` outside the tree.
    package subscript(node: NodeIndex) -> TreeNode {
        node.value < size.nodes ? nodes[Int(node.value)] : .blank
    }

    /// The leaf of a member, `nil` if there is none at this place.
    package func leaf(at index: LeafIndex) -> LeafNode? {
        guard size.contains(index), case .leaf(let leaf) = self[index.node] else { return nil }
        return leaf
    }

    /// The members from left to right.
    package var members: some Sequence<(index: LeafIndex, leaf: LeafNode)> {
        (0..<size.leaves).lazy.compactMap { number in
            let index = LeafIndex(number)
            return leaf(at: index).map { (index, $0) }
        }
    }

    /// Whether a member signs with this key.
    package func hasSignatureKey(_ key: [UInt8]) -> Bool { signatureKeys.contains(key) }

    /// Whether a node has this encryption key.
    package func hasEncryptionKey(_ key: [UInt8]) -> Bool { encryptionKeys.contains(key) }

    /// Puts something at a position of the tree, of the kind that belongs there. Nothing else is
    /// changed: whether the tree is still a valid one is not asked.
    package mutating func set(_ node: TreeNode, at index: NodeIndex) {
        forget(self[index], at: index)
        nodes[Int(index.value)] = node
        markChanged(index)
        guard let key = node.encryptionKey else { return }
        if !encryptionKeys.insert(key) { keysAreUnique = false }
        guard case .leaf(let leaf) = node else { return }
        if !signatureKeys.insert(leaf.signatureKey) { keysAreUnique = false }
        census.add(leaf)
        memberCount += 1
        leafBytes += leaf.encodedBytes.count
        leafEnd = Swift.max(leafEnd, index.value / 2 + 1)
    }

    private mutating func forget(_ node: TreeNode, at index: NodeIndex) {
        guard let key = node.encryptionKey else { return }
        encryptionKeys.remove(key)
        guard case .leaf(let leaf) = node else { return }
        signatureKeys.remove(leaf.signatureKey)
        census.remove(leaf)
        memberCount -= 1
        leafBytes -= leaf.encodedBytes.count
        if let leaf = index.leaf { firstBlankLeaf = Swift.min(firstBlankLeaf, leaf.value) }
    }

    /// Forgets the hashes of a node and of all above it. Those above a forgotten one are
    /// forgotten already.
    private mutating func markChanged(_ index: NodeIndex) {
        var node: NodeIndex? = index
        while let current = node, !hashes[Int(current.value)].isEmpty {
            hashes[Int(current.value)] = []
            node = current.parent(in: size)
        }
    }

    /// Remembers the hash of a node. Those of its children are remembered already.
    mutating func remember(_ hash: [UInt8], of node: NodeIndex) {
        hashes[Int(node.value)] = hash
    }

    /// The remembered hash of a node, empty if there is none.
    func rememberedHash(of node: NodeIndex) -> [UInt8] { hashes[Int(node.value)] }
}

// MARK: - Adding and removing leaves

extension RatchetTree {
    /// Adds a member at the leftmost free place (RFC 9420 section 12.1.1).
    ///
    /// - Returns: The place, `nil` if the tree has reached its limit and is as it was.
    package mutating func add(_ leaf: LeafNode) -> LeafIndex? {
        guard let index = freePlace() else { return nil }
        for step in size.directPath(of: index) {
            let place = Int(step.node.value)
            guard case .parent(var parent) = nodes[place] else { continue }
            // The list of unmerged leaves has one owner while it grows, and so is not copied.
            nodes[place] = .blank
            parent.addUnmerged(index)
            nodes[place] = .parent(parent)
        }
        // The whole path is marked, since each of its parents may have changed.
        set(.leaf(leaf), at: index.node)
        firstBlankLeaf = index.value + 1
        return index
    }

    /// The leftmost free place, for which the tree grows if it has none (sections 7.7 and 12.4.2).
    ///
    /// - Returns: `nil` if the tree has reached its limit and is as it was.
    mutating func freePlace() -> LeafIndex? {
        var number = firstBlankLeaf
        while number < size.leaves, !self[LeafIndex(number).node].isBlank { number += 1 }
        if number == size.leaves {
            guard let larger = TreeSize(leaves: size.leaves * 2) else { return nil }
            size = larger
            nodes.grow(to: Int(larger.nodes))
            hashes.grow(to: Int(larger.nodes))
        }
        return LeafIndex(number)
    }

    /// Replaces a member's leaf and blanks the nodes above it (section 12.1.2).
    package mutating func update(_ index: LeafIndex, to leaf: LeafNode) {
        set(.leaf(leaf), at: index.node)
        blankDirectPath(of: index)
    }

    /// Removes a member, blanks the nodes above it and drops the right half while it is empty
    /// (section 12.1.3).
    package mutating func remove(_ index: LeafIndex) {
        set(.blank, at: index.node)
        blankDirectPath(of: index)
        while leafEnd > 1, self[LeafIndex(leafEnd - 1).node].isBlank { leafEnd -= 1 }
        if let smaller = TreeSize(covering: LeafIndex(Swift.max(leafEnd, 1) - 1)) {
            truncate(to: smaller)
        }
    }

    /// Blanks the nodes above a leaf.
    mutating func blankDirectPath(of index: LeafIndex) {
        for step in size.directPath(of: index) where !self[step.node].isBlank {
            set(.blank, at: step.node)
        }
    }

    private mutating func truncate(to smaller: TreeSize) {
        for number in smaller.nodes..<size.nodes {
            forget(self[NodeIndex(number)], at: NodeIndex(number))
        }
        nodes.shrink(to: Int(smaller.nodes))
        hashes.shrink(to: Int(smaller.nodes))
        size = smaller
    }
}
