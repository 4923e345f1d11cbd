// Relations between nodes, written down.

import SottoMLS

extension TreeMathFormat: GeneratedFile {
    var fileName: String { "tree-math" }
    var hasSuites: Bool { false }

    func cases(_ source: inout VectorSource) throws -> [JSON] {
        (0..<8).compactMap { TreeSize(leaves: 1 << $0) }.map(Self.relations)
    }

    /// All that a case says of a tree of this size.
    static func relations(in size: TreeSize) -> JSON {
        func row(_ relative: (NodeIndex) -> NodeIndex?) -> JSON {
            .array(
                (0..<size.nodes).map { number in
                    relative(NodeIndex(number)).map { .number(Int($0.value)) } ?? .null
                })
        }
        return [
            "n_leaves": .number(Int(size.leaves)), "n_nodes": .number(Int(size.nodes)),
            "root": .number(Int(size.root.value)), "left": row { $0.left },
            "right": row { $0.right }, "parent": row { $0.parent(in: size) },
            "sibling": row { $0.sibling(in: size) },
        ]
    }
}
