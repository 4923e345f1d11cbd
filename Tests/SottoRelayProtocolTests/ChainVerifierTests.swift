// Following a lane's chain, and the files that prove that there are two.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@Suite struct ChainVerifierTests {
    var samples: Samples
    let heads: [LaneHead]
    let signed: [SignedHead]
    let start: HeadHash

    init() throws {
        samples = try Samples()
        heads = samples.chain(9)
        signed = samples.signedHeads(9)
        start =
            LaneHead.start(
                of: samples.lane, at: samples.relayKey, incarnation: samples.incarnation
            ).hash
    }

    private var chain: ChainVerifier {
        ChainVerifier(
            startOf: samples.lane, incarnation: samples.incarnation, relayKey: samples.relayKey)
    }

    private func entry(_ number: Int) -> LaneEntry {
        LaneEntry(
            head: signed[number - 1], kind: .message, nextTokenHash: .zero,
            previousHead: number == 1 ? start : heads[number - 2].hash,
            envelope: [UInt8(number)])
    }

    private func link(_ number: Int) -> Link {
        Link(
            kind: .message, nextTokenHash: .zero, envelopeHash: .of([UInt8(number)]),
            commit: nil)
    }

    private func links(_ first: Int, _ last: Int) -> Links {
        Links(
            first: UInt64(first), previous: first == 1 ? start : heads[first - 2].hash,
            links: (first...last).map(link), head: signed[last - 1])
    }

    /// Heads that the relay signs after head 3, of another order.
    private func otherOrder() throws -> (links: [Link], heads: [SignedHead]) {
        let links = [7, 8, 9].map { link($0) }
        var head = heads[2]
        let others = links.map { link in
            head = head.following(link)
            return head
        }
        return (
            links,
            try HeadBatch.sign(
                others, incarnation: samples.incarnation, at: samples.now,
                with: samples.relayKeyPair)
        )
    }

    private func fault(
        _ chain: ChainVerifier, _ body: (inout ChainVerifier) throws(ChainFault) -> Void
    ) -> ChainFault? {
        var chain = chain
        let before = chain.head
        do throws(ChainFault) {
            try body(&chain)
            return nil
        } catch {
            #expect(chain.head == before)
            return error
        }
    }

    @Test("[HEAD-2] entries and links lead from the beginning of a lane to its newest head")
    func follows() throws {
        var chain = chain
        for number in 1...3 { try chain.take(entry(number)) }
        #expect(chain.head == heads[2])
        try chain.take(links(3, 6))
        #expect(chain.head == heads[5] && chain.evidence == signed[5])
        try chain.take(links(2, 4))
        try chain.compare(signed[5])
        #expect(chain.head == heads[5])
        let gap = fault(chain) { chain throws(ChainFault) in try chain.take(entry(8)) }
        #expect(gap == .gap(after: 6, first: 8))
        var later = try ChainVerifier(after: signed[6], relayKey: samples.relayKey)
        try later.take(entry(8))
        #expect(later.head == heads[7])
    }

    @Test("[HEAD-1] [HEAD-2] what is not signed, not of the lane or does not follow is named")
    mutating func faults() throws {
        let stranger = try Samples(2)
        let other = LaneEntry(
            head: signed[0], kind: .message, nextTokenHash: .zero, previousHead: start,
            envelope: [9])
        let wrong = fault(chain) { chain throws(ChainFault) in try chain.take(other) }
        #expect(wrong == .doesNotFollow)
        let elsewhere = stranger.signedHeads(1)[0]
        let foreign = fault(chain) { chain throws(ChainFault) in
            try chain.take(
                Links(first: 2, previous: elsewhere.claim.hash, links: [], head: elsewhere))
        }
        #expect(foreign == .otherLane)
        var life = heads[0]
        life = LaneHead(
            lane: life.lane, incarnation: .zero, number: life.number, hash: life.hash)
        let reborn = try HeadBatch.sign(
            [life], incarnation: .zero, at: samples.now, with: samples.relayKeyPair)[0]
        let restored = fault(chain) { chain throws(ChainFault) in
            try chain.take(Links(first: 2, previous: life.hash, links: [], head: reborn))
        }
        #expect(restored == .otherIncarnation(.zero))
        let forged = try HeadBatch.sign(
            [heads[0]], incarnation: samples.incarnation, at: samples.now,
            with: stranger.relayKeyPair)[0]
        let unsigned = fault(chain) { chain throws(ChainFault) in
            try chain.take(Links(first: 1, previous: start, links: [link(1)], head: forged))
        }
        #expect(unsigned == .notSigned)
        #expect(throws: ChainFault.notSigned) {
            try ChainVerifier(after: forged, relayKey: samples.relayKey)
        }
    }

    @Test("[HEAD-3] [HEAD-6] a second order is proved, by one head or by what leads to another")
    func forks() throws {
        let other = try otherOrder()
        var chain = chain
        try chain.take(links(1, 4))
        let atOnce = fault(chain) { chain throws(ChainFault) in
            try chain.compare(other.heads[0])
        }
        let later = fault(chain) { chain throws(ChainFault) in
            try chain.take(
                Links(
                    first: 4, previous: heads[2].hash, links: other.links, head: other.heads[2]))
        }
        for fault in [atOnce, later] {
            guard case .fork(let proof)? = fault else {
                Issue.record("no fork was found")
                return
            }
            let read = try ForkProof(wireBytes: proof.wireBytes)
            #expect(read == proof)
            try read.verify(pinned: samples.relayKey.id)
            #expect(proof.first.claim.number == 4 && proof.otherHead == other.heads[0].claim.hash)
        }
        let early = fault(self.chain) { chain throws(ChainFault) in
            try chain.take(Links(first: 1, previous: .zero, links: [], head: signed[0]))
        }
        #expect(early == .doesNotFollow)
    }

    @Test("[HEAD-6] a proof with a flipped bit proves nothing, nor does each strict prefix")
    func damaged() throws {
        let other = try otherOrder()
        let proof = ForkProof(
            relayKey: samples.relayKey, first: signed[3], otherHead: other.heads[0].claim.hash,
            links: Array(other.links.dropFirst()), second: other.heads[2])
        try proof.verify()
        let bytes = proof.wireBytes
        for count in 0..<bytes.count {
            #expect(throws: WireError.self) { try ForkProof(wireBytes: bytes.prefix(count)) }
        }
        for bit in stride(from: 0, to: bytes.count * 8, by: 3) {
            guard let flipped = try? ForkProof(wireBytes: bytes.flipping(bit: bit)) else {
                continue
            }
            #expect(throws: ForkProofError.self) { try flipped.verify() }
        }
        let stranger = try Samples(2).relayKey.id
        #expect(throws: ForkProofError.otherRelay(samples.relayKey.id)) {
            try proof.verify(pinned: stranger)
        }
        #expect(throws: ForkProofError.noContradiction) {
            try ForkProof(relayKey: samples.relayKey, first: signed[3], second: signed[3]).verify()
        }
        #expect(throws: ForkProofError.doesNotFollow) {
            try ForkProof(relayKey: samples.relayKey, first: signed[3], second: signed[4]).verify()
        }
    }
}
