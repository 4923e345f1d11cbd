// Valid trees with their hashes and resolutions, written down.

import SottoCrypto
import SottoMLS
import SottoWire

extension TreeValidationFormat: GeneratedFile {
    var fileName: String { "tree-validation" }

    /// A leaf alone; parents that all know; members that parents do not know yet; gaps.
    func cases(_ source: inout VectorSource) throws -> [JSON] {
        var group = try VectorGroup(count: 1, &source)
        var cases = [try valid(group)]
        try group.commit(by: 0, adding: 1, &source)
        cases.append(try valid(group))
        try group.commit(by: 1, adding: 2, path: true, &source)
        try group.commit(by: 3, &source)
        cases.append(try valid(group))
        try group.commit(by: 0, proposing: [.remove(LeafIndex(2))], &source)
        try group.commit(by: 1, adding: 1, path: false, &source)
        cases.append(try valid(group))
        try group.commit(by: 0, proposing: [.remove(LeafIndex(1))], &source)
        cases.append(try valid(group))
        return cases
    }

    /// The case with the hashes and resolutions of its tree.
    static func derived(_ vector: JSON, _ suite: CipherSuite) throws -> JSON {
        var tree = try RatchetTree(wireBytes: vector.bytes("tree"))
        let encoded = tree.wireBytes
        let nodes = (0..<tree.size.nodes).map { NodeIndex($0) }
        let resolutions = nodes.map { node in
            JSON.array(tree.resolution(of: node).map { .number(Int($0.value)) })
        }
        let hashes = nodes.map { node in JSON.hex(tree.hash(of: node, suite)) }
        return vector.adding([
            "tree": .hex(encoded), "resolutions": .array(resolutions),
            "tree_hashes": .array(hashes),
        ])
    }

    private func valid(_ group: VectorGroup) throws -> JSON {
        let inputs: JSON = [
            "cipher_suite": .suite(group.suite), "group_id": .hex(group.id.bytes),
            "tree": .hex(group.ratchetTree),
        ]
        return try Self.derived(inputs, group.suite)
    }
}
