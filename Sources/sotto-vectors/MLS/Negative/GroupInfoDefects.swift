// Descriptions of groups that nobody may join by (RFC 9420 sections 12.4.3 and 12.4.3.2).

import SottoCrypto
import SottoMLS
import SottoWire

struct GroupInfoDefects: NegativeCases {
    func cases(_ source: inout VectorSource) throws -> [NegativeCase] {
        let scene = try NegativeScene(bystanders: 1, path: false, &source)
        return try signatures(scene) + keys(scene) + trees(scene)
    }

    /// A GroupInfo before it is signed.
    private struct Draft {
        var context: GroupContext
        var extensions: Extensions
        var signer: LeafIndex
        var key: SignaturePrivateKey
        var encoding: ([UInt8]) -> [UInt8] = { $0 }
    }

    private func refused(
        _ name: String, _ failure: String, _ section: String, _ scene: NegativeScene,
        _ change: (inout Draft) throws -> Void
    ) throws -> NegativeCase {
        let insider = scene.insider
        let key = try insider.suite.deriveKeyPair(ikm: insider.secrets.external).publicKey
        let good = Draft(
            context: insider.context,
            extensions: [
                .ratchetTree: insider.tree.wireBytes, .externalPub: Self.externalPub(key),
            ], signer: insider.leaf, key: insider.client.signer)
        var bad = good
        try change(&bad)
        func half(_ draft: Draft) -> JSON {
            let info = GroupInfo(
                context: draft.context, extensions: draft.extensions,
                confirmationTag: scene.welcome.info.confirmationTag, signer: draft.signer,
                key: draft.key)
            return ["group_info": .hex(draft.encoding(MLSMessage.groupInfo(info).encoded))]
        }
        return NegativeCase(
            name: "group-info-" + name, operation: .externalJoin, section: section,
            failure: failure,
            shared: ["cipher_suite": .suite(insider.suite), "now": .number(1_700_000_000)],
            good: half(good), bad: half(bad))
    }

    /// The content of the extension `external_pub`.
    private static func externalPub(_ key: [UInt8]) -> [UInt8] {
        var writer = WireWriter()
        writer.opaque(key)
        return writer.bytes
    }

    private func signatures(_ scene: NegativeScene) throws -> [NegativeCase] {
        let other = scene.bystanders[0]
        return [
            try refused("signed-by-another", "group-info-signature", "12.4.3.1", scene) {
                $0.key = other.client.signer
            },
            try refused("signer-is-nobody", "group-info-signature", "12.4.3.1", scene) {
                $0.signer = LeafIndex(3)
            },
            try refused("signature-flipped", "group-info-signature", "12.4.3.1", scene) {
                $0.encoding = { $0.flipping(byteFromEnd: 40) }
            },
        ]
    }

    private func keys(_ scene: NegativeScene) throws -> [NegativeCase] {
        [
            try refused("without-external-pub", "external-pub", "12.4.3.2", scene) {
                $0.extensions[.externalPub] = nil
            },
            try refused("external-pub-trailing-byte", "external-pub", "12.4.3.2", scene) {
                $0.extensions[.externalPub]?.append(0)
            },
            try refused("external-pub-small-order", "external-pub", "5.1", scene) {
                $0.extensions[.externalPub] = Self.externalPub([UInt8](repeating: 0, count: 32))
            },
        ]
    }

    private func trees(_ scene: NegativeScene) throws -> [NegativeCase] {
        let hash = scene.insider.context.treeHash
        return [
            try refused("without-tree", "malformed", "12.4.3.3", scene) {
                $0.extensions[.ratchetTree] = nil
            },
            try refused("tree-hash-flipped", "tree-hash", "12.4.3.1", scene) {
                $0.context = $0.context.with(treeHash: hash.flipping(byteFromEnd: 3))
            },
            try refused("tree-leaf-signature-flipped", "leaf-signature", "7.3", scene) {
                var tree = scene.insider.tree
                guard let leaf = tree.leaf(at: LeafIndex(1)) else { return }
                let forged = try LeafNode(wireBytes: leaf.encodedBytes.flipping(byteFromEnd: 40))
                tree.set(.leaf(forged), at: LeafIndex(1).node)
                $0.context = $0.context.with(treeHash: tree.treeHash(scene.insider.suite))
                $0.extensions[.ratchetTree] = tree.wireBytes
            },
        ]
    }
}
