// The key encapsulation mechanisms that suites name.

/// A KEM by its number in HPKE (RFC 9180 section 7.1, draft-ietf-hpke-pq).
package enum KEM: UInt16, Hashable, Sendable {
    /// DHKEM(P-256, HKDF-SHA256).
    case dhkemP256 = 0x0010
    /// DHKEM(P-384, HKDF-SHA384).
    case dhkemP384 = 0x0011
    /// DHKEM(P-521, HKDF-SHA512).
    case dhkemP521 = 0x0012
    /// DHKEM(X25519, HKDF-SHA256).
    case dhkemX25519 = 0x0020
    /// MLKEM768-X25519, the hybrid that is also called X-Wing.
    case mlkem768X25519 = 0x647a
    /// The same hybrid under a number for private use, with its own derivation of keys.
    case xWing = 0xf057

    /// The table: what each number stands for.
    private var mechanism: any KEMMechanism {
        switch self {
        case .dhkemP256: DHKEM<ECDH<CurveP256>>(number: rawValue, kdf: .hkdfSHA256)
        case .dhkemP384: DHKEM<ECDH<CurveP384>>(number: rawValue, kdf: .hkdfSHA384)
        case .dhkemP521: DHKEM<ECDH<CurveP521>>(number: rawValue, kdf: .hkdfSHA512)
        case .dhkemX25519: DHKEM<X25519>(number: rawValue, kdf: .hkdfSHA256)
        case .mlkem768X25519: MLKEM768X25519(number: rawValue, derivation: .oneStep)
        case .xWing: MLKEM768X25519(number: rawValue, derivation: .extracted(.hkdfSHA256))
        }
    }

    /// `Npk`: the length of a public key, in bytes.
    package var publicKeyLength: Int { mechanism.publicKeyLength }
    /// `Nsk`: the length of a private key, in bytes.
    package var privateKeyLength: Int { mechanism.privateKeyLength }
    /// `Nenc`: the length of an encapsulation, in bytes.
    package var encapsulationLength: Int { mechanism.encapsulationLength }
    /// Whether it stays closed to a quantum computer.
    package var isHybrid: Bool { mechanism.isHybrid }

    /// `DeriveKeyPair`: the key pair that belongs to input keying material.
    ///
    /// - Throws: `.invalidKey`, with a probability nobody will see.
    package func deriveKeyPair(ikm: Secret) throws(CryptoError) -> HPKEKeyPair {
        try mechanism.deriveKeyPair(ikm: ikm)
    }

    /// `GenerateKeyPair`: a fresh key pair.
    package func generateKeyPair(using entropy: inout Entropy) throws(CryptoError) -> HPKEKeyPair {
        try deriveKeyPair(ikm: entropy.secret(privateKeyLength))
    }

    /// The public key of a private key. Throws `.invalidKey`.
    package func publicKey(of privateKey: HPKEPrivateKey) throws(CryptoError) -> [UInt8] {
        guard privateKey.bytes.count == privateKeyLength else { throw .invalidKey }
        return try mechanism.publicKey(of: privateKey.bytes)
    }

    /// Whether `encapsulate` takes this public key: a point on the curve, not of small order; of a
    /// hybrid, both halves.
    package func canEncapsulate(to publicKey: [UInt8]) -> Bool {
        publicKey.count == publicKeyLength && mechanism.canEncapsulate(to: publicKey)
    }

    /// `Encap`: a shared secret and what carries it to the holder of `publicKey`.
    ///
    /// - Throws: `.invalidKey`.
    package func encapsulate(
        to publicKey: [UInt8], using entropy: inout Entropy
    ) throws(CryptoError) -> Encapsulation {
        guard publicKey.count == publicKeyLength else { throw .invalidKey }
        return try mechanism.encapsulate(to: publicKey, using: &entropy)
    }

    /// `Encap` with an ephemeral key that is derived from `ikm`, which vectors fix and everybody
    /// else draws afresh. Throws `.invalidKey`, also for a hybrid: its library draws for itself.
    package func encapsulate(
        to publicKey: [UInt8], ephemeralIKM ikm: Secret
    ) throws(CryptoError) -> Encapsulation {
        guard publicKey.count == publicKeyLength else { throw .invalidKey }
        return try mechanism.encapsulate(to: publicKey, ephemeralIKM: ikm)
    }

    /// `Decap`: the shared secret that an encapsulation carries.
    ///
    /// - Throws: `.invalidCiphertext` for an encapsulation of another length, `.invalidKey` for
    ///   a key that is none or an encapsulation that nobody made with such a key.
    package func decapsulate(
        _ encapsulation: [UInt8], with key: HPKEPrivateKey
    ) throws(CryptoError) -> Secret {
        guard encapsulation.count == encapsulationLength else { throw .invalidCiphertext }
        guard key.bytes.count == privateKeyLength else { throw .invalidKey }
        return try mechanism.decapsulate(encapsulation, with: key.bytes)
    }
}

/// What an entry of the table can do. Lengths of keys and encapsulations have been checked.
protocol KEMMechanism: Sendable {
    var number: UInt16 { get }
    var publicKeyLength: Int { get }
    var privateKeyLength: Int { get }
    var encapsulationLength: Int { get }
    var isHybrid: Bool { get }
    func deriveKeyPair(ikm: Secret) throws(CryptoError) -> HPKEKeyPair
    func publicKey(of privateKey: Secret) throws(CryptoError) -> [UInt8]
    func canEncapsulate(to publicKey: [UInt8]) -> Bool
    func encapsulate(
        to publicKey: [UInt8], using entropy: inout Entropy
    ) throws(CryptoError) -> Encapsulation
    func encapsulate(
        to publicKey: [UInt8], ephemeralIKM ikm: Secret
    ) throws(CryptoError) -> Encapsulation
    func decapsulate(
        _ encapsulation: [UInt8], with privateKey: Secret
    ) throws(CryptoError) -> Secret
}

extension KEMMechanism {
    /// `suite_id` of the mechanism: "KEM" and its number.
    var suiteID: [UInt8] { HPKE.suiteID("KEM", [number]) }
}
