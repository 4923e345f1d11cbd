// Device envelopes: sealed to one device at one mailbox.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoEnvelope

@Suite struct DeviceEnvelopeTests {
    private let mailbox = [UInt8](repeating: 5, count: 16)
    private let content = DeviceEnvelopeContent.welcome([1, 2, 3])

    @Test("[ENV-4] the Welcome opens with the sealing key at its mailbox")
    func roundTrip() throws {
        var entropy = Entropy.system()
        let pair = try DeviceEnvelope.makeSealingKey(using: &entropy)
        #expect(pair.publicKey.count == 1_216)
        for count in [0, 1, 10_000, 65_000] {
            let content = DeviceEnvelopeContent.welcome([UInt8](repeating: 1, count: count))
            let envelope = try DeviceEnvelope.seal(
                content, to: pair.publicKey, mailbox: mailbox, using: &entropy)
            let opened = try DeviceEnvelope.open(
                envelope, with: pair.privateKey, mailbox: mailbox)
            #expect(opened == content)
        }
    }

    @Test("[ENV-2] an envelope opens only with its key and at its mailbox")
    func binding() throws {
        var entropy = Entropy.system()
        let pair = try DeviceEnvelope.makeSealingKey(using: &entropy)
        let other = try DeviceEnvelope.makeSealingKey(using: &entropy)
        let envelope = try DeviceEnvelope.seal(
            content, to: pair.publicKey, mailbox: mailbox, using: &entropy)
        #expect(throws: EnvelopeError.notOpened) {
            try DeviceEnvelope.open(envelope, with: other.privateKey, mailbox: mailbox)
        }
        #expect(throws: EnvelopeError.notOpened) {
            try DeviceEnvelope.open(
                envelope, with: pair.privateKey, mailbox: [UInt8](repeating: 6, count: 16))
        }
    }

    @Test("[ENV-3] one content sealed twice gives unequal envelopes of equal size")
    func sizes() throws {
        var entropy = Entropy.system()
        let pair = try DeviceEnvelope.makeSealingKey(using: &entropy)
        let envelopes = try (0..<2).map { _ in
            try DeviceEnvelope.seal(
                content, to: pair.publicKey, mailbox: mailbox, using: &entropy)
        }
        #expect(envelopes[0] != envelopes[1])
        #expect(envelopes[0].count == envelopes[1].count)
        #expect(envelopes[0].count == 1 + 1_120 + 2 + 256 + 16)
    }

    @Test("[ENV-2] no flipped bit and no strict prefix of an envelope opens")
    func damage() throws {
        var entropy = Entropy.system()
        let pair = try DeviceEnvelope.makeSealingKey(using: &entropy)
        let envelope = try DeviceEnvelope.seal(
            content, to: pair.publicKey, mailbox: mailbox, using: &entropy)
        for bit in stride(from: 0, to: envelope.count * 8, by: 13) {
            var changed = envelope
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: EnvelopeError.self) {
                try DeviceEnvelope.open(changed, with: pair.privateKey, mailbox: mailbox)
            }
        }
        for count in 0..<envelope.count {
            #expect(throws: EnvelopeError.self) {
                try DeviceEnvelope.open(
                    Array(envelope.prefix(count)), with: pair.privateKey, mailbox: mailbox)
            }
        }
        #expect(throws: EnvelopeError.malformed(.trailingBytes(1))) {
            try DeviceEnvelope.open(envelope + [0], with: pair.privateKey, mailbox: mailbox)
        }
    }

    @Test("an envelope of a later version is named as that, and no key is tried on it")
    func version() throws {
        var entropy = Entropy.system()
        let pair = try DeviceEnvelope.makeSealingKey(using: &entropy)
        #expect(throws: EnvelopeError.unknownVersion(2)) {
            try DeviceEnvelope.open([2], with: pair.privateKey, mailbox: mailbox)
        }
    }

    @Test("[WIRE-4] content of an unknown type is refused")
    func unknownType() throws {
        #expect(throws: WireError.unknownValue(2)) {
            try DeviceEnvelopeContent(wireBytes: [2, 0] as [UInt8])
        }
        #expect(try DeviceEnvelopeContent(wireBytes: content.wireBytes) == content)
    }

    @Test("what fits no envelope is not sealed, and a key of another length is refused")
    func refusals() throws {
        var entropy = Entropy.system()
        let pair = try DeviceEnvelope.makeSealingKey(using: &entropy)
        let larger = DeviceEnvelopeContent.welcome([UInt8](repeating: 0, count: 131_064))
        #expect(throws: EnvelopeError.tooLarge) {
            try DeviceEnvelope.seal(larger, to: pair.publicKey, mailbox: mailbox, using: &entropy)
        }
        let largest = DeviceEnvelopeContent.welcome([UInt8](repeating: 0, count: 131_063))
        let envelope = try DeviceEnvelope.seal(
            largest, to: pair.publicKey, mailbox: mailbox, using: &entropy)
        #expect(envelope.count == EnvelopeLimits.deviceEnvelopeBytesMax)
        #expect(envelope.count == RelayLimits.welcomeBytesMax)
        let opened = try DeviceEnvelope.open(envelope, with: pair.privateKey, mailbox: mailbox)
        #expect(opened == largest)
        for key in [[], Array(pair.publicKey.dropLast()), pair.publicKey + [0]] {
            #expect(throws: EnvelopeError.invalidKey) {
                try DeviceEnvelope.seal(content, to: key, mailbox: mailbox, using: &entropy)
            }
        }
    }
}
