// A node above the leaves: a key that the members below it share.

package import SottoWire

/// A parent node that is not blank (RFC 9420 section 7.1).
package struct ParentNode: Hashable, Sendable {
    /// The HPKE key that the merged members below can open with.
    package var encryptionKey: [UInt8]
    /// Binds the next node above (section 7.9).
    package var parentHash: [UInt8]
    /// The members below that do not hold the private key yet, in ascending order.
    package var unmergedLeaves: [LeafIndex]

    /// A node as a path sets it.
    package init(
        encryptionKey: [UInt8], parentHash: [UInt8], unmergedLeaves: [LeafIndex] = []
    ) {
        self.encryptionKey = encryptionKey
        self.parentHash = parentHash
        self.unmergedLeaves = unmergedLeaves
    }
}

extension ParentNode {
    /// Whether a member below does not hold the private key yet.
    func isUnmerged(_ leaf: LeafIndex) -> Bool {
        let place = firstUnmerged(from: leaf)
        return place < unmergedLeaves.count && unmergedLeaves[place] == leaf
    }

    /// Says that a member below does not hold the private key.
    mutating func addUnmerged(_ leaf: LeafIndex) {
        unmergedLeaves.insert(leaf, at: firstUnmerged(from: leaf))
    }

    /// Where the first unmerged leaf stands that is not before this one.
    private func firstUnmerged(from leaf: LeafIndex) -> Int {
        var (low, high) = (0, unmergedLeaves.count)
        while low < high {
            let middle = (low + high) / 2
            if unmergedLeaves[middle] < leaf { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension ParentNode: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        encryptionKey = try reader.opaque()
        parentHash = try reader.opaque()
        unmergedLeaves = try reader.vector()
        guard zip(unmergedLeaves, unmergedLeaves.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw .malformed
        }
    }

    package func encode(to writer: inout WireWriter) {
        writer.opaque(encryptionKey)
        writer.opaque(parentHash)
        writer.vector(unmergedLeaves)
    }
}

/// What stands at a position of the tree.
package enum TreeNode: Hashable, Sendable {
    /// Nothing.
    case blank
    /// A member.
    case leaf(LeafNode)
    /// A shared key.
    case parent(ParentNode)

    /// Whether nothing stands here.
    package var isBlank: Bool {
        if case .blank = self { true } else { false }
    }

    /// The HPKE key at this position, `nil` if it is blank.
    package var encryptionKey: [UInt8]? {
        switch self {
        case .blank: nil
        case .leaf(let leaf): leaf.encryptionKey
        case .parent(let parent): parent.encryptionKey
        }
    }

    /// What binds the node above, `nil` if nothing does.
    package var parentHash: [UInt8]? {
        switch self {
        case .blank: return nil
        case .parent(let parent): return parent.parentHash
        case .leaf(let leaf):
            guard case .commit(let parentHash) = leaf.source else { return nil }
            return parentHash
        }
    }
}
