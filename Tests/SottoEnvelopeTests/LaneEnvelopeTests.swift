// Lane envelopes: one sealing for all devices, opened under its kind and lane only.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoEnvelope

@Suite struct LaneEnvelopeTests {
    private let key = Secret(copying: [UInt8](repeating: 3, count: 32))
    private let lane = [UInt8](repeating: 9, count: 32)

    private func seal(_ message: [UInt8], _ kind: LaneEnvelopeKind = .message) throws -> [UInt8] {
        var entropy = Entropy.system()
        return try LaneEnvelope.seal(message, kind: kind, lane: lane, key: key, using: &entropy)
    }

    @Test("[ENV-1] what is sealed once opens for every holder of the key")
    func roundTrip() throws {
        for count in [0, 1, 251, 252, 253, 1_000, 65_532, 65_533, 196_604] {
            let message = [UInt8](repeating: 7, count: count)
            for kind in LaneEnvelopeKind.allCases {
                let envelope = try seal(message, kind)
                for _ in 0..<2 {
                    let opened = try LaneEnvelope.open(envelope, kind: kind, lane: lane, key: key)
                    #expect(opened == message)
                }
            }
        }
    }

    @Test("[ENV-2] an envelope opens only under its key, kind and lane")
    func binding() throws {
        let envelope = try seal([1, 2, 3])
        var otherLane = lane
        otherLane[31] ^= 1
        #expect(throws: EnvelopeError.notOpened) {
            try LaneEnvelope.open(envelope, kind: .commit, lane: lane, key: key)
        }
        #expect(throws: EnvelopeError.notOpened) {
            try LaneEnvelope.open(envelope, kind: .message, lane: otherLane, key: key)
        }
        #expect(throws: EnvelopeError.notOpened) {
            try LaneEnvelope.open(envelope, kind: .message, lane: lane, key: .zero(32))
        }
    }

    @Test("[ENV-2] no flipped bit and no strict prefix of an envelope opens")
    func damage() throws {
        let envelope = try seal([1, 2, 3])
        for bit in 0..<envelope.count * 8 {
            var changed = envelope
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: EnvelopeError.notOpened) {
                try LaneEnvelope.open(changed, kind: .message, lane: lane, key: key)
            }
        }
        for count in 0..<envelope.count {
            #expect(throws: EnvelopeError.notOpened) {
                try LaneEnvelope.open(
                    envelope.prefix(count), kind: .message, lane: lane, key: key)
            }
        }
    }

    @Test("[ENV-3] equal texts give unequal envelopes of equal size class")
    func sizes() throws {
        let text = [UInt8]("the same".utf8)
        let (one, two) = (try seal(text), try seal(text))
        #expect(one != two)
        #expect(one.count == two.count)
        #expect(one.count == 256 + SymmetricSeal.overhead)
        #expect(try seal([UInt8](repeating: 0, count: 252)).count == one.count)
        let next = try seal([UInt8](repeating: 0, count: 253)).count
        #expect(next == 512 + SymmetricSeal.overhead)
    }

    @Test("[WIRE-10] padding that a holder of the key broke is refused as malformed")
    func padding() throws {
        var entropy = Entropy.system()
        let aad: [UInt8] = [1, 1] + lane
        let good = Padding.pad([1, 2, 3])
        var filled = good
        filled[200] = 1
        let tooLong: [UInt8] = [0, 0, 1, 0] + good.dropFirst(4)
        for (padded, error) in [
            (filled, WireError.malformed), (good + [0], .malformed),
            (good + [UInt8](repeating: 0, count: 256), .malformed),
            (tooLong, .truncated(needed: 256, available: 252)),
            ([], .truncated(needed: 4, available: 0)),
        ] {
            let envelope = try SymmetricSeal.seal(
                key: SealKey(key), aad: aad, padded, using: &entropy)
            #expect(throws: EnvelopeError.malformed(error)) {
                try LaneEnvelope.open(envelope, kind: .message, lane: lane, key: key)
            }
        }
    }

    @Test("[ENV-5] the largest size class fits, as relays have it, and nothing more is sealed")
    func largest() throws {
        let largest = try seal([UInt8](repeating: 0, count: 262_140))
        #expect(largest.count == EnvelopeLimits.laneEnvelopeBytesMax)
        #expect(largest.count == RelayLimits.envelopeBytesMax)
        #expect(throws: EnvelopeError.tooLarge) { try seal([UInt8](repeating: 0, count: 262_141)) }
    }

    @Test("a key that is none is refused, for sealing and for opening")
    func wrongKey() throws {
        let lane = [UInt8](repeating: 3, count: 32)
        var entropy = Entropy.system()
        for count in [0, 31, 33] {
            let key = Secret.zero(count)
            #expect(throws: EnvelopeError.invalidKey) {
                try LaneEnvelope.seal([1], kind: .message, lane: lane, key: key, using: &entropy)
            }
            let envelope = try seal([1])
            #expect(throws: EnvelopeError.notOpened) {
                try LaneEnvelope.open(envelope, kind: .message, lane: lane, key: key)
            }
        }
    }
}
