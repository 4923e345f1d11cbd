// How many bytes a tree may take: what is written must be readable again.

import SottoCrypto

extension LeafNode {
    /// Checks that the leaf is not longer than leaves may be.
    func checkLength() throws(LeafRefusal) {
        guard encodedBytes.count <= MLSLimits.leafBytesMax else { throw .tooLong }
    }
}

extension RatchetTree {
    /// Whether the tree stays within its limit if a leaf is added, or replaces another, whatever
    /// paths are set in it later.
    func hasRoom(
        for leaf: LeafNode, replacing replaced: LeafNode? = nil, _ suite: CipherSuite
    ) -> Bool {
        let change = leaf.encodedBytes.count - (replaced?.encodedBytes.count ?? 0)
        // Who asks for no more than it has is not refused.
        guard replaced == nil || change > 0 else { return true }
        let members = memberCount + (replaced == nil ? 1 : 0)
        let leaves = Int(size.leaves) * (members > Int(size.leaves) ? 2 : 1)
        return Self.bound(leafBytes: leafBytes + change, leaves, members, suite)
            <= MLSLimits.treeBytesMax
    }

    /// Whether the tree is within its limit, and stays there whatever paths are set in it.
    func isWithinBounds(_ suite: CipherSuite) -> Bool {
        Self.bound(leafBytes: leafBytes, Int(size.leaves), memberCount, suite)
            <= MLSLimits.treeBytesMax
    }

    /// The bytes of a tree without blank parents, in which each member is unmerged everywhere.
    private static func bound(
        leafBytes: Int, _ leaves: Int, _ members: Int, _ suite: CipherSuite
    ) -> Int {
        // Kinds and lengths take less than 16 bytes a node.
        let parent = suite.hpke.kem.publicKeyLength + suite.hashLength + 16
        let unmerged = 4 * members * (Int.bitWidth - leaves.leadingZeroBitCount)
        return leafBytes + 16 * leaves + parent * leaves + unmerged
    }
}
