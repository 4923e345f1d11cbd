// What a suite does with hashes, keys and texts that carry no label.

extension CipherSuite {
    /// `KDF.Nh`: the length of digests, codes and secrets, in bytes.
    package var hashLength: Int { hashAlgorithm.length }
    /// `AEAD.Nk`: the length of a key, in bytes.
    package var keyLength: Int { hpke.aead.keyLength }
    /// `AEAD.Nn`: the length of a nonce, in bytes.
    package var nonceLength: Int { hpke.aead.nonceLength }
    /// `AEAD.Nt`: how much longer a ciphertext is than its plaintext, in bytes.
    package var sealOverhead: Int { hpke.aead.overhead }
    /// The longest output of the KDF, in bytes.
    package var expandBytesMax: Int { hpke.kdf.expandBytesMax }

    /// The digest of some bytes.
    package func hash(_ bytes: some Collection<UInt8>) -> [UInt8] { hashAlgorithm.hash(bytes) }

    /// The digest of several runs of bytes, one after the other.
    package func hash(parts: [ArraySlice<UInt8>]) -> [UInt8] { hashAlgorithm.hash(parts: parts) }

    /// The MAC of some bytes.
    package func mac(key: Secret, _ bytes: some Collection<UInt8>) -> [UInt8] {
        hashAlgorithm.mac(key: key, bytes)
    }

    /// Whether `code` is the MAC of some bytes, in constant time.
    package func isValid(
        mac code: some Collection<UInt8>, key: Secret, _ bytes: some Collection<UInt8>
    ) -> Bool {
        constantTimeEquals(code, mac(key: key, bytes))
    }

    /// `KDF.Extract`.
    package func extract(salt: Secret, ikm: Secret) -> Secret {
        hpke.kdf.extract(salt: salt, ikm: ikm)
    }

    /// `KDF.Expand`.
    ///
    /// - Precondition: `length` is at most `expandBytesMax`.
    package func expand(_ prk: Secret, info: some Collection<UInt8>, length: Int) -> Secret {
        hpke.kdf.expand(prk, info: info, length: length)
    }

    /// `AEAD.Seal`. Throws `.invalidLength` for a key or nonce of another length.
    package func seal(
        key: Secret, nonce: [UInt8], aad: some Collection<UInt8>,
        _ plaintext: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        try hpke.aead.seal(key: key, nonce: nonce, aad: aad, plaintext)
    }

    /// `AEAD.Open`. Throws `.invalidCiphertext`, or `.invalidLength` for key and nonce.
    package func open(
        key: Secret, nonce: [UInt8], aad: some Collection<UInt8>,
        _ ciphertext: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        try hpke.aead.open(key: key, nonce: nonce, aad: aad, ciphertext)
    }

    /// `AEAD.Open` of what is itself secret. Throws as `open` does.
    package func openSecret(
        key: Secret, nonce: [UInt8], aad: some Collection<UInt8>,
        _ ciphertext: some Collection<UInt8>
    ) throws(CryptoError) -> Secret {
        try hpke.aead.openSecret(key: key, nonce: nonce, aad: aad, ciphertext)
    }

    /// A fresh HPKE key pair.
    package func makeHPKEKeyPair(using entropy: inout Entropy) throws(CryptoError) -> HPKEKeyPair {
        try hpke.kem.generateKeyPair(using: &entropy)
    }

    /// `KEM.DeriveKeyPair`: the key pair of a node secret (RFC 9420 section 7.4).
    package func deriveKeyPair(ikm: Secret) throws(CryptoError) -> HPKEKeyPair {
        try hpke.kem.deriveKeyPair(ikm: ikm)
    }

    /// Whether somebody can encapsulate to this public key (RFC 9180 section 7.1.4).
    package func canSeal(to publicKey: [UInt8]) -> Bool { hpke.kem.canEncapsulate(to: publicKey) }

    /// A fresh signature key.
    package func makeSignatureKey(
        using entropy: inout Entropy
    ) throws(CryptoError) -> SignaturePrivateKey {
        try SignaturePrivateKey.random(for: self, using: &entropy)
    }
}
