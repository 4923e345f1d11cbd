// Alternative commits: who may post where, for how long, and the one chain they share.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite struct BranchTests {
    var world: RelayWorld
    var alice: Device
    var lane: Lane

    init() throws {
        world = try RelayWorld()
        alice = try world.device()
        lane = try world.openLane([alice])
    }

    private mutating func token() -> LaneToken { .random(using: &world.entropy) }

    /// Commits under a token; answers the token of the epoch that it begins.
    private mutating func commit(
        _ token: LaneToken, _ form: CommitForm = .follows
    ) throws -> LaneToken {
        try world.storeCommit(to: Lane(id: lane.id, token: token), [alice], form)
    }

    private mutating func refusal(
        _ token: LaneToken, _ form: CommitForm? = nil
    ) throws -> RelayRefusal? {
        let lane = Lane(id: lane.id, token: token)
        let post =
            form.map { world.commit(to: lane, next: .random(using: &world.entropy), [alice], $0) }
            ?? world.message(to: lane, [alice])
        return try world.ask(.post(post)).refusal
    }

    @Test(
        "[LANE-9] [LANE-11] an alternative begins a branch; both take posts, on one chain"
    )
    mutating func branches() throws {
        let old = lane.token
        let first = try commit(old)
        #expect(try refusal(old) == .stale)
        let second = try commit(old, .alternative)
        #expect(try refusal(first) == nil)
        #expect(try refusal(second) == nil)
        let third = try commit(first)
        let fourth = try commit(second)
        for token in [old, first, second] { #expect(try refusal(token) == .stale) }
        for token in [third, fourth] { #expect(try refusal(token) == nil) }
        try world.restart()
        for token in [third, fourth] { #expect(try refusal(token) == nil) }

        var verifier = world.verifier
        var held = LaneHead.start(
            of: lane.id, at: world.engine.identity.relayKey,
            incarnation: world.engine.identity.incarnation)
        let entries = try world.entries(&alice)
        for entry in entries {
            let entry = try #require(entry.lane)
            let verified = try entry.verify(with: &verifier)
            #expect(verified.head.number == held.number + 1)
            #expect(entry.previousHead == held.hash)
            held = verified.head
        }
        #expect(held.number == 11)
    }

    @Test("[LANE-9] an alternative has to be called that, and to one that nobody forestalled")
    mutating func forms() throws {
        #expect(try refusal(lane.token, .alternative) == .notPermitted)
        let old = lane.token
        lane.token = try commit(old)
        #expect(try refusal(old, .follows) == .stale)
        #expect(try refusal(token(), .alternative) == .notPermitted)
        #expect(try refusal(old, .opensLane) == .notPermitted)
        let stranger = world.commit(
            to: world.newLane(), next: token(), [alice], .alternative)
        #expect(try world.ask(.post(stranger)).refusal == .notPermitted)
        #expect(try refusal(old, .alternative) == nil)
    }

    @Test("[LANE-9] an alternative comes within 7 days of the commit that forestalled it")
    mutating func late() throws {
        let old = lane.token
        _ = try commit(old)
        world.pass(6 * 86_400)
        _ = try commit(old, .alternative)
        world.pass(86_400)
        #expect(try refusal(old, .alternative) == .stale)
    }

    @Test("[LANE-9] a lane takes 8 alternatives in 7 days")
    mutating func many() throws {
        let old = lane.token
        _ = try commit(old)
        for _ in 0..<RelayLimits.alternativesMax {
            world.pass(60)
            _ = try commit(old, .alternative)
        }
        guard case .rateLimited(let wait) = try refusal(old, .alternative) else {
            Issue.record("a ninth alternative was accepted")
            return
        }
        #expect(wait > .seconds(6 * 86_400) && wait < .seconds(7 * 86_400))
    }

    @Test("[LANE-10] a branch to which nobody posts for 7 days is over, a used one is not")
    mutating func sleep() throws {
        let old = lane.token
        let first = try commit(old)
        let second = try commit(old, .alternative)
        let third = try commit(old, .alternative)
        for _ in 0..<8 {
            world.pass(86_400)
            #expect(try refusal(first) == nil)
            #expect(try refusal(third) == nil)
        }
        #expect(try refusal(second) == .stale)
        #expect(try refusal(second, .follows) == .stale)
        let next = try commit(first)
        #expect(try refusal(third) == nil && refusal(next) == nil)
        let gone = LaneToken.random(using: &world.entropy)
        #expect(try refusal(gone) == .notPermitted)
        #expect(
            try world.store.find([.epoch(lane.id, second.hash)])
                == [.epoch(lane.id, second.hash, nil)])
    }

    @Test("[LANE-2] what a branch commits does not make the other branch forget its epochs")
    mutating func depths() throws {
        let old = lane.token
        let first = try commit(old)
        var second = try commit(old, .alternative)
        for _ in 0..<70 { second = try commit(second) }
        #expect(try refusal(first) == nil)
        #expect(try refusal(second) == nil)
        #expect(try refusal(old) == .notPermitted)
    }

    @Test("[LANE-9] in one batch the first commit wins and the alternative branches off it")
    mutating func together() throws {
        let (one, two) = (token(), token())
        let results = world.ask([
            (.post(world.commit(to: lane, next: one, [alice])), world.connect()),
            (.post(world.commit(to: lane, next: two, [alice], .alternative)), world.connect()),
            (.post(world.message(to: Lane(id: lane.id, token: one), [alice])), world.connect()),
            (.post(world.message(to: Lane(id: lane.id, token: two), [alice])), world.connect()),
        ])
        #expect(results.compactMap { $0.accepted?.head.claim.number } == [2, 3, 4, 5])
    }
}
