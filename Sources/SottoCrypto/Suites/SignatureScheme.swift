// The signature schemes that suites name, and the keys that go with them.

/// A signature scheme by its number in TLS (RFC 8446 section 4.2.3).
package enum SignatureScheme: UInt16, Hashable, Sendable {
    /// Ed25519.
    case ed25519 = 0x0807

    /// Accepts a signature by returning. Throws `.invalidSignature`.
    package func verify(
        publicKey: [UInt8], signature: some Collection<UInt8>, _ message: some Collection<UInt8>
    ) throws(CryptoError) {
        switch self {
        case .ed25519:
            try Ed25519.verify(publicKey: publicKey, signature: signature, message)
        }
    }
}

/// A key that signs as a member of groups.
public struct SignaturePrivateKey: Sendable {
    private let key: Ed25519.PrivateKey

    /// The key that belongs to a seed. Throws `.invalidLength` unless it has 32 bytes.
    public init(seed: Secret) throws(CryptoError) { key = try Ed25519.PrivateKey(seed: seed) }

    /// A fresh key.
    public static func random(using entropy: inout Entropy) throws(CryptoError) -> Self {
        try SignaturePrivateKey(seed: entropy.secret(Ed25519.keyLength))
    }

    /// What others verify with.
    public var publicKey: [UInt8] { key.publicKey }

    /// What the key was made from; this is the form in which it is stored.
    public var seed: Secret { key.seed }

    /// The scheme it is a key of.
    package var scheme: SignatureScheme { .ed25519 }

    /// The signature of a message without a label; MLS signs with `signWithLabel`.
    package func sign(_ message: some Collection<UInt8>) -> [UInt8] { key.sign(message) }
}
