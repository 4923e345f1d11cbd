// ChaCha20-Poly1305 with short and with long nonces.

import CSodium

/// ChaCha20-Poly1305 (RFC 8439).
enum ChaCha20Poly1305: AEADPrimitive {
    static let keyLength = 32
    static let nonceLength = 12

    static func seal(
        _ text: UnsafeRawBufferPointer, _ input: AEADInput,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        crypto_aead_chacha20poly1305_ietf_encrypt(
            output.address, nil, text.address, UInt64(text.count), input.aad.address,
            UInt64(input.aad.count), nil, input.nonce.address, input.key.address) == 0
    }

    static func open(
        _ text: UnsafeRawBufferPointer, _ input: AEADInput,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        crypto_aead_chacha20poly1305_ietf_decrypt(
            output.address, nil, nil, text.address, UInt64(text.count), input.aad.address,
            UInt64(input.aad.count), input.nonce.address, input.key.address) == 0
    }
}

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): a nonce long enough to be drawn at random.
package enum XChaCha20Poly1305: AEADPrimitive {
    /// The length of a key, in bytes.
    package static let keyLength = 32
    /// The length of a nonce, in bytes.
    package static let nonceLength = 24
    /// How much longer a ciphertext is than its plaintext, in bytes.
    package static let overhead = 16

    /// Ciphertext and tag. Throws `.invalidLength` for a key or nonce of another length.
    package static func seal(
        key: Secret, nonce: [UInt8], aad: some Collection<UInt8>,
        _ plaintext: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        try sealed(key: key, nonce: nonce, aad: aad, plaintext)
    }

    /// The plaintext. Throws `.invalidCiphertext`, or `.invalidLength` for key and nonce.
    package static func open(
        key: Secret, nonce: [UInt8], aad: some Collection<UInt8>,
        _ ciphertext: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        try opened(key: key, nonce: nonce, aad: aad, ciphertext)
    }

    /// A secret plaintext. Throws `.invalidCiphertext`, or `.invalidLength` for key and nonce.
    package static func openSecret(
        key: Secret, nonce: [UInt8], aad: some Collection<UInt8>,
        _ ciphertext: some Collection<UInt8>
    ) throws(CryptoError) -> Secret {
        try openedSecret(key: key, nonce: nonce, aad: aad, ciphertext)
    }

    static func seal(
        _ text: UnsafeRawBufferPointer, _ input: AEADInput,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        crypto_aead_xchacha20poly1305_ietf_encrypt(
            output.address, nil, text.address, UInt64(text.count), input.aad.address,
            UInt64(input.aad.count), nil, input.nonce.address, input.key.address) == 0
    }

    static func open(
        _ text: UnsafeRawBufferPointer, _ input: AEADInput,
        into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            output.address, nil, nil, text.address, UInt64(text.count), input.aad.address,
            UInt64(input.aad.count), input.nonce.address, input.key.address) == 0
    }
}
