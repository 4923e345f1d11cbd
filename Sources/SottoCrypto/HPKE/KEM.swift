// The key encapsulation mechanisms that suites name.

/// A KEM by its number in HPKE (RFC 9180 section 7.1, draft-ietf-hpke-pq).
package enum KEM: UInt16, Hashable, Sendable {
    /// DHKEM(X25519, HKDF-SHA256).
    case dhkemX25519 = 0x0020
    /// MLKEM768-X25519, the hybrid that is also called X-Wing.
    case mlkem768X25519 = 0x647a

    /// `Npk`: the length of a public key, in bytes.
    package var publicKeyLength: Int {
        switch self {
        case .dhkemX25519: X25519.length
        case .mlkem768X25519: MLKEM768X25519.publicKeyLength
        }
    }

    /// `Nsk`: the length of a private key, in bytes.
    package var privateKeyLength: Int { 32 }

    /// `Nenc`: the length of an encapsulation, in bytes.
    package var encapsulationLength: Int {
        switch self {
        case .dhkemX25519: X25519.length
        case .mlkem768X25519: MLKEM768X25519.encapsulationLength
        }
    }

    /// `DeriveKeyPair`: the key pair that belongs to input keying material.
    ///
    /// - Throws: `.invalidKey`, with a probability nobody will see.
    package func deriveKeyPair(ikm: Secret) throws(CryptoError) -> HPKEKeyPair {
        switch self {
        case .dhkemX25519: try DHKEMX25519.deriveKeyPair(ikm: ikm)
        case .mlkem768X25519: try MLKEM768X25519.deriveKeyPair(ikm: ikm)
        }
    }

    /// `GenerateKeyPair`: a fresh key pair.
    package func generateKeyPair(using entropy: inout Entropy) throws(CryptoError) -> HPKEKeyPair {
        try deriveKeyPair(ikm: entropy.secret(privateKeyLength))
    }

    /// The public key of a private key. Throws `.invalidKey`.
    package func publicKey(of privateKey: HPKEPrivateKey) throws(CryptoError) -> [UInt8] {
        guard privateKey.bytes.count == privateKeyLength else { throw .invalidKey }
        return switch self {
        case .dhkemX25519: try X25519.PrivateKey(privateKey.bytes).publicKey
        case .mlkem768X25519: try MLKEM768X25519.publicKey(of: privateKey.bytes)
        }
    }

    /// Whether `encapsulate` takes this public key. It is tried, since no library says so.
    package func canEncapsulate(to publicKey: [UInt8]) -> Bool {
        guard publicKey.count == publicKeyLength else { return false }
        return switch self {
        case .dhkemX25519: X25519.agrees(with: publicKey)
        case .mlkem768X25519: (try? MLKEM768X25519.encapsulate(to: publicKey)) != nil
        }
    }

    /// `Encap`: a shared secret and what carries it to the holder of `publicKey`.
    ///
    /// - Throws: `.invalidKey`.
    package func encapsulate(
        to publicKey: [UInt8], using entropy: inout Entropy
    ) throws(CryptoError) -> Encapsulation {
        guard publicKey.count == publicKeyLength else { throw .invalidKey }
        switch self {
        case .dhkemX25519:
            let ephemeral = try generateKeyPair(using: &entropy)
            return try DHKEMX25519.encapsulate(to: publicKey, ephemeral: ephemeral.privateKey)
        case .mlkem768X25519:
            return try entropy.encapsulator.encapsulate(kem: rawValue, to: publicKey)
        }
    }

    /// `Decap`: the shared secret that an encapsulation carries.
    ///
    /// - Throws: `.invalidCiphertext` for an encapsulation of another length, `.invalidKey` for
    ///   a key of another length or an encapsulation that leads to an all-zero secret.
    package func decapsulate(
        _ encapsulation: [UInt8], with key: HPKEPrivateKey
    ) throws(CryptoError) -> Secret {
        guard encapsulation.count == encapsulationLength else { throw .invalidCiphertext }
        guard key.bytes.count == privateKeyLength else { throw .invalidKey }
        return switch self {
        case .dhkemX25519: try DHKEMX25519.decapsulate(encapsulation, with: key)
        case .mlkem768X25519: try MLKEM768X25519.decapsulate(encapsulation, with: key)
        }
    }

    /// `suite_id` of the mechanism: "KEM" and its number.
    var suiteID: [UInt8] { HPKE.suiteID("KEM", [rawValue]) }
}
