// The cases of the lane layer: a lane's chain, and batches of its heads.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

struct LaneCases {
    let relay: SignaturePrivateKey
    let stranger: SignaturePrivateKey
    let relayKey: RelayKey
    private let incarnation: Incarnation
    /// Heads 0 to 8 of one lane, all of messages but for the third.
    let heads: [LaneHead]
    /// What led from each head to the next.
    let steps: [(kind: PostKind, nextTokenHash: LaneTokenHash, envelope: [UInt8])]

    init(_ maker: inout VectorMaker) throws {
        relay = try maker.signingKey()
        stranger = try maker.signingKey()
        relayKey = try RelayKey(relay.publicKey)
        incarnation = .random(using: &maker.entropy)
        var steps: [(kind: PostKind, nextTokenHash: LaneTokenHash, envelope: [UInt8])] = []
        var heads = [
            LaneHead.start(
                of: .random(using: &maker.entropy), at: relayKey, incarnation: incarnation)
        ]
        for number in 1...8 {
            let isCommit = number == 3
            let hash = LaneToken.random(using: &maker.entropy).hash
            let envelope = maker.bytes(40)
            steps.append((isCommit ? .commit : .message, isCommit ? hash : .zero, envelope))
            heads.append(
                heads[number - 1].following(
                    kind: steps[number - 1].kind,
                    nextTokenHash: steps[number - 1].nextTokenHash, envelope: .of(envelope)))
        }
        self.heads = heads
        self.steps = steps
    }

    // MARK: - The chain

    func chain(_ maker: inout VectorMaker) -> [VectorCase] {
        let start: JSON = [
            "lane": .hex(heads[0].lane.bytes), "relay_key": .hex(relayKey.bytes),
            "incarnation": .hex(incarnation.bytes),
        ]
        let token = VectorCase(
            "lane_token", "token-hash", ["lane_token": .hex(maker.bytes(32))])
        return [token, VectorCase("head_0", "start", start)] + (1...4).map(follow)
    }

    private func follow(_ number: Int) -> VectorCase {
        let (before, step) = (heads[number - 1], steps[number - 1])
        return VectorCase(
            "head_\(number)_of_a_\(step.kind)", "follow",
            [
                "lane": .hex(before.lane.bytes), "incarnation": .hex(incarnation.bytes),
                "previous_number": .number(Int(before.number)),
                "previous_head": .hex(before.hash.bytes), "kind": .string("\(step.kind)"),
                "next_token_hash": .hex(step.nextTokenHash.bytes),
                "envelope": .hex(step.envelope),
            ])
    }

    // MARK: - Batches

    func sign(
        _ heads: some Collection<LaneHead>, by key: SignaturePrivateKey? = nil
    ) -> [SignedHead] {
        let signed = try? HeadBatch.sign(
            Array(heads), incarnation: incarnation,
            at: Timestamp(milliseconds: 1_800_000_000_000), with: key ?? relay)
        return signed ?? []
    }

    private func verify(
        _ name: String, _ signed: [UInt8], _ failure: String? = nil
    ) -> VectorCase {
        VectorCase(
            name, "verify-head",
            ["relay_key": .hex(relayKey.bytes), "signed_head": .hex(signed)], failure: failure)
    }

