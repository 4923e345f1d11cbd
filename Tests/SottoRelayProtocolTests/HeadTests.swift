// The chain of a lane, the tree over a batch, and what only a verifier can make of them.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@Suite struct HeadTests {
    var samples: Samples
    var verifier: HeadVerifier

    init() throws {
        samples = try Samples()
        verifier = HeadVerifier(relayKey: samples.relayKey)
    }

    @Test("[HEAD-1] every head of a batch of any size verifies", arguments: 1...70)
    mutating func everySize(size: Int) throws {
        for (head, signed) in zip(samples.chain(size), samples.signedHeads(size)) {
            let received = try SignedHead(wireBytes: signed.wireBytes)
            let verified = try verifier.verify(received)
            #expect(verified.head == head)
        }
    }

    @Test("[HEAD-4] a batch takes 1,024 heads; with one more it is refused whole")
    mutating func largestBatch() throws {
        let signed = samples.signedHeads(1_024)
        #expect(signed.count == 1_024)
        for head in [signed[0], signed[511], signed[1_023]] {
            let received = try SignedHead(wireBytes: head.wireBytes)
            _ = try verifier.verify(received)
        }
        let heads = samples.chain(1_025)
        #expect(throws: HeadBatchError.tooMany(1_025)) {
            try HeadBatch.sign(
                heads, incarnation: samples.incarnation, at: samples.now,
                with: samples.relayKeyPair)
        }
    }

    @Test("[HEAD-1] no signed head with a flipped bit verifies")
    mutating func flippedBits() throws {
        let bytes = samples.signedHeads(7)[4].wireBytes
        for bit in 0..<bytes.count * 8 {
            guard let flipped = try? SignedHead(wireBytes: bytes.flipping(bit: bit)) else {
                continue
            }
            let outcome = Result { () throws(HeadError) in try verifier.verify(flipped) }
            #expect(throws: HeadError.notSigned) { try outcome.get() }
        }
    }

    @Test("[HEAD-1] a head signed by another relay does not verify")
    mutating func anotherRelay() throws {
        var stranger = HeadVerifier(relayKey: try Samples(2).relayKey)
        let signed = samples.signedHeads(1)[0]
        let outcome = Result { () throws(HeadError) in try stranger.verify(signed) }
        #expect(throws: HeadError.notSigned) { try outcome.get() }
    }

    @Test("[HEAD-2] an entry verifies, and with anything in it changed its head does not follow")
    mutating func follows() throws {
        let chain = samples.chain(3)
        let head = samples.signedHeads(3)[2]
        let good = LaneEntry(
            head: head, kind: .message, nextTokenHash: .zero, previousHead: chain[1].hash,
            envelope: [3])
        let verified = try good.verify(with: &verifier)
        #expect(verified.head.number == 3)
        let wrong = [
            LaneEntry(
                head: head, kind: .commit, nextTokenHash: .zero, previousHead: chain[1].hash,
                envelope: [3]),
            LaneEntry(
                head: head, kind: .message, nextTokenHash: .random(using: &samples.entropy),
                previousHead: chain[1].hash, envelope: [3]),
            LaneEntry(
                head: head, kind: .message, nextTokenHash: .zero, previousHead: chain[0].hash,
                envelope: [3]),
            LaneEntry(
                head: head, kind: .message, nextTokenHash: .zero, previousHead: chain[1].hash,
                envelope: [4]),
        ]
        for entry in wrong {
            let outcome = Result { () throws(HeadError) in try entry.verify(with: &verifier) }
            #expect(throws: HeadError.doesNotFollow) { try outcome.get() }
        }
    }

    @Test("[HEAD-3] two signed heads of one number and different hashes prove a fork")
    mutating func fork() throws {
        let ours = try verifier.verify(samples.signedHeads(2)[1])
        let before = samples.chain(1)[0]
        let forked = before.following(
            kind: .message, nextTokenHash: .zero, envelope: .of([77]))
        let signed = try HeadBatch.sign(
            [forked], incarnation: samples.incarnation, at: samples.now,
            with: samples.relayKeyPair)[0]
        let theirs = try verifier.verify(signed)
        #expect(ours.provesFork(with: theirs))
        #expect(!ours.provesFork(with: ours))
        let earlier = try verifier.verify(samples.signedHeads(1)[0])
        #expect(!ours.provesFork(with: earlier))
    }

    @Test("a lane's first head binds lane, relay and incarnation")
    mutating func start() throws {
        let start = LaneHead.start(
            of: samples.lane, at: samples.relayKey, incarnation: samples.incarnation)
        let others = [
            LaneHead.start(
                of: .random(using: &samples.entropy), at: samples.relayKey,
                incarnation: samples.incarnation),
            LaneHead.start(
                of: samples.lane, at: try Samples(2).relayKey,
                incarnation: samples.incarnation),
            LaneHead.start(
                of: samples.lane, at: samples.relayKey,
                incarnation: .random(using: &samples.entropy)),
        ]
        for other in others { #expect(other.hash != start.hash) }
    }
}
