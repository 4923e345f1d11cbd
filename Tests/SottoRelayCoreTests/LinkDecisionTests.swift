// The chain on demand: who gets which links, and commits that were missed.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite struct LinkDecisionTests {
    var world: RelayWorld
    var alice: Device
    var lane: Lane

    init() throws {
        world = try RelayWorld()
        alice = try world.device()
        lane = try world.openLane([alice])
    }

    private mutating func links(
        _ token: LaneToken, _ from: UInt64 = 1, _ to: UInt64 = .max
    ) throws -> Links {
        let request = GetLinks(lane: lane.id, laneToken: token, from: from, to: to)
        guard case .links(let links) = try world.ask(.links(request)).get() else {
            throw WorldError()
        }
        return links
    }

    private mutating func commit(
        _ envelope: [UInt8], _ form: CommitForm = .follows, under token: LaneToken
    ) throws -> LaneToken {
        try world.storeCommit(to: Lane(id: lane.id, token: token), [alice], form, envelope)
    }

    /// Computes the chain of an answer and checks the head it leads to.
    private func check(_ links: Links) throws {
        var head = LaneHead(
            lane: lane.id, incarnation: world.store.incarnation, number: links.first - 1,
            hash: links.previous)
        for link in links.links {
            head = head.following(
                kind: link.kind, nextTokenHash: link.nextTokenHash, envelope: link.envelopeHash)
        }
        var verifier = world.verifier
        #expect(try verifier.verify(links.head).head == head)
    }

    @Test("[LINK-1] a token gives the links of its epoch and the commits that ended it, no others")
    mutating func epochs() throws {
        let first = lane.token
        _ = try world.post(world.message(to: lane, [alice], [1]))
        let second = try commit([2, 2], under: first)
        _ = try world.post(world.message(to: Lane(id: lane.id, token: second), [alice], [3]))
        let third = try commit([4, 4], under: second)
        let other = try commit([5, 5], .alternative, under: second)

        let one = try links(first)
        try check(one)
        #expect(one.first == 2 && one.links.map(\.kind) == [.message, .commit])
        #expect(one.links.map { $0.commit.map(Array.init) } == [nil, [2, 2]])
        #expect(one.links[0].envelopeHash == .of([1]))
        let two = try links(second, 3, 6)
        try check(two)
        #expect(two.first == 4 && two.links.map(\.kind) == [.message, .commit, .commit])
        #expect(two.links.compactMap { $0.commit.map(Array.init) } == [[4, 4], [5, 5]])
        #expect(two.links[1].nextTokenHash == third.hash)
        // The branch sees what the other posts, without a right to its envelopes.
        let three = try links(third)
        try check(three)
        #expect(three.first == 6 && three.links.map(\.commit) == [nil])
        let four = try links(other)
        try check(four)
        #expect(four.links.isEmpty && four.first == 7 && four.head.claim.number == 6)
        let none = try links(second, 1, 2)
        #expect(none.links.isEmpty && none.head.claim.number == 6)
        #expect(try links(second, 9, 4).links.isEmpty)
        #expect(try links(second, .max, .max).links.isEmpty)
    }

    @Test("[LINK-1] an unknown token, an unknown lane and a forgotten epoch are refused alike")
    mutating func strangers() throws {
        let stranger = LaneToken.random(using: &world.entropy)
        for lane in [lane.id, world.newLane().id] {
            let request = GetLinks(lane: lane, laneToken: stranger, from: 1, to: 9)
            #expect(try world.ask(.links(request)).refusal == .notPermitted)
        }
        let first = lane.token
        for _ in 0..<66 { lane.token = try commit([1], under: lane.token) }
        let request = GetLinks(lane: lane.id, laneToken: first, from: 1, to: 9)
        #expect(try world.ask(.links(request)).refusal == .notPermitted)
    }

    @Test("[LINK-2] an answer has 256 links at most, and the next one goes on")
    mutating func pages() throws {
        for _ in 0..<6 {
            let posts = (0..<50).map { _ in world.message(to: lane, [alice]) }
            _ = world.ask(posts.map { (.post($0), world.connect()) })
        }
        let page = try links(lane.token)
        try check(page)
        #expect(page.first == 2 && page.links.count == RelayLimits.linksMax)
        let rest = try links(lane.token, page.head.claim.number + 1)
        try check(rest)
        #expect(rest.first == 258 && rest.links.count == 44)
        #expect(rest.previous == page.head.claim.hash)
    }

    @Test("[LINK-2] the requests for a lane's links are limited")
    mutating func limited() throws {
        for _ in 0..<RelayCoreLimits.linkRequestsMax { _ = try links(lane.token) }
        let request = GetLinks(lane: lane.id, laneToken: lane.token, from: 1, to: 9)
        guard case .rateLimited = try world.ask(.links(request)).refusal else {
            Issue.record("one more was answered")
            return
        }
        world.pass(10)
        _ = try links(lane.token)
    }

    @Test("[LINK-3] a commit is kept sealed under the token it was posted with, a large one not")
    mutating func sealed() throws {
        let envelope = world.entropy.bytes(300)
        let next = try commit(envelope, under: lane.token)
        let key = RowKey.keptCommits(lane.id, from: 2, max: 9)
        guard case .keptCommits(_, _, _, let kept)? = try world.store.find([key]).first else {
            throw WorldError()
        }
        #expect(kept.count == 1 && !kept[0].sealed.contains(envelope))
        #expect(throws: CryptoError.invalidCiphertext) {
            try CommitKeeping(lane: lane.id, laneToken: next, number: 2).open(kept[0].sealed)
        }
        let large = [UInt8](repeating: 1, count: RelayLimits.keptCommitBytesMax + 1)
        _ = try commit(large, under: next)
        #expect(try links(next).links.map(\.commit) == [nil])
    }

    @Test("[LINK-3] links are removed by age, and those of a lane beyond 10,000")
    mutating func removal() throws {
        world.pass(20 * 86_400)
        _ = try world.post(world.message(to: lane, [alice]))
        world.pass(11 * 86_400)
        try world.sweep()
        let left = try links(lane.token, 1)
        #expect(left.first == 2 && left.links.count == 1)
        let key = RowKey.links(lane.id, from: 0, max: 9)
        guard case .links(_, _, _, let rows)? = try world.store.find([key]).first else {
            throw WorldError()
        }
        #expect(rows.map(\.number) == [2])
    }

    @Test("[LINK-4] in a restored store links begin anew")
    mutating func restored() throws {
        _ = try world.post(world.message(to: lane, [alice]))
        try world.restore(world.backup())
        #expect(try links(lane.token).links.isEmpty)
        _ = try world.post(world.message(to: lane, [alice]))
        let after = try links(lane.token)
        try check(after)
        #expect(after.first == 3 && after.links.count == 1)
    }
}
