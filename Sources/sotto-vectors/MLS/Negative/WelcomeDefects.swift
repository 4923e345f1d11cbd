// Welcomes that nobody may join by (RFC 9420 section 12.4.3.1).

import SottoCrypto
import SottoMLS
import SottoWire

struct WelcomeDefects: NegativeCases {
    private typealias Change = (inout Insider.Invitation) throws -> Void

    func cases(_ source: inout VectorSource) throws -> [NegativeCase] {
        let scene = try NegativeScene(bystanders: 1, &source)
        return try sealing(scene, &source) + groupInfo(scene, &source) + keys(scene, &source)
    }

    private func refused(
        _ name: String, _ failure: String, section: String = "12.4.3.1", _ scene: NegativeScene,
        _ source: inout VectorSource, _ change: Change
    ) throws -> NegativeCase {
        NegativeCase(
            name: "welcome-" + name, operation: .join, section: section, failure: failure,
            shared: scene.invited, good: try scene.invite(&source),
            bad: try scene.invite(&source, change).removing("epoch_authenticator"))
    }

    /// A Welcome whose bytes were changed after it was sealed.
    private func damaged(
        _ name: String, _ failure: String, _ scene: NegativeScene,
        _ source: inout VectorSource, byteFromEnd place: Int
    ) throws -> NegativeCase {
        let good = try scene.invite(&source)
        let bytes = try good.bytes("welcome").flipping(byteFromEnd: place)
        return NegativeCase(
            name: "welcome-" + name, operation: .join, section: "12.4.3.1", failure: failure,
            shared: scene.invited, good: good,
            bad: ["welcome": .hex(bytes), "ratchet_tree": .null])
    }

    private func sealing(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let stranger = try scene.stranger(&source).keyPackage.keyPackage
        let sealedInfo = try OpenedWelcome.sealedInfoCount(
            scene.invite(&source).bytes("welcome"))
        return [
            try refused("for-another", "not-for-us", scene, &source) { $0.invitee = stranger },
            try damaged("group-info-flipped", "not-opened", scene, &source, byteFromEnd: 3),
            // Before the sealed GroupInfo and its length stands the tag of the group secrets.
            try damaged(
                "group-secrets-flipped", "not-opened", scene, &source,
                byteFromEnd: sealedInfo + 5),
        ]
    }

    private func groupInfo(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let other = scene.bystanders[0]
        let otherSuite = CipherSuite.x25519ChaCha20
        return [
            try refused("group-info-signed-by-another", "group-info-signature", scene, &source) {
                $0.key = other.client.signer
            },
            try refused("group-info-signer-is-another", "group-info-signature", scene, &source) {
                $0.signer = other.group.ownLeaf
            },
            try refused("group-info-signer-is-nobody", "group-info-signature", scene, &source) {
                $0.signer = LeafIndex(3)
            },
            try refused("confirmation-tag-flipped", "confirmation-tag", scene, &source) {
                $0.confirmationTag = { $0.flipping(byteFromEnd: 9) }
            },
            try refused("tree-hash-flipped", "tree-hash", scene, &source) {
                var tree = $0.tree
                $0.treeHash = tree.treeHash(scene.insider.suite).flipping(byteFromEnd: 9)
            },
            try refused("of-another-suite", "not-for-us", scene, &source) {
                $0.suite = otherSuite
            },
        ]
    }

    private func keys(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let unknown = PreSharedKey(
            id: PreSharedKeyID(key: .external(id: [1, 2, 3]), nonce: source.digest()),
            secret: source.secret())
        let otherSecret = source.secret()
        return [
            try refused("path-secret-of-nothing", "path-secret", scene, &source) {
                $0.pathSecret = otherSecret
            },
            try refused("psk-unknown", "missing-psk", scene, &source) {
                $0.preSharedKeys = [unknown]
            },
            try refused(
                "required-capabilities-malformed", "capabilities", section: "11.1", scene,
                &source
            ) { $0.extensions[.requiredCapabilities] = [1] },
        ]
    }
}

extension OpenedWelcome {
    /// How many bytes the sealed GroupInfo at the end of a Welcome has.
    fileprivate static func sealedInfoCount(_ welcome: [UInt8]) throws -> Int {
        guard case .welcome(let welcome) = try MLSMessage(encoded: welcome) else {
            throw JSONError(description: "it is no Welcome")
        }
        return welcome.encryptedGroupInfo.count
    }
}

extension JSON {
    /// The object without a member.
    func removing(_ key: String) -> JSON {
        var members = members
        members[key] = nil
        return .object(members)
    }
}
