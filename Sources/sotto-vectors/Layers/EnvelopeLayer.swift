// Vectors of padding, lane envelopes and device envelopes.

import SottoCrypto
import SottoEnvelope
import SottoWire

struct EnvelopeLayer: VectorLayer {
    let name = "envelopes"
    let spec = "spec/wire.md, Padding; spec/conversation.md, section 2"

    func perform(_ operation: String, _ input: JSON) throws -> JSON {
        switch operation {
        case "size-class":
            return ["size": .number(Padding.sizeClass(of: try input.number("count")))]
        case "unpad":
            return ["body": .hex(try Padding.unpad(input.bytes("padded")))]
        case "open-lane-envelope":
            let message = try LaneEnvelope.open(
                input.bytes("envelope"), kind: input.kind, lane: input.bytes("lane"),
                key: Secret(copying: input.bytes("key")))
            return ["message": .hex(message)]
        case "open-device-envelope":
            let key = HPKEPrivateKey(Secret(copying: try input.bytes("private_key")))
            let content = try DeviceEnvelope.open(
                input.bytes("envelope"), with: key, mailbox: input.bytes("mailbox"))
            switch content {
            case .welcome(let message): return ["type": "welcome", "body": .hex(message)]
            }
        default: throw UnknownOperation(operation)
        }
    }

    func cases(_ maker: inout VectorMaker) throws -> [VectorCase] {
        paddings() + (try lanes(&maker)) + (try devices(&maker))
    }

    private func paddings() -> [VectorCase] {
        let sizes = [
            0, 1, 252, 253, 508, 509, 4_092, 65_532, 65_533, 131_068, 131_069, 196_604, 196_605,
        ].map { count in
            VectorCase("body_of_\(count)_bytes", "size-class", ["count": .number(count)])
        }
        func unpad(_ name: String, _ padded: [UInt8], _ failure: String? = nil) -> VectorCase {
            VectorCase(name, "unpad", ["padded": .hex(padded)], failure: failure)
        }
        let good = Padding.pad([1, 2, 3])
        return sizes + [
            unpad("padded", good),
            unpad("padded_nothing", Padding.pad([])),
            unpad("padded_to_the_last_byte", Padding.pad([UInt8](repeating: 7, count: 252))),
            unpad("padding_not_zero", good.dropLast() + [1], "malformed"),
            unpad("padding_one_byte_short", good.dropLast(), "malformed"),
            unpad("padding_one_byte_long", good + [0], "malformed"),
            unpad(
                "padding_of_a_larger_class", good + [UInt8](repeating: 0, count: 256), "malformed"),
            unpad("padding_length_too_long", [0, 0, 0, 253] + good.dropFirst(4), "malformed"),
            unpad("padding_without_length", [0, 0, 0], "malformed"),
        ]
    }

    // MARK: - Lane envelopes

    private func lanes(_ maker: inout VectorMaker) throws -> [VectorCase] {
        let (key, lane, message) = (maker.bytes(32), maker.bytes(32), maker.bytes(100))
        let secret = Secret(copying: key)
        func input(_ envelope: [UInt8], kind: JSON = "message", lane other: [UInt8]? = nil) -> JSON
        {
            [
                "key": .hex(key), "kind": kind, "lane": .hex(other ?? lane),
                "envelope": .hex(envelope),
            ]
        }
        func open(_ name: String, _ input: JSON, _ failure: String? = nil) -> VectorCase {
            VectorCase(name, "open-lane-envelope", input, failure: failure)
        }
        let envelope = try LaneEnvelope.seal(
            message, kind: .message, lane: lane, key: secret, using: &maker.entropy)
        let commit = try LaneEnvelope.seal(
            message, kind: .commit, lane: lane, key: secret, using: &maker.entropy)
        let unpadded = try SymmetricSeal.seal(
            key: SealKey(secret), aad: [1, 1] + lane, message, using: &maker.entropy)
        let later = try SymmetricSeal.seal(
            key: SealKey(secret), aad: [2, 1] + lane, Padding.pad(message), using: &maker.entropy)
        return [
            open("lane_envelope_of_a_message", input(envelope)),
            open("lane_envelope_of_a_commit", input(commit, kind: "commit")),
            open("lane_envelope_of_another_kind", input(envelope, kind: "commit"), "not-opened"),
            open(
                "lane_envelope_of_another_lane", input(envelope, lane: lane.flipping(bit: 0)),
                "not-opened"),
            open(
                "lane_envelope_under_another_key",
                input(envelope).adding(["key": .hex(key.flipping(bit: 0))]), "not-opened"),
            open("lane_envelope_of_version_2", input(later), "not-opened"),
            open("lane_envelope_nonce_flipped", input(envelope.flipping(bit: 7)), "not-opened"),
            open(
                "lane_envelope_tag_flipped",
                input(envelope.flipping(bit: envelope.count * 8 - 1)), "not-opened"),
            open("lane_envelope_truncated", input(envelope.dropLast()), "not-opened"),
            open("lane_envelope_of_nothing", input([]), "not-opened"),
            open("lane_envelope_not_padded", input(unpadded), "malformed"),
        ]
    }

    // MARK: - Device envelopes

    private func devices(_ maker: inout VectorMaker) throws -> [VectorCase] {
        let builder = try DeviceEnvelopeBuilder(&maker)
        let good = try builder.envelope()
        let other = try DeviceEnvelopeBuilder(&maker)
        func open(
            _ name: String, _ envelope: [UInt8], _ failure: String? = nil,
            adding members: [String: JSON] = [:]
        ) -> VectorCase {
            let input = builder.input.adding(["envelope": .hex(envelope)]).adding(members)
            return VectorCase(name, "open-device-envelope", input, failure: failure)
        }
        let end = good.count * 8 - 1
        return [
            open("device_envelope", good),
            open(
                "device_envelope_under_another_key", good, "not-opened",
                adding: ["private_key": try other.input.member("private_key")]),
            open(
                "device_envelope_to_another_mailbox", good, "not-opened",
                adding: ["mailbox": try other.input.member("mailbox")]),
            open(
                "device_envelope_version_2", good.flipping(bit: 0).flipping(bit: 1),
                "unknown-version"),
            open("device_envelope_ml_kem_part_flipped", good.flipping(bit: 8), "not-opened"),
            open(
                "device_envelope_x25519_part_flipped", good.flipping(bit: (1 + 1_088) * 8),
                "not-opened"),
            open("device_envelope_tag_flipped", good.flipping(bit: end), "not-opened"),
            open("device_envelope_truncated", good.dropLast(), "malformed"),
            open("device_envelope_with_a_byte_after_it", good + [0], "malformed"),
            open(
                "device_envelope_with_a_long_length",
                Array(good.prefix(1_121)) + [0x80, 0, 1, 0x10]
                    + good.dropFirst(1_123), "malformed"),
            open("device_envelope_of_unknown_type", try builder.envelope([2, 0]), "malformed"),
            open(
                "device_envelope_with_a_byte_after_its_content",
                try builder.envelope([1, 1, 9, 0]), "malformed"),
            open(
                "device_envelope_not_padded", try builder.envelope([1, 1, 9], padded: false),
                "malformed"),
        ]
    }
}

extension JSON {
    fileprivate var kind: LaneEnvelopeKind {
        get throws {
            switch try string("kind") {
            case "message": .message
            case "commit": .commit
            default: throw JSONError(description: "no kind of lane envelope")
            }
        }
    }
}
