// Where nodes of a full binary tree stand in an array (RFC 9420 appendix C).

package import SottoWire

/// A member's place in the group, counted from the left (RFC 9420 section 4.2).
public struct LeafIndex: Hashable, Comparable, Sendable {
    /// 0 is the leftmost leaf.
    public let value: UInt32

    /// The place with this number; whether it exists depends on the tree.
    public init(_ value: UInt32) { self.value = value }

    /// From left to right.
    public static func < (left: LeafIndex, right: LeafIndex) -> Bool { left.value < right.value }

    /// The node at this leaf, which exists in trees that have the leaf.
    package var node: NodeIndex { NodeIndex(value &* 2) }
}

extension LeafIndex: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) { value = try reader.uint32() }
    package func encode(to writer: inout WireWriter) { writer.uint32(value) }
}

/// A node's position: leaves at even numbers, parents between their subtrees.
package struct NodeIndex: Hashable, Comparable, Sendable {
    /// The position in the array.
    package let value: UInt32

    /// The node at this position.
    package init(_ value: UInt32) { self.value = value }

    package static func < (left: NodeIndex, right: NodeIndex) -> Bool { left.value < right.value }

    /// The height above the leaves, which are at 0.
    package var level: UInt32 { UInt32((~value).trailingZeroBitCount) }

    /// The leaf at this node, `nil` if it is a parent.
    package var leaf: LeafIndex? { value & 1 == 0 ? LeafIndex(value / 2) : nil }

    /// The left child, `nil` at a leaf.
    package var left: NodeIndex? {
        level == 0 ? nil : NodeIndex(value ^ (1 << (level - 1)))
    }

    /// The right child, `nil` at a leaf.
    package var right: NodeIndex? {
        level == 0 ? nil : NodeIndex(value ^ (3 << (level - 1)))
    }

    /// The parent in a tree of this size, `nil` at the root and outside the tree.
    package func parent(in size: TreeSize) -> NodeIndex? {
        guard self != size.root, value < size.nodes else { return nil }
        let bit = (value >> (level + 1)) & 1
        return NodeIndex((value | (1 << level)) ^ (bit << (level + 1)))
    }

    /// The other child of the parent, `nil` at the root and outside the tree.
    package func sibling(in size: TreeSize) -> NodeIndex? {
        guard let parent = parent(in: size) else { return nil }
        return self < parent ? parent.right : parent.left
    }

    /// Whether the leaf is this node or below it.
    package func covers(_ leaf: LeafIndex) -> Bool { leaves.contains(leaf.value) }

    /// The numbers of the leaves below this node.
    package var leaves: ClosedRange<UInt32> {
        let half: UInt32 = (1 << level) - 1
        return (value - half) / 2...(value + half) / 2
    }

    /// The lowest node that has both leaves below it.
    package static func commonAncestor(_ one: LeafIndex, _ other: LeafIndex) -> NodeIndex {
        let level = UInt32(UInt32.bitWidth - (one.value ^ other.value).leadingZeroBitCount)
        return NodeIndex(((one.value >> level) << (level + 1)) | ((1 << level) - 1))
    }
}

/// How large a full tree is: a power of two of leaves (RFC 9420 section 4.2).
package struct TreeSize: Hashable, Sendable {
    /// How many leaves there are, blank ones included.
    package let leaves: UInt32

    /// A tree of exactly this many leaves, `nil` unless that is a power of two within the limit.
    package init?(leaves: UInt32) {
        guard leaves.nonzeroBitCount == 1, leaves <= MLSLimits.leavesMax else { return nil }
        self.leaves = leaves
    }

    /// The smallest tree that has this leaf, `nil` if that is beyond the limit.
    package init?(covering leaf: LeafIndex) {
        guard leaf.value < MLSLimits.leavesMax else { return nil }
        leaves = leaf.value == 0 ? 1 : 1 << (32 - UInt32(leaf.value.leadingZeroBitCount))
    }

    /// A tree of one leaf.
    package static let one = TreeSize()

    private init() { leaves = 1 }

    /// How many nodes there are.
    package var nodes: UInt32 { 2 * leaves - 1 }

    /// The node above all others.
    package var root: NodeIndex { NodeIndex(leaves - 1) }

    /// Whether the tree has this leaf, blank or not.
    package func contains(_ leaf: LeafIndex) -> Bool { leaf.value < leaves }

    /// The nodes above a leaf up to the root, each with its child beside the path
    /// (RFC 9420 section 4.1.1).
    package func directPath(of leaf: LeafIndex) -> [PathStep] {
        var steps: [PathStep] = []
        var node = leaf.node
        while let parent = node.parent(in: self), let copath = node.sibling(in: self) {
            steps.append(PathStep(node: parent, copath: copath))
            node = parent
        }
        return steps
    }
}

/// One node of a direct path and its child that is not on the path.
package struct PathStep: Hashable, Sendable {
    /// The node on the path.
    package let node: NodeIndex
    /// Its child on the copath.
    package let copath: NodeIndex
}