    func batches() -> [VectorCase] {
        let good = [1, 2, 3, 5, 7, 8].flatMap { size in
            sign(heads[1...size]).enumerated().map { index, signed in
                verify("head_\(index)_of_a_batch_of_\(size)", signed.wireBytes)
            }
        }
        let signed = sign(heads[1...5])[1].wireBytes
        let otherHead = sign(heads[1...5])[2].wireBytes.prefix(88) + signed.dropFirst(88)
        let last = sign(heads[1...5])[4].wireBytes
        return good + [
            verify("head_number_changed", signed.flipping(bit: 55 * 8), "bad-signature"),
            verify("head_changed", signed.flipping(bit: 56 * 8), "bad-signature"),
            verify("incarnation_changed", signed.flipping(bit: 32 * 8), "bad-signature"),
            verify("head_of_another_place", Array(otherHead), "bad-signature"),
            verify("time_changed", signed.flipping(bit: 95 * 8), "bad-signature"),
            verify("size_changed", signed.flipping(bit: 99 * 8 + 1), "bad-signature"),
            verify("index_changed", signed.flipping(bit: 103 * 8), "bad-signature"),
            verify("path_changed", signed.flipping(bit: 106 * 8), "bad-signature"),
            verify(
                "signature_flipped", signed.flipping(bit: signed.count * 8 - 1), "bad-signature"),
            verify(
                "signed_by_a_stranger", sign(heads[1...5], by: stranger)[1].wireBytes,
                "bad-signature"),
            verify("path_with_one_hash_more", Self.path(of: signed, adding: 1), "bad-signature"),
            verify("path_with_one_hash_less", Self.path(of: signed, adding: -1), "bad-signature"),
            verify(
                "path_of_the_last_with_one_more", Self.path(of: last, adding: 1), "bad-signature"),
            verify("path_of_31_bytes", Self.path(of: last, bytes: 31), "malformed"),
            verify("batch_of_none", Self.numbers(of: last, size: 0, index: 0), "malformed"),
            verify(
                "index_beyond_the_batch", Self.numbers(of: last, size: 5, index: 5), "malformed"),
            verify(
                "batch_of_1025", Self.numbers(of: last, size: 1_025, index: 4), "malformed"),
            verify("signed_head_truncated", signed.dropLast(), "malformed"),
            verify("signed_head_with_a_byte_after_it", signed + [0], "malformed"),
        ]
    }

    /// A signed head is the head (88 bytes), time (8), size (4), index (4), path, signature (64).
    private static func path(of signed: [UInt8], adding count: Int) -> [UInt8] {
        path(of: signed, bytes: (signed.count - 104 - 64) / 32 * 32 + count * 32)
    }

    private static func path(of signed: [UInt8], bytes count: Int) -> [UInt8] {
        var reader = WireReader(Array(signed[104..<signed.count - 64]))
        let path = (try? reader.opaque()) ?? []
        var writer = WireWriter()
        writer.fixed(signed.prefix(104))
        writer.opaque((path + [UInt8](repeating: 7, count: 64)).prefix(count))
        writer.fixed(signed.suffix(64))
        return writer.bytes
    }

    private static func numbers(of signed: [UInt8], size: UInt32, index: UInt32) -> [UInt8] {
        var writer = WireWriter()
        writer.fixed(signed.prefix(96))
        writer.uint32(size)
        writer.uint32(index)
        writer.fixed(signed.dropFirst(104))
        return writer.bytes
    }

    // MARK: - Entries

    func entry(_ number: Int) -> LaneEntry {
        LaneEntry(
            head: sign(heads[1...5])[number - 1], kind: steps[number - 1].kind,
            nextTokenHash: steps[number - 1].nextTokenHash, previousHead: heads[number - 1].hash,
            envelope: steps[number - 1].envelope)
    }

    func entries() -> [VectorCase] {
        func verify(_ name: String, _ entry: LaneEntry, _ failure: String? = nil) -> VectorCase {
            VectorCase(
                name, "verify-entry",
                ["relay_key": .hex(relayKey.bytes), "entry": .hex(entry.wireBytes)],
                failure: failure)
        }
        let (message, commit) = (entry(2), entry(3))
        func changed(
            _ name: String, _ entry: LaneEntry, head: SignedHead? = nil, kind: PostKind? = nil,
            nextTokenHash: LaneTokenHash? = nil, previousHead: HeadHash? = nil,
            envelope: [UInt8]? = nil, _ failure: String = "does-not-follow"
        ) -> VectorCase {
            let entry = LaneEntry(
                head: head ?? entry.head, kind: kind ?? entry.kind,
                nextTokenHash: nextTokenHash ?? entry.nextTokenHash,
                previousHead: previousHead ?? entry.previousHead,
                envelope: envelope ?? Array(entry.envelope))
            return verify(name, entry, failure)
        }
        return [
            verify("entry_of_a_message", message), verify("entry_of_a_commit", commit),
            changed("entry_with_another_envelope", message, envelope: [1]),
            changed("entry_with_another_previous_head", message, previousHead: .zero),
            changed("entry_of_a_commit_as_a_message", commit, kind: .message),
            changed("entry_with_another_token_hash", commit, nextTokenHash: .zero),
            changed("entry_with_the_head_of_the_next", message, head: commit.head),
            changed("entry_of_number_0", message, head: sign(heads[0...0])[0]),
            changed(
                "entry_with_a_head_of_a_stranger", message,
                head: sign(heads[1...5], by: stranger)[1], "bad-signature"),
        ]
    }
}
