// Delivery tokens: what each kind admits, and how an owner takes them back.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite struct TokenDecisionTests {
    var world: RelayWorld
    var alice: Device

    init() throws {
        world = try RelayWorld()
        alice = try world.device()
    }

    /// What becomes of a post to this device in this lane.
    private mutating func status(
        _ device: Device, in lane: Lane
    ) throws -> RecipientStatus? {
        try world.post(world.message(to: lane, [device])).statuses.first
    }

    /// What becomes of a Welcome to this device in a new lane of somebody else's.
    private mutating func welcome(
        _ device: Device, from founder: inout Device, bytes: Int = 2
    ) throws -> RecipientStatus? {
        founder = try world.renewed(founder)
        let recipient = try #require(device.recipient)
        let part = CommitPart(
            .opensLane, nextTokenHash: .zero,
            welcomes: [
                Welcome(recipient: recipient, envelope: [UInt8](repeating: 7, count: bytes))
            ])
        let lane = world.newLane()
        let post = Post(
            id: .random(using: &world.entropy), lane: lane.id, laneToken: lane.token,
            commit: part, envelope: [9], recipients: [try #require(founder.recipient)])
        return try world.post(post).statuses.last
    }

    // MARK: Pinning

    @Test("[TOK-4] [TOK-5] a token opens the lane that it was first shown in and no other")
    mutating func pinned() throws {
        let bob = try world.device()
        let lane = try world.openLane([alice])
        var other = try world.openLane([bob])
        #expect(try status(alice, in: other) == .refused)
        #expect(try status(alice, in: lane) == .stored)
        try world.restart()
        #expect(try status(alice, in: other) == .refused)
        #expect(try status(alice, in: lane) == .stored)
        let fresh = try world.renewed(alice)
        #expect(try status(fresh, in: other) == .stored)
        #expect(try status(fresh, in: lane) == .refused)

        other = world.newLane()
        let commit = world.commit(
            to: other, next: .random(using: &world.entropy), [alice], opens: true)
        #expect(try world.ask(.post(commit)).refusal == .notPermitted)
    }

    @Test("[TOK-5] a Welcome pins as an entry does, in one batch too")
    mutating func pinnedByWelcome() throws {
        let bob = try world.device()
        let lane = try world.openLane([bob])
        let next = LaneToken.random(using: &world.entropy)
        let commit = world.commit(to: lane, next: next, [bob], welcomes: [alice])
        let second = try world.renewed(bob)
        let elsewhere = world.commit(
            to: world.newLane(), next: next, [alice, second], opens: true)
        let results = world.ask([
            (.post(commit), world.connect()), (.post(elsewhere), world.connect()),
        ])
        #expect(results[0].accepted?.statuses == [.stored, .stored])
        #expect(results[1].accepted?.statuses == [.refused, .stored])
        #expect(try status(alice, in: Lane(id: lane.id, token: next)) == .stored)
    }

    @Test("[TOK-5] outside its lane a token admits a few small Welcomes a day")
    mutating func stray() throws {
        var bob = try world.device()
        _ = try world.openLane([alice])
        let large = RelayLimits.strayWelcomeBytesMax + 1
        #expect(try welcome(alice, from: &bob, bytes: large) == .refused)
        for _ in 0..<RelayLimits.strayWelcomesDailyMax {
            #expect(try welcome(alice, from: &bob, bytes: large - 1) == .stored)
        }
        #expect(try welcome(alice, from: &bob) == .refused)
        try world.restart()
        #expect(try welcome(alice, from: &bob) == .refused)
        world.pass(24 * 3_600)
        #expect(try welcome(alice, from: &bob) == .stored)
    }

    @Test("[TOK-6] a token of last resort opens every lane")
    mutating func lastResort() throws {
        let bob = try world.device()
        let shared = try world.renewed(alice, .lastResort)
        for _ in 0..<3 {
            let lane = try world.openLane([try world.renewed(bob), shared])
            #expect(try status(shared, in: lane) == .stored)
        }
        #expect(try world.mailboxRow(alice).entries == 6)
    }

    @Test("[TOK-5] [LANE-8] a lane that nobody uses goes with its epochs and its pins")
    mutating func idle() throws {
        var used = try world.openLane([alice])
        let other = try world.renewed(alice)
        let unused = try world.openLane([other])
        for _ in 0..<13 {
            world.pass(30 * 86_400)
            let next = LaneToken.random(using: &world.entropy)
            _ = try world.post(world.commit(to: used, next: next, [alice]))
            used.token = next
            _ = try world.ask(.ack(world.mailboxRow(alice).newest), on: alice.connection)
            try world.sweep()
        }
        let message = world.message(to: unused, [other])
        #expect(try world.ask(.post(message)).refusal == .notPermitted)
        #expect(try world.store.find([.lane(unused.id)]) == [.lane(unused.id, nil)])
        #expect(try status(alice, in: used) == .stored)
        #expect(try status(alice, in: try world.openLane([other])) == .refused)
        #expect(try world.store.hasPins(before: world.now.day - 380) == false)
    }

    // MARK: Taking back

    @Test("[TOK-8] a denied label admits nothing, in its own lane too; others of the mailbox do")
    mutating func denied() throws {
        let lane = try world.openLane([alice])
        let other = try world.renewed(alice)
        let second = try world.openLane([other])
        let label = try #require(alice.token?.label)
        for _ in 0..<2 {
            #expect(try world.ask(.deny([label]), on: alice.connection) == .success(.deny))
            #expect(try status(alice, in: lane) == .refused)
            #expect(try world.mailboxRow(alice).denied == 1)
        }
        try world.restart()
        #expect(try status(alice, in: lane) == .refused)
        #expect(try status(other, in: second) == .stored)
    }

    @Test("[TOK-8] 128 labels are denied at most; then a new generation is the answer")
    mutating func deniedList() throws {
        let mint = Mint(count: RelayLimits.mintedTokensMax)
        guard case .mint(let minted) = try world.ask(.mint(mint), on: alice.connection).get()
        else { throw WorldError() }
        let labels = minted.tokens.map(\.label)
        let most = Array(labels.prefix(RelayLimits.deniedLabelsMax))
        let one = labels[RelayLimits.deniedLabelsMax]
        #expect(
            try world.ask(.deny(most + [one]), on: alice.connection).refusal == .tooLarge)
        #expect(try world.mailboxRow(alice).denied == 0)
        #expect(try world.ask(.deny(most), on: alice.connection).refusal == nil)
        #expect(try world.ask(.deny([one]), on: alice.connection).refusal == .tooLarge)
        #expect(try world.ask(.deny([most[3]]), on: alice.connection).refusal == nil)
        #expect(try world.ask(.newGeneration(2), on: alice.connection).refusal == nil)
        #expect(try world.mailboxRow(alice).denied == 0)
        #expect(
            try world.store.find([.denied(alice.mailbox)]) == [.denied(alice.mailbox, [])])
        #expect(try world.ask(.deny([one]), on: alice.connection).refusal == nil)
        #expect(try world.mailboxRow(alice).denied == 0)
    }

    @Test("[TOK-9] a generation ends every token before it, and is begun once")
    mutating func generations() throws {
        let lane = try world.openLane([alice])
        let shared = try world.renewed(alice, .lastResort)
        #expect(try world.ask(.newGeneration(1), on: alice.connection).refusal == nil)
        #expect(try status(alice, in: lane) == .stored)
        #expect(try world.ask(.newGeneration(3), on: alice.connection).refusal == .conflict)
        for _ in 0..<2 {
            let answer = try world.ask(.newGeneration(2), on: alice.connection)
            #expect(answer == .success(.newGeneration))
        }
        #expect(try status(alice, in: lane) == .refused)
        #expect(try status(shared, in: lane) == .refused)
        try world.restart()
        #expect(try status(alice, in: lane) == .refused)
        #expect(try world.ask(.newGeneration(3)).refusal == .notPermitted)
    }

    // MARK: First contact

    @Test("[TOK-7] an open token admits Welcomes only, a few an hour, and can be switched off")
    mutating func open() throws {
        var bob = try world.device()
        let open = try world.renewed(alice, .open)
        let lane = try world.openLane([alice])
        #expect(try status(open, in: lane) == .refused)
        for _ in 0..<RelayLimits.openWelcomesHourlyMax {
            #expect(try welcome(open, from: &bob) == .stored)
        }
        #expect(try welcome(open, from: &bob) == .refused)
        #expect(try welcome(try world.renewed(alice, .open), from: &bob) == .refused)
        world.pass(3_600)
        #expect(try welcome(open, from: &bob) == .stored)
        #expect(try world.ask(.setOpen(false), on: alice.connection) == .success(.setOpen))
        #expect(try welcome(open, from: &bob) == .refused)
        #expect(try world.ask(.setOpen(true), on: alice.connection).refusal == nil)
        #expect(try welcome(open, from: &bob) == .stored)
        #expect(
            try world.ask(.deny([try #require(open.token).label]), on: alice.connection)
                == .success(.deny))
        #expect(try welcome(open, from: &bob) == .refused)
    }
}
