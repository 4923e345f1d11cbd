// Vectors of entries as a relay seals them for a mailbox.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

struct MailboxSealingLayer: VectorLayer {
    let name = "mailbox-sealing"
    let spec = "spec/relay.md, section 3, Mailbox sealing"

    func perform(_ operation: String, _ input: JSON) throws -> JSON {
        guard operation == "open" || operation == "open-ephemeral" else {
            throw UnknownOperation(operation)
        }
        let key = try X25519.PrivateKey(Secret(copying: input.bytes("sealing_private_key")))
        var opener = MailboxOpener(
            mailbox: try MailboxID(input.bytes("mailbox")), privateKey: key)
        if operation == "open-ephemeral" {
            let entry = try opener.open(EphemeralDelivery(sealed: try input.bytes("sealed")))
            return ["lane": .hex(entry.lane.bytes), "envelope": .hex(entry.envelope)]
        }
        let entry = try opener.open(
            Delivery(
                sequence: UInt64(try input.number("sequence")),
                sealed: try input.bytes("sealed")))
        return FrameFields.of(entry)
    }

    func cases(_ maker: inout VectorMaker) throws -> [VectorCase] {
        let builder = try MailboxSealingBuilder(&maker)
        let lane = try LaneCases(&maker)
        let message = MailboxEntry(previous: 0, content: .lane(lane.entry(2)))
        let commit = MailboxEntry(previous: 41, content: .lane(lane.entry(3)))
        let welcome = MailboxEntry(
            previous: 42,
            content: .welcome(WelcomeEntry(head: lane.entry(3).head, envelope: maker.bytes(50))))
        let sealed = try builder.seal(message.wireBytes, sequence: 1, &maker)
        func open(_ name: String, _ input: JSON, _ failure: String? = nil) -> VectorCase {
            VectorCase(name, "open", input, failure: failure)
        }
        func changed(_ name: String, _ key: String, _ value: JSON) -> VectorCase {
            open(name, builder.input(sealed, sequence: 1).adding([key: value]), "not-opened")
        }
        let bytes = message.wireBytes
        func seal(_ entry: [UInt8]) throws -> JSON {
            builder.input(try builder.seal(entry, sequence: 1, &maker), sequence: 1)
        }
        return [
            open("message", builder.input(sealed, sequence: 1)),
            open(
                "commit",
                builder.input(
                    try builder.seal(commit.wireBytes, sequence: 42, &maker), sequence: 42)),
            open(
                "welcome",
                builder.input(
                    try builder.seal(welcome.wireBytes, sequence: 43, &maker), sequence: 43)),
            changed("another_sequence_number", "sequence", 2),
            changed("another_mailbox", "mailbox", .hex(maker.bytes(16))),
            changed("another_sealing_key", "sealing_private_key", .hex(maker.bytes(32))),
            changed("ephemeral_key_flipped", "sealed", .hex(sealed.flipping(bit: 0))),
            changed("nonce_flipped", "sealed", .hex(sealed.flipping(bit: 32 * 8))),
            changed("tag_flipped", "sealed", .hex(sealed.flipping(bit: sealed.count * 8 - 1))),
            changed("truncated", "sealed", .hex(sealed.dropLast())),
            changed("ephemeral_key_alone", "sealed", .hex(sealed.prefix(32))),
            changed(
                "ephemeral_key_of_zeros", "sealed",
                .hex([UInt8](repeating: 0, count: 32) + sealed.dropFirst(32))),
            open(
                "entry_of_type_4", try seal(bytes.prefix(8) + [4] + bytes.dropFirst(9)), "malformed"
            ),
            open(
                "gap",
                try seal(
                    MailboxEntry(
                        previous: 0,
                        content: .gap(GapMark(lane: lane.heads[0].lane, number: 9))
                    ).wireBytes)),
            VectorCase(
                "ephemeral", "open-ephemeral",
                builder.input(
                    try builder.seal(
                        EphemeralEntry(lane: lane.heads[0].lane, envelope: [6, 6]).wireBytes,
                        sequence: 0, &maker), sequence: 0)),
            VectorCase(
                "entry_as_an_ephemeral", "open-ephemeral", builder.input(sealed, sequence: 0),
                failure: "not-opened"),
            open("entry_truncated", try seal(bytes.dropLast()), "malformed"),
            open("entry_with_a_byte_after_it", try seal(bytes + [0]), "malformed"),
        ]
    }
}

/// One mailbox and one ephemeral key of its relay.
private struct MailboxSealingBuilder {
    private let mailbox: MailboxID
    private let key: X25519.PrivateKey
    private var sealing: MailboxSealingKey

    init(_ maker: inout VectorMaker) throws {
        mailbox = .random(using: &maker.entropy)
        key = try .random(using: &maker.entropy)
        let now = Timestamp(milliseconds: 0)
        var sealer = try MailboxSealer(now: now, using: &maker.entropy)
        sealing = try sealer.key(
            for: mailbox, sealingKey: SealingKey(key.publicKey), now: now, using: &maker.entropy)
    }

    func seal(_ entry: [UInt8], sequence: UInt64, _ maker: inout VectorMaker) throws -> [UInt8] {
        sealing.seal(entry, sequence: sequence, using: &maker.entropy)
    }

    func input(_ sealed: [UInt8], sequence: Int) -> JSON {
        [
            "mailbox": .hex(mailbox.bytes),
            "sealing_private_key": .hex(key.bytes.withBytes { Array($0) }),
            "sequence": .number(sequence), "sealed": .hex(sealed),
        ]
    }
}
