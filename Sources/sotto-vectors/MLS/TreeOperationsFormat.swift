// Proposals applied to trees: `tree-operations.json`.

import SottoMLS

/// One case a proposal.
struct TreeOperationsFormat: VectorFormat {
    let name = "MLS tree-operations"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["tree_before", "proposal", "tree_after"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        try vector.expectMadeAgain(Self.derived(vector, suite))
        return .passed
    }
}
