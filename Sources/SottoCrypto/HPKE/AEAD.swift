// The authenticated ciphers that suites name.

/// An AEAD by its number in HPKE (RFC 9180 section 7.3).
package enum AEAD: UInt16, Hashable, Sendable {
    /// AES-128-GCM.
    case aes128GCM = 0x0001
    /// AES-256-GCM.
    case aes256GCM = 0x0002
    /// ChaCha20-Poly1305.
    case chaCha20Poly1305 = 0x0003

    /// `Nk`: the length of a key, in bytes.
    package var keyLength: Int { self == .aes128GCM ? 16 : 32 }
    /// `Nn`: the length of a nonce, in bytes.
    package var nonceLength: Int { 12 }
    /// `Nt`: how much longer a ciphertext is than its plaintext, in bytes.
    package var overhead: Int { 16 }

    /// Ciphertext and tag. Throws `.invalidLength` for a key or nonce of another length.
    package func seal(
        key: Secret, nonce: some Collection<UInt8>, aad: some Collection<UInt8>,
        _ plaintext: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        switch self {
        case .aes128GCM: try AES128GCM.sealed(key: key, nonce: nonce, aad: aad, plaintext)
        case .aes256GCM: try AES256GCM.sealed(key: key, nonce: nonce, aad: aad, plaintext)
        case .chaCha20Poly1305:
            try ChaCha20Poly1305.sealed(key: key, nonce: nonce, aad: aad, plaintext)
        }
    }

    /// The plaintext. Throws `.invalidCiphertext`, or `.invalidLength` for key and nonce.
    package func open(
        key: Secret, nonce: some Collection<UInt8>, aad: some Collection<UInt8>,
        _ ciphertext: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        switch self {
        case .aes128GCM: try AES128GCM.opened(key: key, nonce: nonce, aad: aad, ciphertext)
        case .aes256GCM: try AES256GCM.opened(key: key, nonce: nonce, aad: aad, ciphertext)
        case .chaCha20Poly1305:
            try ChaCha20Poly1305.opened(key: key, nonce: nonce, aad: aad, ciphertext)
        }
    }

    /// A secret plaintext. Throws `.invalidCiphertext`, or `.invalidLength` for key and nonce.
    package func openSecret(
        key: Secret, nonce: some Collection<UInt8>, aad: some Collection<UInt8>,
        _ ciphertext: some Collection<UInt8>
    ) throws(CryptoError) -> Secret {
        switch self {
        case .aes128GCM: try AES128GCM.openedSecret(key: key, nonce: nonce, aad: aad, ciphertext)
        case .aes256GCM: try AES256GCM.openedSecret(key: key, nonce: nonce, aad: aad, ciphertext)
        case .chaCha20Poly1305:
            try ChaCha20Poly1305.openedSecret(key: key, nonce: nonce, aad: aad, ciphertext)
        }
    }
}
