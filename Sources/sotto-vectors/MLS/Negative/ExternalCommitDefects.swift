// Commits by which nobody gets in (RFC 9420 sections 8.3, 12.2 and 12.4.3.2).

import SottoCrypto
import SottoMLS
import SottoWire

struct ExternalCommitDefects: NegativeCases {
    func cases(_ source: inout VectorSource) throws -> [NegativeCase] {
        let scene = try NegativeScene(bystanders: 1, &source)
        let newcomer = try Newcomer(scene, &source)
        return try exchanges(newcomer, &source) + proposals(newcomer, &source)
            + leaves(newcomer, &source) + messages(newcomer, &source)
    }

    private func exchanges(
        _ newcomer: Newcomer, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let other = try newcomer.outsider.suite.makeHPKEKeyPair(using: &source.entropy).publicKey
        func exchange(
            _ name: String, _ failure: String, _ section: String,
            _ source: inout VectorSource, _ kemOutputs: ([UInt8]) -> [[UInt8]]
        ) throws -> NegativeCase {
            try newcomer.refused(name, failure, section, &source) { lie, exchange in
                lie.wishes = kemOutputs(exchange).map { kemOutput in
                    newcomer.outsider.own(.externalInit(kemOutput: kemOutput))
                }
            }
        }
        return [
            try exchange("without-key-exchange", "external-init-count", "12.2", &source) { _ in []
            },
            try exchange("with-two-key-exchanges", "external-init-count", "12.2", &source) {
                [$0, $0]
            },
            try exchange("key-exchange-short", "not-opened", "8.3", &source) {
                [Array($0.dropLast())]
            },
            try exchange("key-exchange-small-order", "not-opened", "8.3", &source) {
                [[UInt8](repeating: 0, count: $0.count)]
            },
            try exchange("key-exchange-of-nobody", "confirmation-tag", "8.3", &source) { _ in
                [other]
            },
        ]
    }

    private func proposals(
        _ newcomer: Newcomer, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let outsider = newcomer.outsider
        let stranger = try newcomer.scene.stranger(&source).keyPackage.keyPackage
        let heard = try newcomer.scene.insider.sent(.remove(LeafIndex(1)))
        func adding(
            _ name: String, _ failure: String, _ wishes: [Insider.Wish],
            before: [[UInt8]] = [], _ source: inout VectorSource
        ) throws -> NegativeCase {
            try newcomer.refused(name, failure, "12.2", before: before, &source) { lie, _ in
                lie.wishes += wishes
            }
        }
        let reInit = ReInit(
            groupID: .random(using: &source.entropy), suite: outsider.suite, extensions: [:])
        return [
            try adding(
                "adds-a-client", "not-for-sender", [outsider.own(.add(stranger))], &source),
            try adding(
                "changes-extensions", "not-for-sender",
                [outsider.own(.groupContextExtensions([VectorClient.extensionType: [1]]))],
                &source),
            try adding(
                "replaces-the-group", "not-for-sender", [outsider.own(.reInit(reInit))],
                &source),
            try adding(
                "removes-two", "removes-others",
                [0, 1].map { outsider.own(.remove(LeafIndex($0))) }, &source),
            try adding(
                "removes-nobody", "unknown-leaf", [outsider.own(.remove(LeafIndex(3)))],
                &source),
            try adding(
                "refers-to-a-proposal", "not-for-sender", [heard.wish],
                before: [heard.message], &source),
        ]
    }

    private func leaves(
        _ newcomer: Newcomer, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let taken = newcomer.outsider.tree.leaf(at: LeafIndex(1))?.encryptionKey ?? []
        func leaf(
            _ name: String, _ failure: String, _ source: inout VectorSource,
            _ change: @escaping (inout Insider.Leaf) -> Void
        ) throws -> NegativeCase {
            try newcomer.refused("leaf-" + name, failure, "7.3", &source) { lie, _ in
                lie.leaf = change
            }
        }
        return [
            try leaf("signature-flipped", "leaf-signature", &source) { $0.isForged = true },
            try leaf("of-another-place", "leaf-signature", &source) {
                $0.place = LeafPlace(group: $0.place.group, index: LeafIndex(4))
            },
            try leaf("from-a-key-package", "leaf-source", &source) {
                $0.source = .keyPackage(VectorClient.lifetime)
            },
            try leaf("with-the-key-of-a-member", "key-in-use", &source) {
                $0.encryptionKey = taken
            },
            try leaf("suite-not-listed", "capabilities", &source) {
                $0.configuration.capabilities.cipherSuites = []
            },
        ]
    }

    private func messages(
        _ newcomer: Newcomer, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let other = newcomer.scene.bystanders[0].client.signer
        return [
            try newcomer.refused("signed-by-another", "message-signature", "6.1", &source) {
                lie, _ in
                lie.saying = {
                    $0.sender = .newMemberCommit
                    $0.signer = other
                }
            },
            try newcomer.refused("confirmation-tag-flipped", "confirmation-tag", "12.4.2", &source)
            { lie, _ in
                lie.confirmationTag = { $0.flipping(byteFromEnd: 3) }
            },
            try newcomer.refused("path-parent-hash-flipped", "parent-hash", "7.9.2", &source) {
                lie, _ in
                lie.parentHash = { $0.flipping(byteFromEnd: 3) }
            },
            try newcomer.refused("path-too-short", "path-shape", "7.5", &source) { lie, _ in
                lie.nodes = { Array($0.dropLast()) }
            },
            try newcomer.refused("without-path", "not-for-sender", "12.4.3.2", &source) { lie, _ in
                lie.hasPath = false
            },
        ]
    }
}

/// Somebody who joins by a commit of its own.
private struct Newcomer {
    let scene: NegativeScene
    let outsider: Insider

    init(_ scene: NegativeScene, _ source: inout VectorSource) throws {
        self.scene = scene
        outsider = try scene.insider.outsider(VectorClient("a newcomer", &source))
    }

    /// An external commit beside the same without the change, which is told the key exchange.
    func refused(
        _ name: String, _ failure: String, _ section: String, before: [[UInt8]] = [],
        _ source: inout VectorSource, _ change: (inout Insider.Lie, [UInt8]) -> Void
    ) throws -> NegativeCase {
        NegativeCase(
            name: "external-commit-" + name, operation: .process, section: section,
            failure: failure, shared: scene.joined(before: before),
            good: try commit(&source) { _, _ in }.half,
            bad: try commit(&source, change).half.removing("epoch_authenticator"))
    }

    private func commit(
        _ source: inout VectorSource, _ change: (inout Insider.Lie, [UInt8]) -> Void
    ) throws -> Insider.Told {
        let key = try outsider.suite.deriveKeyPair(ikm: outsider.secrets.external).publicKey
        let sender = try outsider.suite.hpke.sender(to: key, info: [], using: &source.entropy)
        let kemOutput = sender.kemOutput
        let initSecret = try sender.export(
            context: Array("MLS 1.0 external init secret".utf8),
            length: outsider.suite.hashLength)
        return try outsider.commit(&source) { lie in
            lie.wishes = [outsider.own(.externalInit(kemOutput: kemOutput))]
            lie.initSecret = initSecret
            lie.saying = { $0.sender = .newMemberCommit }
            change(&lie, kemOutput)
        }
    }
}
