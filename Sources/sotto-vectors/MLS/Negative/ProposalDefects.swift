// Proposals that nobody may make, whatever they are committed with (RFC 9420 section 12.1).

import SottoCrypto
import SottoMLS
import SottoWire

struct ProposalDefects: NegativeCases {
    func cases(_ source: inout VectorSource) throws -> [NegativeCase] {
        let scene = try NegativeScene(bystanders: 1, &source)
        return try updates(scene, &source) + others(scene, &source)
    }

    private func refused(
        _ name: String, _ failure: String, _ section: String, _ scene: NegativeScene,
        good: Proposal, bad: Proposal
    ) throws -> NegativeCase {
        NegativeCase(
            name: "proposal-" + name, operation: .process, section: section, failure: failure,
            shared: scene.joined(),
            good: ["message": .hex(try scene.insider.message(.proposal(good)))],
            bad: ["message": .hex(try scene.insider.message(.proposal(bad)))])
    }

    private func updates(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let insider = scene.insider
        let key = try insider.suite.makeHPKEKeyPair(using: &source.entropy).publicKey
        let current = insider.tree.leaf(at: insider.leaf)?.encryptionKey ?? []
        func update(
            _ name: String, _ failure: String, _ change: (inout Insider.Leaf) -> Void
        ) throws -> NegativeCase {
            try refused(
                "update-" + name, failure, "12.1.2", scene,
                good: .update(insider.leaf(encryptionKey: key, .update) { _ in }),
                bad: .update(insider.leaf(encryptionKey: key, .update, change)))
        }
        return [
            try update("signature-flipped", "leaf-signature") { $0.isForged = true },
            try update("of-another-place", "leaf-signature") {
                $0.place = LeafPlace(group: $0.place.group, index: LeafIndex(1))
            },
            try update("of-another-group", "leaf-signature") {
                $0.place = LeafPlace(group: GroupID([9]), index: $0.place.index)
            },
            try update("from-a-key-package", "leaf-source") {
                $0.source = .keyPackage(VectorClient.lifetime)
            },
            try update("from-a-commit", "leaf-source") { $0.source = .commit(parentHash: []) },
            try update("with-the-same-key", "key-in-use") { $0.encryptionKey = current },
            try update("suite-not-listed", "capabilities") {
                $0.configuration.capabilities.cipherSuites = []
            },
            try update("key-small-order", "invalid-key") {
                $0.encryptionKey = [UInt8](repeating: 0, count: 32)
            },
        ]
    }

    private func others(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let suite = scene.insider.suite
        let name = PreSharedKeyID.Key.external(id: Array("key 0".utf8))
        let key = Proposal.preSharedKey(PreSharedKeyID(key: name, nonce: source.digest()))
        let short = Proposal.preSharedKey(PreSharedKeyID(key: name, nonce: source.bytes(16)))
        func resumption(_ usage: ResumptionUsage) -> Proposal {
            .preSharedKey(
                PreSharedKeyID(
                    key: .resumption(
                        usage: usage, group: scene.group.id, epoch: scene.group.epoch),
                    nonce: Array(repeating: 7, count: suite.hashLength)))
        }
        let remove = Proposal.remove(LeafIndex(1))
        let good = resumption(.application)
        let reInit = ReInit(
            groupID: .random(using: &source.entropy), suite: suite, extensions: [:])
        var older = Array(Proposal.reInit(reInit).wireBytes)
        // Type, length and id of the successor, then its version.
        older[2 + 1 + 32 + 1] = 0
        return [
            try refused(
                "remove-of-nobody", "unknown-leaf", "12.1.3", scene, good: remove,
                bad: .remove(LeafIndex(3))),
            try refused(
                "remove-outside-the-tree", "unknown-leaf", "12.1.3", scene, good: remove,
                bad: .remove(LeafIndex(1_000))),
            try refused("psk-nonce-short", "psk-nonce", "12.1.4", scene, good: key, bad: short),
            try refused(
                "psk-for-a-successor", "psk-usage", "12.1.4", scene, good: good,
                bad: resumption(.reInit)),
            try refused(
                "psk-for-a-branch", "psk-usage", "12.1.4", scene, good: good,
                bad: resumption(.branch)),
            try refused(
                "reinit-to-an-older-version", "reinit-version", "12.1.5", scene,
                good: .reInit(reInit), bad: Proposal(wireBytes: older)),
            try refused(
                "external-init-by-a-member", "not-for-sender", "12.1.6", scene, good: remove,
                bad: .externalInit(kemOutput: source.bytes(32))),
            try refused(
                "extensions-malformed", "capabilities", "12.1.7", scene,
                good: .groupContextExtensions([VectorClient.extensionType: [1]]),
                bad: .groupContextExtensions([.requiredCapabilities: [1]])),
        ]
    }
}
