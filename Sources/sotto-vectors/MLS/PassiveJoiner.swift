// A client with its private keys, as vectors spell them.

import SottoCrypto
import SottoMLS
import SottoWire

/// Who can join by a Welcome.
struct PassiveJoiner {
    /// What it knows by name.
    let keys: PreSharedKeys
    private let own: OwnKeyPackage
    private let signer: SignaturePrivateKey

    /// Reads the client, and checks that its private keys belong to its key package.
    init(_ vector: JSON) throws {
        guard
            case .keyPackage(let keyPackage) = try MLSMessage(
                wireBytes: vector.bytes("key_package"))
        else { throw JSONError(description: "it is no key package") }
        let suite = keyPackage.suite
        own = OwnKeyPackage(
            keyPackage: keyPackage, initKey: try vector.hpkeKey("init_priv", suite),
            leafKey: try vector.hpkeKey("encryption_priv", suite))
        signer = try vector.signatureKey("signature_priv", suite)
        let kem = suite.hpke.kem
        try expect("the init key", kem.publicKey(of: own.initKey), equals: keyPackage.initKey)
        try expect(
            "the leaf's key", kem.publicKey(of: own.leafKey),
            equals: keyPackage.leafNode.encryptionKey)
        var keys = PreSharedKeys()
        for key in try vector.array("external_psks") {
            keys[external: try key.bytes("psk_id")] = try key.secret("psk")
        }
        self.keys = keys
    }

    /// Joins by the Welcome of `vector`, and the tree beside it if there is one.
    func join(_ vector: JSON) throws -> Group {
        guard
            case .welcome(let welcome) = try MLSMessage(wireBytes: vector.bytes("welcome"))
        else { throw JSONError(description: "it is no Welcome") }
        return try Group.join(
            welcome, with: own, signer: signer,
            ratchetTree: vector.has("ratchet_tree") ? vector.bytes("ratchet_tree") : nil,
            preSharedKeys: keys, policy: VectorClient.policy)
    }
}
