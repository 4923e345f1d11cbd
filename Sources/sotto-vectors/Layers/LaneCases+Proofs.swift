// The cases of what shows a lane's history: kept commits, and proofs of forks.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

extension LaneCases {
    // MARK: - Kept commits

    func keptCommits(_ maker: inout VectorMaker) -> [VectorCase] {
        let token = LaneToken.random(using: &maker.entropy)
        let lane = heads[0].lane
        let sealed = CommitKeeping(lane: lane, laneToken: token, number: 7).seal(
            maker.bytes(60), using: &maker.entropy)
        func open(
            _ name: String, _ changed: [String: JSON] = [:], _ failure: String? = "not-opened"
        ) -> VectorCase {
            let input: JSON = [
                "lane": .hex(lane.bytes), "lane_token": .hex(token.bytes), "number": 7,
                "sealed": .hex(sealed),
            ]
            return VectorCase(name, "open-commit", input.adding(changed), failure: failure)
        }
        return [
            open("kept_commit", [:], nil),
            open("kept_commit_under_another_token", ["lane_token": .hex(maker.bytes(32))]),
            open("kept_commit_of_another_lane", ["lane": .hex(maker.bytes(32))]),
            open("kept_commit_of_another_number", ["number": 8]),
            open(
                "kept_commit_flipped",
                ["sealed": .hex(sealed.flipping(bit: sealed.count * 8 - 1))]),
        ]
    }

    // MARK: - Proofs of forks

    /// A head of another order: what follows head 4 if another envelope had come.
    private var otherFive: LaneHead {
        heads[4].following(kind: .message, nextTokenHash: .zero, envelope: .of([5]))
    }

    private var links: [Link] {
        steps[5...7].map {
            Link(
                kind: $0.kind, nextTokenHash: $0.nextTokenHash, envelopeHash: .of($0.envelope),
                commit: nil)
        }
    }

    func forks() -> [VectorCase] {
        let signed = sign(heads[1...8])
        let other = sign([otherFive])[0]
        let plain = ForkProof(relayKey: relayKey, first: signed[4], second: other)
        let linked = ForkProof(
            relayKey: relayKey, first: other, otherHead: heads[5].hash, links: links,
            second: signed[7])
        let strange = sign([otherFive], by: stranger)[0]
        let elsewhere = LaneHead.start(
            of: .zero, at: relayKey, incarnation: heads[0].incarnation
        ).following(kind: .message, nextTokenHash: .zero, envelope: .of([1]))
        func judge(_ name: String, _ proof: ForkProof, _ failure: String? = nil) -> VectorCase {
            VectorCase(name, "judge", ["proof": .hex(proof.wireBytes)], failure: failure)
        }
        func pair(_ first: SignedHead, _ second: SignedHead) -> ForkProof {
            ForkProof(relayKey: relayKey, first: first, second: second)
        }
        let bytes = plain.wireBytes
        return [
            judge("fork_by_two_heads", plain), judge("fork_by_links", linked),
            judge("fork_of_one_order", pair(signed[4], signed[4]), "no-contradiction"),
            judge("fork_of_two_numbers", pair(signed[4], signed[5]), "does-not-follow"),
            judge(
                "fork_by_links_of_one_order",
                ForkProof(
                    relayKey: relayKey, first: signed[4], otherHead: heads[5].hash, links: links,
                    second: signed[7]), "no-contradiction"),
            judge(
                "fork_by_links_too_few",
                ForkProof(
                    relayKey: relayKey, first: other, otherHead: heads[5].hash,
                    links: links.dropLast(), second: signed[7]), "does-not-follow"),
            judge("fork_signed_by_a_stranger", pair(signed[4], strange), "bad-signature"),
            judge("fork_of_two_lanes", pair(signed[0], sign([elsewhere])[0]), "other-lane"),
            VectorCase(
                "fork_of_version_2", "judge",
                ["proof": .hex(bytes.prefix(16) + [2] + bytes.dropFirst(17))],
                failure: "malformed"),
            VectorCase(
                "fork_truncated", "judge", ["proof": .hex(bytes.dropLast())],
                failure: "malformed"),
        ]
    }
}
