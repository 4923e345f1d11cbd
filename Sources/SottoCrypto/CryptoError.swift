// What a cryptographic operation can answer instead of a result.

/// Why a cryptographic operation refused. Which check failed inside it is not told.
public enum CryptoError: Error, Equatable, Sendable {
    /// A key is not a valid key of its algorithm, or leads to an all-zero shared secret.
    case invalidKey
    /// Sealed bytes, or what a key encapsulation put before them, do not open.
    case invalidCiphertext
    /// A signature does not verify.
    case invalidSignature
    /// A key, nonce or output has a length that the algorithm does not have.
    case invalidLength
    /// A context has used up its nonces.
    case exhausted
    /// The cipher suite has this number and we do not have it.
    case unsupportedCipherSuite(UInt16)
}
