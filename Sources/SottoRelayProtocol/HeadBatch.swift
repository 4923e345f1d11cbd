// One signature for all heads of a transaction: the root of a tree with a head in each leaf.

package import SottoCrypto
import SottoWire

/// Signs many heads at once.
package enum HeadBatch {
    /// The heads, each with its proof, in the order given.
    ///
    /// - Parameter heads: All of one incarnation.
    /// - Throws: `.tooMany` over 1,024 heads [HEAD-4]; none is signed then.
    package static func sign(
        _ heads: [LaneHead], incarnation: Incarnation, at time: Timestamp,
        with key: SignaturePrivateKey
    ) throws(HeadBatchError) -> [SignedHead] {
        guard heads.count <= RelayLimits.headBatchMax else { throw .tooMany(heads.count) }
        guard !heads.isEmpty else { return [] }
        let levels = levels(over: heads.map(HeadNode.leaf))
        let size = UInt32(heads.count)
        let content = signing(
            incarnation: incarnation, time: time, size: size, root: levels[levels.count - 1][0])
        let signature = Labelled.sign(key, Label.headBatch, content)
        return heads.enumerated().map { index, head in
            let proof = HeadProof(
                time: time, size: size, index: UInt32(index),
                path: path(to: index, in: levels), signature: signature)
            return SignedHead(claim: head, proof: proof)
        }
    }

    /// What the relay signs for a batch.
    static func signing(
        incarnation: Incarnation, time: Timestamp, size: UInt32, root: HeadNode
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.value(incarnation)
        writer.value(time)
        writer.uint32(size)
        writer.value(root)
        return writer.bytes
    }

    /// The tree from its leaves to its root. A node without a sibling rises as it is, which
    /// gives the shape of RFC 6962.
    private static func levels(over leaves: [HeadNode]) -> [[HeadNode]] {
        var levels = [leaves]
        var level = leaves
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { left in
                left + 1 < level.count
                    ? .inner(left: level[left], right: level[left + 1]) : level[left]
            }
            levels.append(level)
        }
        return levels
    }

    private static func path(to index: Int, in levels: [[HeadNode]]) -> [HeadNode] {
        var path: [HeadNode] = []
        var position = index
        for level in levels.dropLast() {
            let sibling = position ^ 1
            if sibling < level.count { path.append(level[sibling]) }
            position >>= 1
        }
        return path
    }
}

/// Why heads were not signed together.
package enum HeadBatchError: Error, Equatable, Sendable {
    /// They are more than one signature covers; this is how many.
    case tooMany(Int)
}
