// Sealing under a shared key with a random nonce (spec/wire.md, Sealing with a symmetric key).

/// What `Seal` seals with: 32 secret bytes.
package struct SealKey: Sendable, Equatable {
    /// The bytes.
    package let secret: Secret

    /// A key that was kept or received.
    ///
    /// - Throws: `.invalidLength` unless it has 32 bytes.
    package init(_ secret: Secret) throws(CryptoError) {
        guard secret.count == XChaCha20Poly1305.keyLength else { throw .invalidLength }
        self.secret = secret
    }

    /// A key that a function of ours made with this size; another one is a mistake of ours.
    package init(made secret: Secret) {
        precondition(secret.count == XChaCha20Poly1305.keyLength, "made with another size")
        self.secret = secret
    }
}

/// `Seal`: a random nonce, then XChaCha20-Poly1305.
package enum SymmetricSeal {
    /// How many bytes sealing adds.
    package static let overhead = XChaCha20Poly1305.nonceLength + XChaCha20Poly1305.overhead

    /// The sealed form of a plaintext. No two calls give the same bytes.
    ///
    /// - Parameter prefix: What comes before it in the same array; neither sealed nor checked.
    package static func seal(
        key: SealKey, aad: some Collection<UInt8>, _ plaintext: some Collection<UInt8>,
        after prefix: [UInt8] = [], using entropy: inout Entropy
    ) -> [UInt8] {
        let nonce = entropy.bytes(XChaCha20Poly1305.nonceLength)
        guard
            let sealed = try? XChaCha20Poly1305.sealed(
                key: key.secret, nonce: nonce, aad: aad, plaintext, after: prefix + nonce)
        else { preconditionFailure("key and nonce have their lengths") }
        return sealed
    }

    /// What was sealed. Throws `.invalidCiphertext`.
    package static func open(
        key: SealKey, aad: some Collection<UInt8>, _ sealed: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        try split(sealed) { (nonce, ciphertext) throws(CryptoError) in
            try XChaCha20Poly1305.opened(key: key.secret, nonce: nonce, aad: aad, ciphertext)
        }
    }

    /// What was sealed, where that is secret. Throws as `open` does.
    package static func openSecret(
        key: SealKey, aad: some Collection<UInt8>, _ sealed: some Collection<UInt8>
    ) throws(CryptoError) -> Secret {
        try split(sealed) { (nonce, ciphertext) throws(CryptoError) in
            try XChaCha20Poly1305.openedSecret(key: key.secret, nonce: nonce, aad: aad, ciphertext)
        }
    }

    private static func split<Plaintext>(
        _ sealed: some Collection<UInt8>,
        _ open: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws(CryptoError) -> Plaintext
    ) throws(CryptoError) -> Plaintext {
        guard sealed.count >= overhead else { throw .invalidCiphertext }
        return try withContiguousBytes(of: sealed) { sealed in
            let end = XChaCha20Poly1305.nonceLength
            return Result { () throws(CryptoError) in
                try open(
                    UnsafeRawBufferPointer(rebasing: sealed[..<end]),
                    UnsafeRawBufferPointer(rebasing: sealed[end...]))
            }
        }.get()
    }
}
