// Sealing under a shared key with a random nonce (spec/wire.md, Sealing with a symmetric key).

/// `Seal`: a random nonce, then XChaCha20-Poly1305.
package enum SymmetricSeal {
    /// How many bytes sealing adds.
    package static let overhead = XChaCha20Poly1305.nonceLength + XChaCha20Poly1305.overhead

    /// The sealed form of a plaintext. No two calls give the same bytes.
    ///
    /// - Precondition: `key` has 32 bytes; another length is our own mistake.
    package static func seal(
        key: Secret, aad: some Collection<UInt8>, _ plaintext: some Collection<UInt8>,
        using entropy: inout Entropy
    ) -> [UInt8] {
        let nonce = entropy.bytes(XChaCha20Poly1305.nonceLength)
        guard
            let ciphertext = try? XChaCha20Poly1305.seal(
                key: key, nonce: nonce, aad: aad, plaintext)
        else { preconditionFailure("a sealing key has \(XChaCha20Poly1305.keyLength) bytes") }
        return nonce + ciphertext
    }

    /// What was sealed. Throws `.invalidCiphertext` for anything else.
    package static func open(
        key: Secret, aad: some Collection<UInt8>, _ sealed: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        guard sealed.count >= overhead else { throw .invalidCiphertext }
        return try withContiguousBytes(of: sealed) { sealed in
            Result { () throws(CryptoError) in
                try XChaCha20Poly1305.opened(
                    key: key,
                    nonce: UnsafeRawBufferPointer(
                        rebasing: sealed[..<XChaCha20Poly1305.nonceLength]),
                    aad: aad,
                    UnsafeRawBufferPointer(
                        rebasing: sealed[XChaCha20Poly1305.nonceLength...]))
            }
        }.get()
    }

    /// What was sealed, where that is secret. Throws `.invalidCiphertext` for anything else.
    package static func openSecret(
        key: Secret, aad: some Collection<UInt8>, _ sealed: some Collection<UInt8>
    ) throws(CryptoError) -> Secret {
        guard sealed.count >= overhead else { throw .invalidCiphertext }
        let nonce = Array(sealed.prefix(XChaCha20Poly1305.nonceLength))
        return try XChaCha20Poly1305.openSecret(
            key: key, nonce: nonce, aad: aad, sealed.dropFirst(XChaCha20Poly1305.nonceLength))
    }
}
