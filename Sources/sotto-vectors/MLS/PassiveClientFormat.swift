// A member that only listens: `passive-client-*.json`.

import SottoCrypto
import SottoMLS
import SottoWire

/// One case a group that the member is invited to, and follows.
struct PassiveClientFormat: VectorFormat {
    let name = "MLS passive client"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["initial_epoch_authenticator", "epochs", "welcome"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard try vector.cipherSuite() != nil else { return try vector.skippedSuite() }
        let keys = try preSharedKeys(vector)
        var group = try join(vector, keys)
        try vector.expectSecret("initial_epoch_authenticator", group.epochAuthenticator)
        for epoch in try vector.array("epochs") {
            for proposal in try epoch.array("proposals") {
                try hear(proposal.hexBytes ?? [], &group, keys)
            }
            try hear(epoch.bytes("commit"), &group, keys)
            try epoch.expectSecret("epoch_authenticator", group.epochAuthenticator)
        }
        return .passed
    }

    private func preSharedKeys(_ vector: JSON) throws -> PreSharedKeys {
        var keys = PreSharedKeys()
        for key in try vector.array("external_psks") {
            keys[external: try key.bytes("psk_id")] = try key.secret("psk")
        }
        return keys
    }

    private func join(_ vector: JSON, _ keys: PreSharedKeys) throws -> Group {
        guard
            case .keyPackage(let keyPackage) = try MLSMessage(
                wireBytes: vector.bytes("key_package")),
            case .welcome(let welcome) = try MLSMessage(wireBytes: vector.bytes("welcome"))
        else { throw JSONError(description: "it is no key package, or no Welcome") }
        let own = OwnKeyPackage(
            keyPackage: keyPackage, initKey: try vector.hpkeKey("init_priv", keyPackage.suite),
            leafKey: try vector.hpkeKey("encryption_priv", keyPackage.suite))
        let kem = keyPackage.suite.hpke.kem
        try expect("the init key", kem.publicKey(of: own.initKey), equals: keyPackage.initKey)
        try expect(
            "the leaf's key", kem.publicKey(of: own.leafKey),
            equals: keyPackage.leafNode.encryptionKey)
        return try Group.join(
            welcome, with: own,
            signer: vector.signatureKey("signature_priv", own.keyPackage.suite),
            ratchetTree: vector.has("ratchet_tree") ? vector.bytes("ratchet_tree") : nil,
            preSharedKeys: keys, policy: Self.policy)
    }

    private func hear(
        _ message: [UInt8], _ group: inout Group, _ keys: PreSharedKeys
    ) throws {
        _ = try group.process(
            MLSMessage(encoded: message), preSharedKeys: keys, policy: Self.policy)
    }

    /// The members of the vectors have made-up names and live for ever.
    private static let policy = LeafPolicy(
        now: UnixTime(seconds: 1_700_000_000), tolerance: 0, lifetimeMax: .max
    ) { _, _ in .accepted }
}
