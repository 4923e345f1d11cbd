// What is sent to one device that shares no epoch with the sender yet.

package import SottoCrypto
package import SottoWire

/// What a device envelope carries (spec/conversation.md, section 2).
package enum DeviceEnvelopeContent: Hashable, Sendable, WireCodable {
    /// An encoded MLSMessage whose content is a Welcome [ENV-4].
    case welcome([UInt8])

    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.uint8() {
        case Self.welcomeType:
            self = .welcome(try reader.opaque(max: EnvelopeLimits.deviceEnvelopeBytesMax))
        case let other:
            throw .unknownValue(UInt64(other))
        }
    }

    package func encode(to writer: inout WireWriter) {
        switch self {
        case .welcome(let message):
            writer.uint8(Self.welcomeType)
            writer.opaque(message)
        }
    }

    private static let welcomeType: UInt8 = 1
}

/// Sealing to a device's sealing key, so that a relay learns neither sender nor group.
package enum DeviceEnvelope {
    /// A new sealing key of a device; its public half goes into the record and into key packages.
    package static func makeSealingKey(
        using entropy: inout Entropy
    ) throws(CryptoError) -> HPKEKeyPair {
        try hpke.kem.generateKeyPair(using: &entropy)
    }

    /// Seals `content` to the holder of `sealingKey` at `mailbox`.
    ///
    /// - Parameters:
    ///   - sealingKey: The recipient's HPKE public key (KEM 0x647a).
    ///   - mailbox: The recipient's MailboxID, 16 bytes.
    /// - Throws: `tooLarge`, or `invalidKey`.
    package static func seal(
        _ content: DeviceEnvelopeContent, to sealingKey: [UInt8], mailbox: [UInt8],
        using entropy: inout Entropy
    ) throws(EnvelopeError) -> [UInt8] {
        let plaintext = Padding.pad(content.wireBytes)
        let sealed: HPKECiphertext
        do {
            sealed = try hpke.sealBase(
                to: sealingKey, info: info, aad: [version] + mailbox, plaintext, using: &entropy)
        } catch {
            throw .invalidKey
        }
        var writer = WireWriter()
        writer.uint8(version)
        writer.fixed(sealed.kemOutput)
        writer.opaque(sealed.ciphertext)
        guard writer.count <= EnvelopeLimits.deviceEnvelopeBytesMax else { throw .tooLarge }
        return writer.bytes
    }

    /// Opens an envelope that came to `mailbox`.
    ///
    /// - Throws: `unknownVersion`, `notOpened` where key, mailbox or a bit differs [ENV-2], or
    ///   `malformed`.
    package static func open(
        _ envelope: [UInt8], with key: HPKEPrivateKey, mailbox: [UInt8]
    ) throws(EnvelopeError) -> DeviceEnvelopeContent {
        let sealed = try read(envelope)
        let plaintext: Secret
        do {
            plaintext = try hpke.openBase(
                sealed, with: key, info: info, aad: [version] + mailbox)
        } catch {
            throw .notOpened
        }
        do {
            let content = try Padding.unpad(plaintext.withBytes { Array($0) })
            return try DeviceEnvelopeContent(wireBytes: content)
        } catch {
            throw .malformed(error)
        }
    }

    private static func read(_ envelope: [UInt8]) throws(EnvelopeError) -> HPKECiphertext {
        if let first = envelope.first, first != version { throw .unknownVersion(first) }
        do {
            var reader = WireReader(envelope)
            _ = try reader.uint8()
            let sealed = HPKECiphertext(
                kemOutput: try reader.fixed(hpke.kem.encapsulationLength),
                ciphertext: try reader.opaque(max: EnvelopeLimits.deviceEnvelopeBytesMax))
            try reader.finish()
            return sealed
        } catch {
            throw .malformed(error)
        }
    }

    private static let version: UInt8 = 1
    private static let info = Array("Sotto 1.0 device envelope".utf8)
    private static let hpke = HPKE(kem: .mlkem768X25519, kdf: .hkdfSHA256, aead: .aes128GCM)
}
