// The tree as newcomers are sent it (RFC 9420 section 12.4.3.3).

package import SottoWire

extension RatchetTree: WireCodable {
    /// Reads a tree whose nodes stand where their kind belongs. Whether it is a *valid* tree is
    /// for `ValidatedTree` to find out.
    package init(from reader: inout WireReader) throws(WireError) {
        var reader = WireReader(try reader.opaqueSlice())
        var nodes: [TreeNode] = []
        while reader.remaining > 0 {
            guard nodes.count < 2 * Int(MLSLimits.leavesMax) - 1 else { throw .malformed }
            nodes.append(try Self.node(from: &reader, isLeaf: nodes.count % 2 == 0))
        }
        guard let last = nodes.last, !last.isBlank,
            let size = TreeSize(covering: LeafIndex(UInt32(nodes.count / 2)))
        else { throw .malformed }
        self.init(size: size)
        for (number, node) in nodes.enumerated() where !node.isBlank {
            set(node, at: NodeIndex(UInt32(number)))
        }
    }

    private static func node(
        from reader: inout WireReader, isLeaf: Bool
    ) throws(WireError) -> TreeNode {
        switch try reader.uint8() {
        case 0: return .blank
        case 1: break
        case let other: throw .unknownValue(UInt64(other))
        }
        switch (try reader.uint8(), isLeaf) {
        case (1, true): return .leaf(try reader.value())
        case (2, false): return .parent(try reader.value())
        case (1, false), (2, true): throw .malformed
        case (let other, _): throw .unknownValue(UInt64(other))
        }
    }

    package func encode(to writer: inout WireWriter) {
        let last = (0..<size.nodes).last { !self[NodeIndex($0)].isBlank } ?? 0
        writer.lengthPrefixed { writer in
            for number in 0...last { Self.encode(self[NodeIndex(number)], to: &writer) }
        }
    }

    private static func encode(_ node: TreeNode, to writer: inout WireWriter) {
        switch node {
        case .blank: writer.uint8(0)
        case .leaf(let leaf):
            writer.uint8(1)
            writer.uint8(1)
            writer.value(leaf)
        case .parent(let parent):
            writer.uint8(1)
            writer.uint8(2)
            writer.value(parent)
        }
    }
}
