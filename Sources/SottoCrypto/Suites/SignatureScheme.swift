// The signature schemes that suites name.

/// A signature scheme by its number in TLS (RFC 8446 section 4.2.3).
package enum SignatureScheme: UInt16, Hashable, Sendable {
    /// ECDSA on P-256 with SHA-256.
    case ecdsaP256 = 0x0403
    /// ECDSA on P-384 with SHA-384.
    case ecdsaP384 = 0x0503
    /// ECDSA on P-521 with SHA-512.
    case ecdsaP521 = 0x0603
    /// Ed25519.
    case ed25519 = 0x0807

    /// Accepts a signature by returning. Throws `.invalidSignature`.
    package func verify(
        publicKey: [UInt8], signature: some Collection<UInt8>, _ message: some Collection<UInt8>
    ) throws(CryptoError) {
        switch self {
        case .ed25519:
            try Ed25519.verify(publicKey: publicKey, signature: signature, message)
        case .ecdsaP256:
            try ECDSA<CurveP256>.verify(publicKey: publicKey, signature: signature, message)
        case .ecdsaP384:
            try ECDSA<CurveP384>.verify(publicKey: publicKey, signature: signature, message)
        case .ecdsaP521:
            try ECDSA<CurveP521>.verify(publicKey: publicKey, signature: signature, message)
        }
    }
}
