// The labelled functions of MLS, which keep one use of a key apart from every other.

import SottoWire

extension CipherSuite {
    /// `ExpandWithLabel` (RFC 9420 section 8).
    ///
    /// - Precondition: `length` is at most `expandBytesMax`.
    package func expandWithLabel(
        _ secret: Secret, label: String, context: some Collection<UInt8>, length: Int
    ) -> Secret {
        var writer = WireWriter()
        writer.uint16(UInt16(length))
        writer.label(label)
        writer.opaque(context)
        return expand(secret, info: writer.bytes, length: length)
    }

    /// `DeriveSecret` (RFC 9420 section 8).
    package func deriveSecret(_ secret: Secret, label: String) -> Secret {
        expandWithLabel(secret, label: label, context: [], length: hashLength)
    }

    /// `DeriveTreeSecret` (RFC 9420 section 9).
    package func deriveTreeSecret(
        _ secret: Secret, label: String, generation: UInt32, length: Int
    ) -> Secret {
        expandWithLabel(secret, label: label, context: generation.wireBytes, length: length)
    }

    /// `RefHash` (RFC 9420 section 5.2). The label is whole: it gets no prefix here.
    package func refHash(label: String, _ value: some Collection<UInt8>) -> [UInt8] {
        var writer = WireWriter()
        writer.opaque(label.utf8)
        writer.opaque(value)
        return hash(writer.bytes)
    }

    /// `SignWithLabel` (RFC 9420 section 5.1.2).
    package func signWithLabel(
        _ key: SignaturePrivateKey, label: String, content: some Collection<UInt8>
    ) -> [UInt8] {
        key.sign(labelled(label, content))
    }

    /// `VerifyWithLabel` (RFC 9420 section 5.1.2), which accepts by returning.
    ///
    /// - Throws: `.invalidSignature`.
    package func verifyWithLabel(
        _ publicKey: [UInt8], label: String, content: some Collection<UInt8>,
        signature: some Collection<UInt8>
    ) throws(CryptoError) {
        try signatureScheme.verify(
            publicKey: publicKey, signature: signature, labelled(label, content))
    }

    /// `EncryptWithLabel` (RFC 9420 section 5.1.3). Throws `.invalidKey`.
    package func encryptWithLabel(
        publicKey: [UInt8], label: String, context: some Collection<UInt8>,
        plaintext: some Collection<UInt8>, using entropy: inout Entropy
    ) throws(CryptoError) -> HPKECiphertext {
        try encryption(label: label, context: context)
            .seal(to: publicKey, plaintext, using: &entropy)
    }

    /// `EncryptWithLabel` of a secret (RFC 9420 section 5.1.3). Throws `.invalidKey`.
    package func encryptWithLabel(
        publicKey: [UInt8], label: String, context: some Collection<UInt8>,
        plaintext: Secret, using entropy: inout Entropy
    ) throws(CryptoError) -> HPKECiphertext {
        try encryption(label: label, context: context)
            .seal(to: publicKey, plaintext, using: &entropy)
    }

    /// `EncryptWithLabel` to many under one label and context.
    package func encryption(
        label: String, context: some Collection<UInt8>
    ) -> LabelledEncryption {
        LabelledEncryption(hpke: hpke, info: labelled(label, context))
    }

    /// `DecryptWithLabel` (RFC 9420 section 5.1.3).
    ///
    /// - Throws: `.invalidCiphertext`, or `.invalidKey` for a key of another length.
    package func decryptWithLabel(
        _ key: HPKEPrivateKey, label: String, context: some Collection<UInt8>,
        _ message: HPKECiphertext
    ) throws(CryptoError) -> Secret {
        try hpke.openBase(message, with: key, info: labelled(label, context), aad: [])
    }

    /// `SignContent` and `EncryptContext`, which have one shape: a label, then an opaque.
    private func labelled(_ label: String, _ content: some Collection<UInt8>) -> [UInt8] {
        var writer = WireWriter()
        writer.reserve(content.count + 64)
        writer.label(label)
        writer.opaque(content)
        return writer.bytes
    }
}

/// Encryption to any number of keys under one label and context (RFC 9420 section 5.1.3).
///
/// A Welcome's context holds the whole tree: hashing it again for each new member would make the
/// cost of adding many grow with their square.
package struct LabelledEncryption: Sendable {
    private let hpke: HPKE
    private let schedule: HPKEScheduleContext

    fileprivate init(hpke: HPKE, info: [UInt8]) {
        self.hpke = hpke
        schedule = hpke.scheduleContext(info: info)
    }

    /// What only the holder of the private key can open. Throws `.invalidKey`.
    package func seal(
        to publicKey: [UInt8], _ plaintext: some Collection<UInt8>, using entropy: inout Entropy
    ) throws(CryptoError) -> HPKECiphertext {
        try hpke.sealBase(to: publicKey, under: schedule, aad: [], plaintext, using: &entropy)
    }

    /// A secret that only the holder of the private key can open. Throws `.invalidKey`.
    package func seal(
        to publicKey: [UInt8], _ plaintext: Secret, using entropy: inout Entropy
    ) throws(CryptoError) -> HPKECiphertext {
        try plaintext.withBytes { (plaintext) throws(CryptoError) -> HPKECiphertext in
            try seal(to: publicKey, plaintext, using: &entropy)
        }
    }
}

extension WireWriter {
    fileprivate mutating func label(_ label: String) {
        lengthPrefixed { writer in
            writer.fixed("MLS 1.0 ".utf8)
            writer.fixed(label.utf8)
        }
    }
}
