// Vectors of lane tokens, the hash chain of heads, and the relay's signatures over batches.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

struct LaneLayer: VectorLayer {
    let name = "lane"
    let spec = "spec/relay.md, section 4"

    func perform(_ operation: String, _ input: JSON) throws -> JSON {
        switch operation {
        case "token-hash":
            return ["hash": .hex(try LaneToken(input.bytes("lane_token")).hash.bytes)]
        case "start":
            let head = LaneHead.start(
                of: try LaneID(input.bytes("lane")), at: try RelayKey(input.bytes("relay_key")),
                incarnation: try Incarnation(input.bytes("incarnation")))
            return ["head": .hex(head.hash.bytes)]
        case "follow":
            let head = LaneHead(
                lane: try LaneID(input.bytes("lane")),
                incarnation: try Incarnation(input.bytes("incarnation")),
                number: UInt64(try input.number("previous_number")),
                hash: try HeadHash(input.bytes("previous_head"))
            ).following(
                kind: try input.postKind,
                nextTokenHash: try LaneTokenHash(input.bytes("next_token_hash")),
                envelope: .of(try input.bytes("envelope")))
            return ["number": .number(Int(head.number)), "head": .hex(head.hash.bytes)]
        case "verify-head":
            let signed = try SignedHead(wireBytes: input.bytes("signed_head"))
            return try described(verified(signed, input))
        case "verify-entry":
            var verifier = HeadVerifier(relayKey: try RelayKey(input.bytes("relay_key")))
            let entry = try LaneEntry(wireBytes: input.bytes("entry"))
            return described(try entry.verify(with: &verifier))
        case "open-commit":
            let keeping = CommitKeeping(
                lane: try LaneID(input.bytes("lane")),
                laneToken: try LaneToken(input.bytes("lane_token")),
                number: UInt64(try input.number("number")))
            return ["envelope": .hex(try keeping.open(input.bytes("sealed")))]
        case "judge":
            let proof = try ForkProof(wireBytes: input.bytes("proof"))
            try proof.verify()
            return [
                "relay_key": .hex(proof.relayKey.bytes),
                "lane": .hex(proof.first.claim.lane.bytes),
                "number": .number(Int(proof.first.claim.number)),
                "one": .hex(proof.first.claim.hash.bytes), "other": .hex(proof.otherHead.bytes),
            ]
        default: throw UnknownOperation(operation)
        }
    }

    private func verified(_ signed: SignedHead, _ input: JSON) throws -> VerifiedHead {
        var verifier = HeadVerifier(relayKey: try RelayKey(input.bytes("relay_key")))
        return try verifier.verify(signed)
    }

    private func described(_ verified: VerifiedHead) -> JSON {
        let proof = verified.evidence.proof
        return [
            "lane": .hex(verified.head.lane.bytes),
            "incarnation": .hex(verified.head.incarnation.bytes),
            "number": .number(Int(verified.head.number)), "head": .hex(verified.head.hash.bytes),
            "time_ms": .number(Int(proof.time.milliseconds)), "size": .number(Int(proof.size)),
            "index": .number(Int(proof.index)),
        ]
    }

    func cases(_ maker: inout VectorMaker) throws -> [VectorCase] {
        let lane = try LaneCases(&maker)
        return lane.chain(&maker) + lane.batches() + lane.entries() + lane.keptCommits(&maker)
            + lane.forks()
    }
}

extension JSON {
    var postKind: PostKind {
        get throws {
            switch try string("kind") {
            case "message": .message
            case "commit": .commit
            default: throw JSONError(description: "no kind of post")
            }
        }
    }
}
