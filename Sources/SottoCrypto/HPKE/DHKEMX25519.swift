// DHKEM(X25519, HKDF-SHA256).

/// The Diffie-Hellman KEM over X25519 (RFC 9180 section 4.1).
package enum DHKEMX25519 {
    static func deriveKeyPair(ikm: Secret) throws(CryptoError) -> HPKEKeyPair {
        let prk = kdf.labeledExtract(suite, salt: .zero(0), label: "dkp_prk", ikm: ikm)
        let bytes = kdf.labeledExpand(suite, prk, label: "sk", info: [], length: X25519.length)
        let key = try X25519.PrivateKey(bytes)
        return HPKEKeyPair(publicKey: key.publicKey, privateKey: HPKEPrivateKey(bytes))
    }

    /// `Encap` with a chosen ephemeral key, which vectors fix and everybody else draws afresh.
    ///
    /// - Throws: `.invalidKey`.
    package static func encapsulate(
        to publicKey: [UInt8], ephemeral: HPKEPrivateKey
    ) throws(CryptoError) -> Encapsulation {
        let ephemeral = try X25519.PrivateKey(ephemeral.bytes)
        let agreed = try ephemeral.sharedSecret(with: publicKey)
        let secret = sharedSecret(agreed, sent: ephemeral.publicKey, to: publicKey)
        return Encapsulation(sharedSecret: secret, ciphertext: ephemeral.publicKey)
    }

    static func decapsulate(
        _ encapsulation: [UInt8], with key: HPKEPrivateKey
    ) throws(CryptoError) -> Secret {
        let key = try X25519.PrivateKey(key.bytes)
        let agreed = try key.sharedSecret(with: encapsulation)
        return sharedSecret(agreed, sent: encapsulation, to: key.publicKey)
    }

    private static let kdf = KDF.hkdfSHA256
    private static let suite = KEM.dhkemX25519.suiteID

    /// `ExtractAndExpand`.
    private static func sharedSecret(
        _ agreed: Secret, sent encapsulation: [UInt8], to publicKey: [UInt8]
    ) -> Secret {
        let prk = kdf.labeledExtract(suite, salt: .zero(0), label: "eae_prk", ikm: agreed)
        return kdf.labeledExpand(
            suite, prk, label: "shared_secret", info: encapsulation + publicKey,
            length: kdf.length)
    }
}
