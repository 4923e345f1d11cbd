// The keys that members of groups sign with.

/// A key that signs as a member of groups, of the scheme that its cipher suite names.
public struct SignaturePrivateKey: Sendable {
    private let key: Key

    /// The Ed25519 key that belongs to a seed. Throws `.invalidLength` unless it has 32 bytes.
    public init(seed: Secret) throws(CryptoError) { key = .ed25519(try .init(seed: seed)) }

    /// The key of a suite's scheme that `seed` once gave.
    ///
    /// - Throws: `.invalidLength`, and `.invalidKey` for a scalar that is zero or not below the
    ///   order of the curve.
    public init(suite: CipherSuite, seed: Secret) throws(CryptoError) {
        switch suite.signatureScheme {
        case .ed25519: key = .ed25519(try .init(seed: seed))
        case .ecdsaP256: key = .ecdsaP256(try .init(seed))
        case .ecdsaP384: key = .ecdsaP384(try .init(seed))
        case .ecdsaP521: key = .ecdsaP521(try .init(seed))
        }
    }

    private init(_ key: Key) { self.key = key }

    /// A fresh Ed25519 key.
    public static func random(using entropy: inout Entropy) throws(CryptoError) -> Self {
        try SignaturePrivateKey(seed: entropy.secret(Ed25519.keyLength))
    }

    /// A fresh key of the scheme that a suite signs with.
    public static func random(
        for suite: CipherSuite, using entropy: inout Entropy
    ) throws(CryptoError) -> Self {
        switch suite.signatureScheme {
        case .ed25519: try random(using: &entropy)
        case .ecdsaP256: Self(.ecdsaP256(try .random(using: &entropy)))
        case .ecdsaP384: Self(.ecdsaP384(try .random(using: &entropy)))
        case .ecdsaP521: Self(.ecdsaP521(try .random(using: &entropy)))
        }
    }

    /// What others verify with: 32 bytes of Ed25519, else an uncompressed point.
    public var publicKey: [UInt8] {
        switch key {
        case .ed25519(let key): key.publicKey
        case .ecdsaP256(let key): key.publicKey
        case .ecdsaP384(let key): key.publicKey
        case .ecdsaP521(let key): key.publicKey
        }
    }

    /// What the key was made from: an Ed25519 seed, else a scalar. It is stored in this form.
    public var seed: Secret {
        switch key {
        case .ed25519(let key): key.seed
        case .ecdsaP256(let key): key.bytes
        case .ecdsaP384(let key): key.bytes
        case .ecdsaP521(let key): key.bytes
        }
    }

    /// Whether this key can sign in groups of a suite.
    public func signs(in suite: CipherSuite) -> Bool { scheme == suite.signatureScheme }

    /// The scheme it is a key of.
    package var scheme: SignatureScheme {
        switch key {
        case .ed25519: .ed25519
        case .ecdsaP256: .ecdsaP256
        case .ecdsaP384: .ecdsaP384
        case .ecdsaP521: .ecdsaP521
        }
    }

    /// The signature of a message without a label; MLS signs with `signWithLabel`.
    package func sign(_ message: some Collection<UInt8>) -> [UInt8] {
        switch key {
        case .ed25519(let key): key.sign(message)
        case .ecdsaP256(let key): key.sign(message)
        case .ecdsaP384(let key): key.sign(message)
        case .ecdsaP521(let key): key.sign(message)
        }
    }

    private enum Key: Sendable {
        case ed25519(Ed25519.PrivateKey)
        case ecdsaP256(ECDSA<CurveP256>.PrivateKey)
        case ecdsaP384(ECDSA<CurveP384>.PrivateKey)
        case ecdsaP521(ECDSA<CurveP521>.PrivateKey)
    }
}
