// Proposals that cannot be committed together, or not so (RFC 9420 sections 12.2 and 12.4).

import SottoCrypto
import SottoMLS
import SottoWire

struct CommitDefects: NegativeCases {
    func cases(_ source: inout VectorSource) throws -> [NegativeCase] {
        let scene = try NegativeScene(bystanders: 1, &source)
        return try members(scene, &source) + adds(scene, &source) + contexts(scene, &source)
            + references(scene, &source) + confirmation(scene, &source)
    }

    private typealias Change = (inout Insider.Lie) -> Void

    private func refused(
        _ name: String, _ failure: String, _ section: String, _ scene: NegativeScene,
        before: [[UInt8]] = [], _ source: inout VectorSource, good: Change = { _ in },
        bad: Change
    ) throws -> NegativeCase {
        NegativeCase(
            name: "commit-" + name, operation: .process, section: section, failure: failure,
            shared: scene.joined(before: before),
            good: try scene.insider.commit(&source, good).half,
            bad: try scene.insider.commit(&source, bad).half.removing("epoch_authenticator"))
    }

    private func members(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let (insider, other) = (scene.insider, LeafIndex(1))
        let remove = insider.own(.remove(other))
        let key = try insider.suite.makeHPKEKeyPair(using: &source.entropy).publicKey
        let update = Proposal.update(try insider.leaf(encryptionKey: key, .update) { _ in })
        let otherUpdate = Proposal.update(
            try insider.leaf(encryptionKey: key, .update) { leaf in
                leaf.configuration = scene.bystanders[0].client.leaf
                leaf.signer = scene.bystanders[0].client.signer
                leaf.place = LeafPlace(group: leaf.place.group, index: other)
            })
        let heard = try insider.sent(otherUpdate) { saying in
            saying.sender = .member(other)
            saying.signer = scene.bystanders[0].client.signer
        }
        return [
            try refused("removes-its-sender", "own-leaf", "12.2", scene, &source) {
                $0.wishes = [insider.own(.remove(insider.leaf))]
            },
            try refused("updates-its-sender", "own-leaf", "12.2", scene, &source) {
                $0.wishes = [insider.own(update)]
            },
            try refused(
                "removes-twice", "changed-twice", "12.2", scene, &source,
                good: { $0.wishes = [remove] }
            ) { $0.wishes = [remove, remove] },
            try refused(
                "removes-and-updates", "changed-twice", "12.2", scene, before: [heard.message],
                &source,
                good: { $0.wishes = [heard.wish] }
            ) { $0.wishes = [heard.wish, remove] },
            try refused(
                "removes-without-path", "path-missing", "12.4", scene, &source,
                good: { $0.wishes = [remove] }
            ) {
                $0.wishes = [remove]
                $0.hasPath = false
            },
            try refused("of-nothing-without-path", "path-missing", "12.4", scene, &source) {
                $0.hasPath = false
            },
        ]
    }

    private func adds(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let insider = scene.insider
        let stranger = try scene.stranger(&source)
        let add = insider.own(.add(stranger.keyPackage.keyPackage))
        let again = insider.own(.add(try stranger.client.keyPackage(&source).keyPackage))
        let member = insider.own(
            .add(try scene.bystanders[0].client.keyPackage(&source).keyPackage))
        let forged = insider.own(
            .add(
                try KeyPackage(
                    wireBytes: stranger.keyPackage.keyPackage.encoded.flipping(byteFromEnd: 40))))
        var suiteSource = VectorSource("1", format: "negative suite", suite: .x25519ChaCha20)
        let otherSuite = insider.own(
            .add(try scene.stranger(&suiteSource).keyPackage.keyPackage))
        func adding(
            _ name: String, _ failure: String, _ wishes: [Insider.Wish],
            _ source: inout VectorSource
        ) throws -> NegativeCase {
            try refused(
                "adds-" + name, failure, "12.2", scene, &source, good: { $0.wishes = [add] }
            ) { $0.wishes = wishes }
        }
        return [
            try adding("a-client-twice", "key-in-use", [add, again], &source),
            try adding("a-member", "key-in-use", [member], &source),
            try adding("a-forged-key-package", "leaf-signature", [forged], &source),
            try adding("a-client-of-another-suite", "wrong-key-package", [otherSuite], &source),
        ]
    }

