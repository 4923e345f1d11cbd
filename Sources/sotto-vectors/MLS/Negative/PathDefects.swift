// Paths that do not fit the tree, or do not lead where they say (RFC 9420 sections 7.5 and 7.6).

import SottoCrypto
import SottoMLS
import SottoWire

struct PathDefects: NegativeCases {
    func cases(_ source: inout VectorSource) throws -> [NegativeCase] {
        let scene = try NegativeScene(bystanders: 1, &source)
        return try leaves(scene, &source) + keys(scene, &source) + shapes(scene, &source)
            + secrets(scene, &source)
    }

    private func refused(
        _ name: String, _ failure: String, _ section: String, _ scene: NegativeScene,
        _ source: inout VectorSource, _ change: (inout Insider.Lie) -> Void
    ) throws -> NegativeCase {
        NegativeCase(
            name: "path-" + name, operation: .process, section: section, failure: failure,
            shared: scene.joined(), good: try scene.insider.commit(&source).half,
            bad: try scene.insider.commit(&source, change).half.removing("epoch_authenticator"))
    }

    private func leaves(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let tree = scene.insider.tree
        let ownKey = tree.leaf(at: scene.insider.leaf)?.encryptionKey ?? []
        let otherKey = tree.leaf(at: LeafIndex(1))?.encryptionKey ?? []
        let other = scene.bystanders[0].client
        func leaf(
            _ name: String, _ failure: String, _ section: String,
            _ source: inout VectorSource, _ change: @escaping (inout Insider.Leaf) -> Void
        ) throws -> NegativeCase {
            try refused("leaf-" + name, failure, section, scene, &source) { $0.leaf = change }
        }
        return [
            try leaf("signature-flipped", "leaf-signature", "7.3", &source) { $0.isForged = true },
            try leaf("of-another-place", "leaf-signature", "7.3", &source) {
                $0.place = LeafPlace(group: $0.place.group, index: LeafIndex(1))
            },
            try leaf("of-another-group", "leaf-signature", "7.3", &source) {
                $0.place = LeafPlace(group: GroupID([9]), index: $0.place.index)
            },
            try leaf("from-a-key-package", "leaf-source", "7.3", &source) {
                $0.source = .keyPackage(VectorClient.lifetime)
            },
            try leaf("from-an-update", "leaf-source", "7.3", &source) { $0.source = .update },
            try leaf("with-the-same-key", "key-in-use", "12.4.2", &source) {
                $0.encryptionKey = ownKey
            },
            try leaf("with-the-key-of-a-member", "key-in-use", "7.3", &source) {
                $0.encryptionKey = otherKey
            },
            try leaf("with-the-signature-key-of-a-member", "key-in-use", "7.3", &source) {
                $0.signer = other.signer
            },
            try leaf("suite-not-listed", "capabilities", "7.3", &source) {
                $0.configuration.capabilities.cipherSuites = []
            },
            try leaf("credential-not-accepted-by-all", "capabilities", "7.3", &source) {
                $0.configuration.capabilities.credentials = [.basic, .x509]
                $0.configuration.credential = .x509(certificates: [[1]])
            },
        ]
    }

    private func keys(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let used = scene.insider.tree.leaf(at: LeafIndex(1))?.encryptionKey ?? []
        return [
            try refused("parent-hash-flipped", "parent-hash", "7.9.2", scene, &source) {
                $0.parentHash = { $0.flipping(byteFromEnd: 5) }
            },
            try refused("parent-hash-empty", "parent-hash", "7.9.2", scene, &source) {
                $0.parentHash = { _ in [] }
            },
            try refused("key-of-a-member", "key-in-use", "12.4.2", scene, &source) {
                $0.keys = { [used] + $0.dropFirst() }
            },
            try refused("key-twice", "key-in-use", "12.4.2", scene, &source) {
                $0.keys = { keys in keys.map { _ in keys[0] } }
            },
            try refused("key-small-order", "invalid-key", "5.1", scene, &source) {
                $0.keys = { $0.dropLast() + [[UInt8](repeating: 0, count: 32)] }
            },
        ]
    }

    private func shapes(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        func shape(
            _ name: String, _ source: inout VectorSource,
            _ change: @escaping ([UpdatePathNode]) -> [UpdatePathNode]
        ) throws -> NegativeCase {
            try refused(name, "path-shape", "7.5", scene, &source) { $0.nodes = change }
        }
        return [
            try shape("too-short", &source) { Array($0.dropLast()) },
            try shape("empty", &source) { _ in [] },
            try shape("too-long", &source) { $0 + $0.suffix(1) },
            try shape("ciphertext-missing", &source) { nodes in
                nodes.map { $0.with { Array($0.dropLast()) } }
            },
            try shape("ciphertext-too-many", &source) { nodes in
                nodes.map { $0.with { $0 + $0.suffix(1) } }
            },
        ]
    }

    private func secrets(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let otherSecret = source.secret()
        return [
            try refused("secret-of-other-keys", "path-secret", "7.4", scene, &source) {
                $0.sealedSecret = otherSecret
            },
            try refused("ciphertext-flipped", "not-opened", "7.6", scene, &source) {
                $0.nodes = { nodes in nodes.map { $0.with { $0.map(\.flipped) } } }
            },
            try refused("kem-output-flipped", "not-opened", "7.6", scene, &source) {
                $0.nodes = { nodes in nodes.map { $0.with { $0.map(\.flippedKEMOutput) } } }
            },
        ]
    }
}

extension UpdatePathNode {
    /// The node with other ciphertexts.
    fileprivate func with(
        _ change: ([HPKECiphertext]) -> [HPKECiphertext]
    ) -> UpdatePathNode {
        UpdatePathNode(
            encryptionKey: encryptionKey, encryptedPathSecret: change(encryptedPathSecret))
    }
}

extension HPKECiphertext {
    fileprivate var flipped: HPKECiphertext {
        HPKECiphertext(kemOutput: kemOutput, ciphertext: ciphertext.flipping(byteFromEnd: 3))
    }

    fileprivate var flippedKEMOutput: HPKECiphertext {
        HPKECiphertext(kemOutput: kemOutput.flipping(byteFromEnd: 3), ciphertext: ciphertext)
    }
}
