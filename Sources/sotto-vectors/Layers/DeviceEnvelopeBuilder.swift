// Device envelopes for vectors, all of one encapsulation, which is kept from run to run.

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
        encapsulation =
            try Self.recorded(in: maker, to: pair.publicKey)
            ?? LibraryEncapsulator().encapsulate(
                kem: KEM.mlkem768X25519.rawValue, to: pair.publicKey)
    }

    /// What the file says that was there before.
    private static func recorded(
        in maker: VectorMaker, to publicKey: [UInt8]
    ) throws -> Encapsulation? {
        let inputs = maker.recorded.values.compactMap { $0.members["input"] }
        guard
            let input = inputs.first(where: { $0.members["public_key"] == .hex(publicKey) })
        else { return nil }
        return Encapsulation(
            sharedSecret: Secret(copying: try input.bytes("shared_secret")),
            ciphertext: try input.bytes("enc"))
    }

    /// What a case says of the recipient.
    var input: JSON {
        [
            "private_key": .hex(pair.privateKey.bytes.withBytes { Array($0) }),
            "mailbox": .hex(mailbox),
        ]
    }

    /// What one case says for who makes the file again.
    var origin: [String: JSON] {
        [
            "public_key": .hex(pair.publicKey), "enc": .hex(encapsulation.ciphertext),
            "shared_secret": .hex(encapsulation.sharedSecret.withBytes { Array($0) }),
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