    private func contexts(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let insider = scene.insider
        func extensions(_ extensions: Extensions) -> Insider.Wish {
            insider.own(.groupContextExtensions(extensions))
        }
        let id = PreSharedKeyID(
            key: .external(id: Array("key 0".utf8)), nonce: source.digest())
        let key = PreSharedKey(id: id, secret: scene.group.externalKeys[0].secret)
        let pskSecret = PreSharedKey.combine([key], insider.suite)
        let psk = insider.own(.preSharedKey(id))
        let unknown = insider.own(
            .preSharedKey(PreSharedKeyID(key: .external(id: [1, 2, 3]), nonce: id.nonce)))
        let reInit = insider.own(
            .reInit(
                ReInit(
                    groupID: .random(using: &source.entropy), suite: insider.suite,
                    extensions: [:])))
        let one = extensions([VectorClient.extensionType: [1]])
        return [
            try refused(
                "changes-extensions-twice", "extensions-twice", "12.2", scene, &source,
                good: { $0.wishes = [one] }
            ) { $0.wishes = [one, one] },
            try refused(
                "demands-what-a-member-lacks", "capabilities", "12.1.7", scene, &source,
                good: { $0.wishes = [one] }
            ) { $0.wishes = [extensions([ExtensionType(rawValue: 0xF0B0): [1]])] },
            try refused(
                "mixes-in-a-psk-twice", "psk-twice", "12.2", scene, &source,
                good: {
                    $0.wishes = [psk]
                    $0.pskSecret = pskSecret
                }
            ) {
                $0.wishes = [psk, psk]
                $0.pskSecret = PreSharedKey.combine([key, key], insider.suite)
            },
            try refused("mixes-in-an-unknown-psk", "missing-psk", "8.4", scene, &source) {
                $0.wishes = [unknown]
            },
            try refused(
                "mixes-in-nothing-for-a-psk", "confirmation-tag", "8.4", scene, &source,
                good: {
                    $0.wishes = [psk]
                    $0.pskSecret = pskSecret
                }
            ) { $0.wishes = [psk] },
            try refused(
                "replaces-and-changes-the-group", "reinit-with-others", "12.2", scene, &source,
                good: { $0.wishes = [reInit] }
            ) { $0.wishes = [reInit, one] },
            try refused("of-an-external-init", "not-for-sender", "12.2", scene, &source) {
                $0.wishes = [insider.own(.externalInit(kemOutput: [1]))]
            },
        ]
    }

    private func references(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let heard = try scene.insider.sent(.remove(LeafIndex(1)))
        let unheard = try scene.insider.sent(.remove(LeafIndex(1))) {
            $0.authenticatedData = [1]
        }
        return [
            try refused(
                "of-an-unknown-proposal", "unknown-proposal", "12.4.2", scene,
                before: [heard.message], &source, good: { $0.wishes = [heard.wish] }
            ) { $0.wishes = [unheard.wish] }
        ]
    }

    private func confirmation(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        [
            try refused("confirmation-tag-flipped", "confirmation-tag", "12.4.2", scene, &source) {
                $0.confirmationTag = { $0.flipping(byteFromEnd: 3) }
            },
            try refused("confirmation-tag-empty", "confirmation-tag", "12.4.2", scene, &source) {
                $0.confirmationTag = { _ in [] }
            },
            try refused("signed-by-another", "message-signature", "12.4.2", scene, &source) {
                $0.saying = { $0.signer = scene.bystanders[0].client.signer }
            },
        ]
    }
}
