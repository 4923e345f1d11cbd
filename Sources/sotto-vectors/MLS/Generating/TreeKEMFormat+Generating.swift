// Trees with all their private keys, and a path from every member.

import SottoCrypto
import SottoMLS
import SottoWire

extension TreeKEMFormat: GeneratedFile {
    var fileName: String { "treekem" }

    /// A tree with a gap; one with a member that parents do not know yet; a full one.
    func cases(_ source: inout VectorSource) throws -> [JSON] {
        var crowd = try TreeKEMCrowd(&source)
        try crowd.add("client 1", &source)
        try crowd.commit(by: 0, &source)
        var cases = [try written(crowd, &source)]
        try crowd.add("client 2", &source)
        try crowd.commit(by: 1, &source)
        try crowd.add("client 3", &source)
        cases.append(try written(crowd, &source))
        crowd.remove(1)
        try crowd.commit(by: 3, &source)
        cases.append(try written(crowd, &source))
        return cases.reversed()
    }

    private func written(_ crowd: TreeKEMCrowd, _ source: inout VectorSource) throws -> JSON {
        let context = GroupContext(
            suite: crowd.suite, groupID: crowd.group,
            epoch: UInt64(source.number(below: 1 << 16)), treeHash: [],
            confirmedTranscriptHash: source.digest(), extensions: [:])
        let leaves = crowd.members.keys.sorted()
        return [
            "cipher_suite": .suite(crowd.suite), "group_id": .hex(crowd.group.bytes),
            "epoch": .number(Int(context.epoch)),
            "confirmed_transcript_hash": .hex(context.confirmedTranscriptHash),
            "ratchet_tree": .hex(wire: crowd.tree),
            "leaves_private": .array(
                leaves.compactMap { leaf in
                    crowd.members[leaf].map { known(by: $0, at: leaf) }
                }),
            "update_paths": .array(
                try leaves.map { try path(of: $0, in: crowd, context, &source) }),
        ]
    }

    private func known(by member: TreeKEMCrowd.Member, at leaf: LeafIndex) -> JSON {
        let secrets: [JSON] = member.pathSecrets.sorted { $0.key < $1.key }.map { node, secret in
            ["node": .number(Int(node.value)), "path_secret": .hex(secret)]
        }
        return [
            "index": .leaf(leaf), "encryption_priv": .hex(member.leafKey),
            "signature_priv": .hex(member.client.signer.seed), "path_secrets": .array(secrets),
        ]
    }

    private func path(
        of sender: LeafIndex, in crowd: TreeKEMCrowd, _ context: GroupContext,
        _ source: inout VectorSource
    ) throws -> JSON {
        var tree = crowd.tree
        let draft = try crowd.draft(by: sender, in: &tree, &source)
        let context = context.with(treeHash: tree.treeHash(crowd.suite))
        let path = try draft.sealed(
            in: tree, context: context.encoded, excluding: [], suite: crowd.suite,
            using: &source.entropy)
        let secrets = (0..<tree.size.leaves).map { number -> JSON in
            let leaf = LeafIndex(number)
            guard leaf != sender, tree.leaf(at: leaf) != nil else { return .null }
            return draft.secret(for: leaf).map { .hex($0) } ?? .null
        }
        return [
            "sender": .leaf(sender), "update_path": .hex(wire: path),
            "path_secrets": .array(secrets), "commit_secret": .hex(draft.commitSecret),
            "tree_hash_after": .hex(context.treeHash),
        ]
    }
}
