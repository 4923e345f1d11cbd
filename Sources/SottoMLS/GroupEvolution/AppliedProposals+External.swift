// The place of somebody who joins by a commit of its own (RFC 9420 section 12.4.3.2).

extension AppliedProposals {
    /// Finds the place of who adds itself, and checks the leaf that it wants there. The leaf is
    /// not put there: the path does that.
    ///
    /// If it gives up a former leaf, the new one is judged as one that replaces it.
    func admit(
        _ leaf: LeafNode, to tree: inout RatchetTree, in epoch: PublicEpoch, _ policy: LeafPolicy
    ) throws(LeafRefusal) -> Member {
        try leaf.checkLength()
        guard case .commit = leaf.source else { throw .wrongSource }
        let suite = epoch.context.suite
        let former = sorted.formerLeaf.flatMap { epoch.tree.leaf(at: $0) }
        guard leaf.encryptionKey != former?.encryptionKey else { throw .keyInUse }
        try tree.checkNeighbours(of: leaf)
        guard tree.hasRoom(for: leaf, suite), let index = tree.freePlace() else {
            throw .groupFull
        }
        try leaf.checkSignature(
            place: LeafPlace(group: epoch.context.groupID, index: index), suite)
        try leaf.checkOwnCapabilities(suite)
        try leaf.checkEncryptionKey(suite)
        try demands.check(leaf)
        try policy.check(leaf, from: former.map { .replacing($0) } ?? .joining, suite)
        return Member(index: index, leaf: leaf)
    }
}
