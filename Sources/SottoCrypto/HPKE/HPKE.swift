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
        to publicKey: [UInt8], info: some Collection<UInt8>, aad: some Collection<UInt8>,
        _ plaintext: some Collection<UInt8>, using entropy: inout Entropy
    ) throws(CryptoError) -> HPKECiphertext {
        try sealBase(
            to: publicKey, under: scheduleContext(info: info), aad: aad, plaintext,
            using: &entropy)
    }

    /// `SealBase` under an `info` that was hashed before.
    ///
    /// - Throws: `.invalidKey`.
    package func sealBase(
        to publicKey: [UInt8], under schedule: HPKEScheduleContext, aad: some Collection<UInt8>,
        _ plaintext: some Collection<UInt8>, using entropy: inout Entropy
    ) throws(CryptoError) -> HPKECiphertext {
        var sender = sender(try kem.encapsulate(to: publicKey, using: &entropy), under: schedule)
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
        sender(encapsulation, under: scheduleContext(info: info))
    }

    private func sender(
        _ encapsulation: Encapsulation, under schedule: HPKEScheduleContext
    ) -> HPKESender {
        HPKESender(
            kemOutput: encapsulation.ciphertext,
            context: context(encapsulation.sharedSecret, schedule))
    }

    /// `SetupBaseR`: the context that opens what the sender's sealed (section 5.1.1).
    ///
    /// - Throws: `.invalidCiphertext`, or `.invalidKey` for a key of another length.
    package func recipient(
        of kemOutput: [UInt8], with key: HPKEPrivateKey, info: [UInt8]
    ) throws(CryptoError) -> HPKERecipient {
        let sharedSecret = try decapsulate(kemOutput, with: key)
        return HPKERecipient(context: context(sharedSecret, scheduleContext(info: info)))
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

    /// What `info` is to the key schedule in mode base (section 5.1): hashed, so that who seals
    /// many messages under a long one hashes it once.
    package func scheduleContext(info: some Collection<UInt8>) -> HPKEScheduleContext {
        let suite = suiteID
        var bytes: [UInt8] = [0]
        kdf.labeledExtract(suite, salt: .zero(0), label: "psk_id_hash", ikm: [])
            .withBytes { part in bytes += part }
        kdf.labeledExtract(suite, salt: .zero(0), label: "info_hash", ikm: info)
            .withBytes { part in bytes += part }
        return HPKEScheduleContext(bytes: bytes)
    }

    /// `KeySchedule` in mode base (section 5.1).
    private func context(_ sharedSecret: Secret, _ schedule: HPKEScheduleContext) -> HPKEContext {
        HPKEContext(
            hpke: self, suite: suiteID, schedule: schedule,
            secret: kdf.labeledExtract(suiteID, salt: sharedSecret, label: "secret", ikm: []))
    }

    /// `suite_id`: "HPKE" and the three numbers.
    private var suiteID: [UInt8] {
        Self.suiteID("HPKE", [kem.rawValue, kdf.rawValue, aead.rawValue])
    }

    static let version = Array("HPKE-v1".utf8)

    static func suiteID(_ prefix: String, _ numbers: [UInt16]) -> [UInt8] {
        var writer = WireWriter()
        writer.fixed(prefix.utf8)
        for number in numbers { writer.uint16(number) }
        return writer.bytes
    }
}

/// `key_schedule_context`: what all messages under one `info` have in common (RFC 9180 section
/// 5.1). It is one combination's: that of the HPKE that made it.
package struct HPKEScheduleContext: Sendable {
    let bytes: [UInt8]
}
