// Sealing under a shared key with a nonce drawn at random.

/// `Seal(key, aad, plaintext) = nonce ‖ XChaCha20-Poly1305(...)` (`spec/wire.md`).
///
/// The nonce has 24 random bytes, so one key may seal without counting.
package enum SymmetricSeal {
    /// Bytes that sealing adds: a nonce of 24 and a tag of 16.
    package static let overhead = nonceBytes + 16

    /// Seals `plaintext` and binds `aad` to it. The result is longer by ``overhead``.
    ///
    /// - Throws: `invalidLength` where `key` is not 32 bytes long.
    package static func seal(
        key: Secret, aad: some Collection<UInt8>, _ plaintext: some Collection<UInt8>,
        using entropy: inout Entropy
    ) throws(CryptoError) -> [UInt8] {
        let nonce = entropy.bytes(nonceBytes)
        return nonce + (try XChaCha20Poly1305.seal(key: key, nonce: nonce, aad: aad, plaintext))
    }

    /// Opens what ``seal(key:aad:_:using:)`` made.
    ///
    /// - Throws: `invalidCiphertext` if the key, the `aad` or any bit differs.
    package static func open(
        key: Secret, aad: some Collection<UInt8>, _ sealed: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        guard sealed.count >= overhead else { throw .invalidCiphertext }
        return try XChaCha20Poly1305.open(
            key: key, nonce: Array(sealed.prefix(nonceBytes)), aad: aad,
            Array(sealed.dropFirst(nonceBytes)))
    }

    private static let nonceBytes = 24
}
