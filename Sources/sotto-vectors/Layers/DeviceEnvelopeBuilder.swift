// Device envelopes for vectors, all of one encapsulation.

import SottoCrypto
import SottoEnvelope
import SottoWire

/// A recipient, and an encapsulation to its key.
struct DeviceEnvelopeBuilder {
    private let pair: HPKEKeyPair
    private let mailbox: [UInt8]
    private let encapsulation: Encapsulation
    private let message: [UInt8]

    init(_ maker: inout VectorMaker) throws {
        pair = try DeviceEnvelope.makeSealingKey(using: &maker.entropy)
        mailbox = maker.bytes(16)
        message = maker.bytes(100)
        encapsulation = try SeededEncapsulator.encapsulate(
            to: pair.publicKey, randomness: maker.bytes(64))
    }

    /// What a case says of the recipient.
    var input: JSON {
        [
            "private_key": .hex(pair.privateKey.bytes.withBytes { Array($0) }),
            "mailbox": .hex(mailbox),
        ]
    }

    /// An envelope with a Welcome, as the library makes it.
    func envelope() throws -> [UInt8] {
        var entropy = Entropy(
            seed: .zero(32), encapsulator: RecordedEncapsulator(encapsulation: encapsulation))
        return try DeviceEnvelope.seal(
            .welcome(message), to: pair.publicKey, mailbox: mailbox, using: &entropy)
    }

    /// An envelope with any content.
    func envelope(_ content: [UInt8], padded: Bool = true) throws -> [UInt8] {
        let hpke = HPKE(kem: .mlkem768X25519, kdf: .hkdfSHA256, aead: .aes128GCM)
        var sender = hpke.sender(encapsulation, info: Array("Sotto 1.0 device envelope".utf8))
        let sealed = try sender.seal(
            aad: [1] + mailbox, padded ? Padding.pad(content) : content)
        var writer = WireWriter()
        writer.uint8(1)
        writer.fixed(encapsulation.ciphertext)
        writer.opaque(sealed)
        return writer.bytes
    }
}

/// An encapsulator that gives one encapsulation again.
private struct RecordedEncapsulator: Encapsulator {
    let encapsulation: Encapsulation

    func encapsulate(
        kem: UInt16, to publicKey: [UInt8]
    ) throws(CryptoError) -> Encapsulation { encapsulation }
}
