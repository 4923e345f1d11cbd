// Relations between nodes of full trees: `tree-math.json`.

import SottoMLS

/// One case a tree size.
struct TreeMathFormat: VectorFormat {
    let name = "MLS tree-math"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["n_leaves", "n_nodes"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let leaves = UInt32(exactly: try vector.number("n_leaves")),
            let size = TreeSize(leaves: leaves)
        else { throw JSONError(description: "n_leaves is no power of two within our limit") }
        try expect("n_nodes", Int(size.nodes), equals: vector.number("n_nodes"))
        try expect("root", Int(size.root.value), equals: vector.number("root"))
        try check("left", vector, size) { $0.left }
        try check("right", vector, size) { $0.right }
        try check("parent", vector, size) { $0.parent(in: size) }
        try check("sibling", vector, size) { $0.sibling(in: size) }
        return .passed
    }

    private func check(
        _ relation: String, _ vector: JSON, _ size: TreeSize,
        _ relative: (NodeIndex) -> NodeIndex?
    ) throws {
        let ours = (0..<size.nodes).map { number -> JSON in
            relative(NodeIndex(number)).map { .number(Int($0.value)) } ?? .null
        }
        try expect(relation, ours, equals: vector.array(relation))
    }
}
