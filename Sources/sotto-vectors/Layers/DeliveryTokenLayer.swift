// Vectors of delivery tokens.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

struct DeliveryTokenLayer: VectorLayer {
    let name = "delivery-token"
    let spec = "spec/relay.md, section 3, Delivery tokens"

    func perform(_ operation: String, _ input: JSON) throws -> JSON {
        if operation == "pin" {
            let token = try DeliveryToken(wireBytes: input.bytes("token"))
            let lane = try LaneID(input.bytes("lane"))
            return ["pin": .hex(token.pin.bytes), "lane": .hex(token.pinned(to: lane).bytes)]
        }
        guard operation == "admit" else { throw UnknownOperation(operation) }
        let secret = DeliverySecret(
            masterKey: Secret(copying: try input.bytes("master_key")),
            mailbox: try MailboxID(input.bytes("mailbox")),
            generation: UInt32(try input.number("generation")))
        let token = try DeliveryToken(wireBytes: input.bytes("token"))
        guard secret.admits(token) else { throw NotAdmitted() }
        return [
            "kind": .string("\(token.label.kind)"),
            "generation": .number(Int(token.label.generation)),
        ]
    }

    func cases(_ maker: inout VectorMaker) throws -> [VectorCase] {
        let (masterKey, mailbox) = (maker.bytes(32), maker.bytes(16))
        func token(
            _ generation: UInt32, _ kind: TokenKind = .conversation
        ) throws -> [UInt8] {
            let secret = DeliverySecret(
                masterKey: Secret(copying: masterKey), mailbox: try MailboxID(mailbox),
                generation: generation)
            return secret.mint(kind, using: &maker.entropy).wireBytes
        }
        func admit(
            _ name: String, _ token: [UInt8], generation: Int = 7, mailbox other: [UInt8]? = nil,
            masterKey key: [UInt8]? = nil, _ failure: String? = nil
        ) -> VectorCase {
            let input: JSON = [
                "master_key": .hex(key ?? masterKey), "mailbox": .hex(other ?? mailbox),
                "generation": .number(generation), "token": .hex(token),
            ]
            return VectorCase(name, "admit", input, failure: failure)
        }
        let seven = try token(7)
        let refused = "not-admitted"
        return [
            admit("token", seven),
            admit("another_token_of_the_same_mailbox", try token(7)),
            admit("token_of_generation_0", try token(0), generation: 0),
            admit("token_of_the_last_generation", try token(.max), generation: Int(UInt32.max)),
            admit("token_of_an_earlier_generation", try token(6), refused),
            admit("token_of_a_later_generation", try token(8), refused),
            admit("generation_of_the_label_changed", seven.flipping(bit: 4 * 8), refused),
            admit("random_part_of_the_label_changed", seven.flipping(bit: 15 * 8), refused),
            admit("tag_flipped", seven.flipping(bit: 47 * 8), refused),
            admit("token_of_another_mailbox", seven, mailbox: mailbox.flipping(bit: 0), refused),
            admit("token_of_another_relay", seven, masterKey: masterKey.flipping(bit: 0), refused),
            admit("token_of_kind_4", [4] + seven.dropFirst(), "malformed"),
            admit("kind_of_the_label_changed", [2] + seven.dropFirst(), refused),
            admit("token_truncated", seven.dropLast(), "malformed"),
            admit("token_with_a_byte_after_it", seven + [0], "malformed"),
            admit("open_token", try token(7, .open)),
            admit("token_of_last_resort", try token(7, .lastResort)),
            VectorCase(
                "token_pinned_to_a_lane", "pin",
                ["token": .hex(seven), "lane": .hex(maker.bytes(32))]),
        ]
    }
}
