// Proposals applied to trees: `tree-operations.json`.

import SottoCrypto
import SottoMLS
import SottoWire

/// One case a proposal.
struct TreeOperationsFormat: VectorFormat {
    let name = "MLS tree-operations"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["tree_before", "proposal", "tree_after"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        var tree = try RatchetTree(wireBytes: vector.bytes("tree_before"))
        try expect(
            "the hash before", tree.treeHash(suite), equals: vector.bytes("tree_hash_before"))
        switch try Proposal(wireBytes: vector.bytes("proposal")) {
        case .add(let keyPackage):
            try expect("there is room", tree.add(keyPackage.leafNode) != nil)
        case .update(let leaf): try tree.update(vector.leaf("proposal_sender"), to: leaf)
        case .remove(let leaf): tree.remove(leaf)
        default: throw JSONError(description: "the proposal does not change the tree")
        }
        try expect("the tree after", tree.wireBytes, equals: vector.bytes("tree_after"))
        try expect(
            "the hash after", tree.treeHash(suite), equals: vector.bytes("tree_hash_after"))
        return .passed
    }
}
