// Answers that are lost, entries that come twice, epochs that end: each message once.

import SottoClientCore
import SottoCrypto
import SottoEnvelope
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire
import Testing

@Suite("Each message once")
struct ExactlyOnceTests {
    @Test("[ONCE-2] an entry that comes again changes nothing and is acknowledged again")
    func twice() throws {
        var world = try World.talked()
        try world.send("once", from: .alice, to: .bob)
        let mailbox = try world.home(.bob).account().mailbox
        let delivery = try #require(try world.relay.deliveries(of: mailbox).last)
        try world.deliver(to: .bob)
        let before = world.home(.bob).records
        let again = try world.homes[World.Who.bob.rawValue].take(.delivered(delivery))
        #expect(world.home(.bob).records == before)
        #expect(
            again.effects.contains {
                if case .acknowledge(delivery.sequence) = $0 { true } else { false }
            })
        #expect(try world.home(.bob).texts().filter { $0 == "once" }.count == 1)
    }

    @Test("[ONCE-3] without an answer the same bytes are posted again, restarts included")
    func sameBytes() throws {
        var world = try World.talked()
        try world.disconnect(.alice)
        try world.send("again", from: .alice, to: .bob)
        world.homes[World.Who.alice.rawValue].restart()
        let effects = try world.homes[World.Who.alice.rawValue].take(
            .connected(incarnation: world.relay.incarnation)
        ).effects
        let first = try #require(post(in: effects))
        world.homes[World.Who.alice.rawValue].restart()
        let repeated = try world.homes[World.Who.alice.rawValue].take(
            .connected(incarnation: world.relay.incarnation)
        ).effects
        #expect(post(in: repeated) == first)
    }

    @Test("[ONCE-4] an envelope that comes back through one's own mailbox counts as accepted")
    func echo() throws {
        var world = try World.talked()
        try world.disconnect(.alice)
        let number = try world.send("answer lost", from: .alice, to: .bob)
        let effects = try world.homes[World.Who.alice.rawValue].take(
            .connected(incarnation: world.relay.incarnation)
        ).effects
        let posted = try #require(post(in: effects))
        guard case .success = world.relay.accept(posted) else {
            Issue.record("the relay refused the post")
            return
        }
        try world.deliver(to: .alice)
        guard case .message(let message)? = try world.home(.alice).record(.message(number)) else {
            Issue.record("no message")
            return
        }
        #expect(message.place != nil)
        // Only the answer tells whether anybody has it; the same post is answered the same again.
        #expect(message.course == .waiting)
        try world.disconnect(.alice)
        try world.connect(.alice)
        #expect(try course(of: number, world) == .reached(.sent, missed: 0))
        try world.settle()
        #expect(try world.home(.bob).texts().filter { $0 == "answer lost" }.count == 1)
    }

    @Test("[ONCE-5] what a peer says in a group that we closed is kept, and said to be")
    func closedGroups() throws {
        var world = try World.talked()
        world.relay.refusals[.post] = .notPermitted
        let number = try world.send("refused for good", from: .alice, to: .bob)
        #expect(try course(of: number, world) == .failed(.refusedByRelay))
        try world.send("into a closed group", from: .bob, to: .alice)
        try world.deliver(to: .alice)
        #expect(try world.home(.alice).putAside().map(\.cause) == [.unknownLane])
        #expect(try world.home(.alice).alarms().map(\.peer) == [world.id(.bob)])
    }

    @Test("[ONCE-3] after stale a message is encrypted anew in the next epoch, with a new post id")
    func stale() throws {
        var world = try World.talked()
        let lane = try world.lane(.alice, with: .bob)
        let before = try #require(try world.home(.alice).lane(lane).epochs.first).epoch
        // Bob's device commits; Alice does not know of it yet.
        let group = try world.commit(as: .bob, to: .alice)
        let number = try world.send("in the next epoch", from: .alice, to: .bob)
        let refused = world.asked.compactMap { asked -> PostID? in
            if case .post(let post) = asked.body, asked.who == .alice { post.id } else { nil }
        }
        #expect(try course(of: number, world) == .waiting)
        try world.deliver(to: .alice)
        #expect(try course(of: number, world) == .reached(.sent, missed: 0))
        let last = try #require(world.asked.last)
        guard case .post(let post) = last.body else {
            Issue.record("nothing was posted again")
            return
        }
        #expect(!refused.contains(post.id))
        let keys = try #require(try world.home(.alice).lane(lane).epochs.first)
        #expect(keys.epoch == before + 1 && group.epoch == keys.epoch)
        let message = try MLSMessage(
            encoded: LaneEnvelope.open(
                post.envelope, kind: .message, lane: lane.bytes, key: keys.envelopeKey))
        #expect(message.epoch == keys.epoch)
        #expect(try world.home(.alice).putAside().isEmpty)
    }

    @Test("a commit whose lane token is not the one that the lane registered is put aside")
    func otherToken() throws {
        var world = try World.talked()
        let laneID = try world.lane(.bob, with: .alice)
        let lane = try world.home(.bob).lane(laneID)
        var group = try world.home(.bob).group(lane.group)
        var entropy = Entropy(seed: Secret(copying: [3]))
        let policy = LeafPolicy(
            now: UnixTime(seconds: world.home(.bob).now.milliseconds / 1_000), tolerance: 3_600,
            lifetimeMax: 100 * 24 * 3_600, judge: { _, _ in .accepted })
        let commit = try group.commit([], policy: policy, using: &entropy)
        try world.post(
            commit.message, .commit, in: lane, laneID, as: .bob, next: LaneToken.zero,
            using: &entropy)
        try world.deliver(to: .alice)
        #expect(try world.home(.alice).putAside().map(\.cause) == [.refusedGroup])
        #expect(try world.home(.alice).lane(laneID).epochs.first?.epoch == lane.epochs.first?.epoch)
    }

    @Test("[LANE-5] a post older than the relay's memory waits until our own mailbox is empty")
    func oldPosts() throws {
        var world = try World.talked()
        try world.disconnect(.alice)
        let number = try world.send("yesterday", from: .alice, to: .bob)
        let incarnation = world.relay.incarnation
        let effects = try world.homes[World.Who.alice.rawValue].take(
            .connected(incarnation: incarnation)
        ).effects
        let posted = try #require(post(in: effects))
        guard case .success = world.relay.accept(posted) else {
            Issue.record("the relay refused the post")
            return
        }
        // The answer is lost, a day passes, and the relay forgets.
        world.homes[World.Who.alice.rawValue].restart()
        world.relay.posts = [:]
        world.pass(milliseconds: 25 * 3_600_000)
        try world.feed(.connected(incarnation: incarnation), .alice)
        #expect(try course(of: number, world) == .waiting)
        try world.connect(.alice)
        try world.settle()
        #expect(try course(of: number, world) == .reached(.delivered, missed: 0))
        #expect(try world.home(.bob).texts().filter { $0 == "yesterday" }.count == 1)
        #expect(try world.home(.bob).putAside().isEmpty)
    }

    @Test("[CHAT-1] a group whose next epoch never comes is given up for a new one")
    func lostEpoch() throws {
        var world = try World.talked()
        _ = try world.commit(as: .bob, to: .alice)
        let alice = try world.home(.alice).account().mailbox
        world.relay.mailboxes[alice]?.entries = []
        let number = try world.send("into a new group", from: .alice, to: .bob)
        #expect(try course(of: number, world) == .waiting)
        world.pass(milliseconds: 700_000)
        try world.feed(.resumed(from: 0), .alice)
        #expect(try course(of: number, world) == .reached(.sent, missed: 0))
        try world.deliver(to: .bob)
        #expect(try world.home(.bob).texts().last == "into a new group")
    }

    @Test("no decision asks for records more than a few times")
    func rounds() throws {
        let world = try World.talked()
        for who in World.Who.allCases { #expect(world.home(who).roundsMax <= 12) }
    }

    private func post(in effects: [Effect]) -> Post? {
        for case .request(_, .post(let post)) in effects { return post }
        return nil
    }

    private func course(of number: Int64, _ world: World) throws -> MessageCourse? {
        guard case .message(let message)? = try world.home(.alice).record(.message(number)) else {
            return nil
        }
        return message.course
    }
}
