// Trees before and after proposals, written down.

import SottoCrypto
import SottoMLS
import SottoWire

extension TreeOperationsFormat: GeneratedFile {
    var fileName: String { "tree-operations" }

    /// Trees grow to the right, into a gap, shrink and get gaps; a leaf changes.
    func cases(_ source: inout VectorSource) throws -> [JSON] {
        var group = try VectorGroup(count: 2, &source)
        let grows = try add(to: group, &source)
        let updates = try update(LeafIndex(1), of: group, &source)
        try group.commit(by: 1, adding: 1, &source)
        let shrinks = try change(.remove(LeafIndex(2)), of: group, by: 0)
        let opens = try change(.remove(LeafIndex(1)), of: group, by: 2)
        try group.commit(by: 0, proposing: [.remove(LeafIndex(1))], &source)
        return [try add(to: group, &source), opens, shrinks, grows, updates]
    }

    /// The case with the tree that its proposal leads to, and the hashes.
    static func derived(_ vector: JSON, _ suite: CipherSuite) throws -> JSON {
        var tree = try RatchetTree(wireBytes: vector.bytes("tree_before"))
        let (encoding, hash) = (tree.wireBytes, tree.treeHash(suite))
        switch try Proposal(wireBytes: vector.bytes("proposal")) {
        case .add(let keyPackage):
            try expect("there is room", tree.add(keyPackage.leafNode) != nil)
        case .update(let leaf): try tree.update(vector.leaf("proposal_sender"), to: leaf)
        case .remove(let leaf): tree.remove(leaf)
        default: throw JSONError(description: "the proposal does not change the tree")
        }
        return vector.adding([
            "tree_before": .hex(encoding), "tree_hash_before": .hex(hash),
            "tree_after": .hex(tree.wireBytes), "tree_hash_after": .hex(tree.treeHash(suite)),
        ])
    }

    private func add(to group: VectorGroup, _ source: inout VectorSource) throws -> JSON {
        let client = try VectorClient("a newcomer", &source)
        return try change(.add(client.keyPackage(&source).keyPackage), of: group, by: 0)
    }

    private func update(
        _ index: LeafIndex, of group: VectorGroup, _ source: inout VectorSource
    ) throws -> JSON {
        let client = try group.member(at: index).client
        let keys = try source.suite.makeHPKEKeyPair(using: &source.entropy)
        let leaf = LeafNode.signed(
            encryptionKey: keys.publicKey, configuration: client.leaf, source: .update,
            place: LeafPlace(group: group.id, index: index), suite: source.suite,
            signer: client.signer)
        return try change(.update(leaf), of: group, by: index.value)
    }

    private func change(
        _ proposal: Proposal, of group: VectorGroup, by sender: UInt32
    ) throws -> JSON {
        let inputs: JSON = [
            "cipher_suite": .suite(group.suite), "tree_before": .hex(group.ratchetTree),
            "proposal": .hex(wire: proposal), "proposal_sender": .number(Int(sender)),
        ]
        return try Self.derived(inputs, group.suite)
    }
}
