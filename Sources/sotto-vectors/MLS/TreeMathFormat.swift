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
        try vector.expectMadeAgain(Self.relations(in: size))
        return .passed
    }
}
