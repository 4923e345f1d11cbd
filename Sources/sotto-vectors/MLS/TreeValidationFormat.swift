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
        let encoded = try vector.bytes("tree")
        var tree = try RatchetTree(wireBytes: encoded)
        try expect("the encoding", tree.wireBytes, equals: encoded)
        let nodes = (0..<tree.size.nodes).map { NodeIndex($0) }
        let resolutions = nodes.map { node in
            JSON.array(tree.resolution(of: node).map { .number(Int($0.value)) })
        }
        try expect("a resolution", resolutions, equals: vector.array("resolutions"))
        for (node, hash) in zip(nodes, try vector.array("tree_hashes")) {
            try expect("a tree hash", tree.hash(of: node, suite), equals: hash.hexBytes ?? [])
        }
        _ = try ValidatedTree(
            tree, hash: tree.treeHash(suite), group: GroupID(try vector.bytes("group_id")),
            suite: suite)
        return .passed
    }
}
