// Hybrid public key encryption in base mode, with entropy as an argument.

import SottoWire

/// One combination of mechanisms (RFC 9180).
package struct HPKE: Hashable, Sendable {
    /// How the shared secret travels.
    package let kem: KEM
    /// How keys come out of it.
    package let kdf: KDF
    /// What seals with them.
    package let aead: AEAD

    /// A combination.
    package init(kem: KEM, kdf: KDF, aead: AEAD) {
        self.kem = kem
        self.kdf = kdf
        self.aead = aead
    }

    /// `SealBase`: one message to the holder of a private key (section 6.1).
    ///
    /// - Throws: `.invalidKey`.
    package func sealBase(
        to publicKey: [UInt8], info: [UInt8], aad: some Collection<UInt8>,
        _ plaintext: some Collection<UInt8>, using entropy: inout Entropy
    ) throws(CryptoError) -> HPKECiphertext {
        var sender = try sender(to: publicKey, info: info, using: &entropy)
        let ciphertext = try sender.seal(aad: aad, plaintext)
        return HPKECiphertext(kemOutput: sender.kemOutput, ciphertext: ciphertext)
    }

    /// `OpenBase`: the message, which may be a secret itself (section 6.1).
    ///
    /// - Throws: `.invalidCiphertext`, or `.invalidKey` for a key of another length.
    package func openBase(
        _ message: HPKECiphertext, with key: HPKEPrivateKey, info: [UInt8],
        aad: some Collection<UInt8>
    ) throws(CryptoError) -> Secret {
        var recipient = try recipient(of: message.kemOutput, with: key, info: info)
        return try recipient.openSecret(aad: aad, message.ciphertext)
    }

    /// `SetupBaseS`: a context that seals any number of messages (section 5.1.1).
    ///
    /// - Throws: `.invalidKey`.
    package func sender(
        to publicKey: [UInt8], info: [UInt8], using entropy: inout Entropy
    ) throws(CryptoError) -> HPKESender {
        sender(try kem.encapsulate(to: publicKey, using: &entropy), info: info)
    }

    /// `SetupBaseS` after an encapsulation that was made before.
    package func sender(_ encapsulation: Encapsulation, info: [UInt8]) -> HPKESender {
        HPKESender(
            kemOutput: encapsulation.ciphertext,
            context: context(encapsulation.sharedSecret, info: info))
    }

    /// `SetupBaseR`: the context that opens what the sender's sealed (section 5.1.1).
    ///
    /// - Throws: `.invalidCiphertext`, or `.invalidKey` for a key of another length.
    package func recipient(
        of kemOutput: [UInt8], with key: HPKEPrivateKey, info: [UInt8]
    ) throws(CryptoError) -> HPKERecipient {
        let sharedSecret = try decapsulate(kemOutput, with: key)
        return HPKERecipient(context: context(sharedSecret, info: info))
    }

    private func decapsulate(
        _ kemOutput: [UInt8], with key: HPKEPrivateKey
    ) throws(CryptoError) -> Secret {
        guard key.bytes.count == kem.privateKeyLength else { throw .invalidKey }
        do {
            return try kem.decapsulate(kemOutput, with: key)
        } catch {
            // The key is good, so whatever was wrong came with the message.
            throw .invalidCiphertext
        }
    }

    /// `KeySchedule` in mode base (section 5.1).
    private func context(_ sharedSecret: Secret, info: [UInt8]) -> HPKEContext {
        let suite = Self.suiteID("HPKE", [kem.rawValue, kdf.rawValue, aead.rawValue])
        func hash(_ label: String, _ input: [UInt8]) -> Secret {
            kdf.labeledExtract(
                suite, salt: .zero(0), label: label, ikm: Secret(copying: input))
        }
        var schedule: [UInt8] = [0]
        for part in [hash("psk_id_hash", []), hash("info_hash", info)] {
            part.withBytes { part in schedule += part }
        }
        let secret = kdf.labeledExtract(
            suite, salt: sharedSecret, label: "secret", ikm: .zero(0))
        func expand(_ label: String, _ length: Int) -> Secret {
            kdf.labeledExpand(suite, secret, label: label, info: schedule, length: length)
        }
        return HPKEContext(
            hpke: self, suite: suite, key: expand("key", aead.keyLength),
            baseNonce: expand("base_nonce", aead.nonceLength),
            exporterSecret: expand("exp", kdf.length))
    }

    static let version = Array("HPKE-v1".utf8)

    static func suiteID(_ prefix: String, _ numbers: [UInt16]) -> [UInt8] {
        var writer = WireWriter()
        writer.fixed(prefix.utf8)
        for number in numbers { writer.uint16(number) }
        return writer.bytes
    }
}
