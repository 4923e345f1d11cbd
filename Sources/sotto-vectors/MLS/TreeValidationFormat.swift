// Trees that a joiner must find valid: `tree-validation.json`.

import SottoCrypto
import SottoMLS
import SottoWire

/// One case a cipher suite and tree.
struct TreeValidationFormat: VectorFormat {
    let name = "MLS tree-validation"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["tree", "tree_hashes", "resolutions"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        try vector.expectMadeAgain(Self.derived(vector, suite))
        var tree = try RatchetTree(wireBytes: vector.bytes("tree"))
        _ = try ValidatedTree(
            tree, hash: tree.treeHash(suite), group: GroupID(try vector.bytes("group_id")),
            suite: suite)
        return .passed
    }
}
