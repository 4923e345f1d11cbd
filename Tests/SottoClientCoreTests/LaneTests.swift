// Lanes that do not follow, entries that cannot be processed, and views that differ.

import SottoClientCore
import SottoContent
import SottoCrypto
import SottoIdentity
import SottoRelayProtocol
import SottoWire
import Testing

@Suite("Lanes and entries that lie")
struct LaneTests {
    @Test("[HEAD-2] an entry that was left out is named at the next, and the conversation goes on")
    func leftOut() throws {
        var world = try World.greeted()
        try world.send("left out", from: .alice, to: .bob)
        try world.forge(newestOf: .bob) { _ in nil }
        try world.send("after it", from: .alice, to: .bob)
        try world.deliver(to: .bob)
        let bob = world.home(.bob)
        #expect(try bob.texts() == ["hello", "after it"])
        #expect(try bob.putAside().isEmpty)
        #expect(try bob.alarms().map(\.kind) == [.entriesLost, .gap])
        #expect(try bob.alarms()[1].peer == world.id(.alice))
        try world.send("and on", from: .alice, to: .bob)
        try world.settle()
        #expect(try world.home(.bob).texts().last == "and on")
        #expect(try world.home(.bob).alarms().count == 2)
    }

    @Test("[HEAD-2] an entry that follows from another head than the one held is put aside unread")
    func otherPast() throws {
        var world = try World.greeted()
        try world.send("of another past", from: .alice, to: .bob)
        let key = world.relay.key
        try world.forge(newestOf: .bob) { entry in
            let head = entry.head.claim
            let before = LaneHead(
                lane: head.lane, incarnation: head.incarnation, number: head.number - 1,
                hash: .zero)
            let next = before.following(
                kind: entry.kind, nextTokenHash: entry.nextTokenHash, envelope: .of(entry.envelope))
            let signed = try! HeadBatch.sign(
                [next], incarnation: head.incarnation, at: Timestamp(milliseconds: 1), with: key)
            return LaneEntry(
                head: signed[0], kind: entry.kind, nextTokenHash: entry.nextTokenHash,
                previousHead: .zero, envelope: entry.envelope)
        }
        try world.deliver(to: .bob)
        #expect(try world.home(.bob).texts() == ["hello"])
        #expect(try world.home(.bob).putAside().map(\.cause) == [.headDoesNotFollow])
        #expect(try world.home(.bob).alarms().map(\.kind) == [.headDoesNotFollow, .putAside])
    }

    @Test("[HEAD-1] [HEAD-2] an entry with another envelope than its head says is put aside")
    func otherEnvelope() throws {
        var world = try World.greeted()
        try world.send("changed", from: .alice, to: .bob)
        try world.forge(newestOf: .bob) { entry in
            LaneEntry(
                head: entry.head, kind: entry.kind, nextTokenHash: entry.nextTokenHash,
                previousHead: entry.previousHead, envelope: entry.envelope.reversed())
        }
        try world.deliver(to: .bob)
        #expect(try world.home(.bob).putAside().map(\.cause) == [.headDoesNotFollow])
        #expect(try world.home(.bob).texts() == ["hello"])
    }

    @Test("[HEAD-1] a head that the pinned key did not sign is named")
    func notSigned() throws {
        var world = try World.greeted()
        try world.send("unsigned", from: .alice, to: .bob)
        var entropy = Entropy(seed: Secret(copying: [1]))
        let key = try SignaturePrivateKey.random(using: &entropy)
        try world.forge(newestOf: .bob) { entry in
            let head = entry.head.claim
            let forged = try! HeadBatch.sign(
                [head], incarnation: head.incarnation, at: Timestamp(milliseconds: 1), with: key)
            return LaneEntry(
                head: forged[0], kind: entry.kind, nextTokenHash: entry.nextTokenHash,
                previousHead: entry.previousHead, envelope: entry.envelope)
        }
        try world.deliver(to: .bob)
        #expect(try world.home(.bob).alarms().map(\.kind) == [.headNotSigned, .putAside])
    }

    @Test("[HEAD-3] two signed heads of one number are a fork, and both are kept as proof")
    func fork() throws {
        var world = try World.greeted()
        let held = try world.fork(before: .bob)
        let alarm = try #require(try world.home(.bob).alarms().first)
        #expect(alarm.kind == .fork)
        #expect(Set(alarm.evidence.map(\.claim.hash)).count == 2)
        #expect(Set(alarm.evidence.map(\.claim.number)) == [held.number])
    }

    @Test("[CONV-7] a sender who saw another head of the same number is named with what it saw")
    func forkedViews() throws {
        var world = try World.greeted()
        let lane = try world.lane(.alice, with: .bob)
        let head = try #require(try world.home(.alice).lane(lane).head)
        var seen = WireWriter()
        seen.value(head.incarnation)
        seen.uint64(head.number)
        seen.value(HeadHash.zero)
        let status = ApplicationData.status(try MessageStatusReport([]).encoded)
        try world.say(status.wireBytes, as: .alice, to: .bob, seen: seen.bytes)
        try world.deliver(to: .bob)
        let alarm = try #require(try world.home(.bob).alarms().first)
        #expect(alarm.kind == .viewsDiffer)
        #expect(try alarm.peer == world.id(.alice))
        #expect(alarm.evidence.map(\.claim) == [head])
        #expect(alarm.claim?.wireBytes == seen.bytes, "what the peer says is part of the evidence")
    }

    @Test("[ONCE-5] what cannot be processed is put aside with its cause and blocks nothing")
    func causes() throws {
        var world = try World.greeted()
        let bob = try world.home(.bob).account().mailbox
        let lane = try world.lane(.bob, with: .alice)
        let head = try #require(try world.home(.bob).lane(lane).head)
        let next = try world.home(.bob).cursor() + 1
        try world.feed(.delivered(Delivery(sequence: next, sealed: [1, 2, 3])), .bob)
        world.relay.mailboxes[bob]?.newest = next
        let strange = LaneHead.start(
            of: LaneID(made: Array(repeating: 5, count: 32)), at: world.relay.relayKey,
            incarnation: world.relay.incarnation)
        _ = world.relay.put(.lane(world.entry(after: strange, [0])), into: bob)
        _ = world.relay.put(
            .welcome(
                WelcomeEntry(
                    head: world.relay.sign(
                        strange.following(kind: .commit, nextTokenHash: .zero, envelope: .zero)),
                    envelope: [9])), into: bob)
        let noise = world.entry(after: head, Array(repeating: 3, count: 400))
        _ = world.relay.put(.lane(noise), into: bob)
        try world.deliver(to: .bob)
        #expect(
            try world.home(.bob).putAside().map(\.cause)
                == [.undecodable, .unknownLane, .undecodable, .notDecryptable])
    }

    @Test("[CHAT-2] a group that comes by another lane than its own is refused")
    func otherLane() throws {
        var world = try World()
        try world.send("hello", from: .alice, to: .bob)
        let bob = try world.home(.bob).account().mailbox
        let entries = try #require(world.relay.mailboxes[bob]?.entries)
        guard case .welcome(let welcome)? = entries.first?.entry.content else {
            Issue.record("no Welcome")
            return
        }
        let other = LaneHead.start(
            of: LaneID(made: Array(repeating: 6, count: 32)), at: world.relay.relayKey,
            incarnation: world.relay.incarnation
        ).following(kind: .commit, nextTokenHash: .zero, envelope: .zero)
        let moved = WelcomeEntry(head: world.relay.sign(other), envelope: welcome.envelope)
        world.relay.mailboxes[bob]?.entries = [
            (1, MailboxEntry(previous: 0, content: .welcome(moved)))
        ]
        try world.deliver(to: .bob)
        #expect(try world.home(.bob).putAside().map(\.cause) == [.refusedGroup])
        #expect(try world.home(.bob).messages().isEmpty)
        // The key package was not used up by that.
        let kept = try world.home(.bob).publication().packages.count
        #expect(kept == 41)
    }

    @Test("[CONT-6] what breaks its format is put aside; what is not understood is kept and shown")
    func content() throws {
        var world = try World.greeted()
        try world.say([9, 9, 9], as: .alice, to: .bob)
        try world.deliver(to: .bob)
        #expect(try world.home(.bob).putAside().map(\.cause) == [.invalidContent])

        world = try World.greeted()
        let strange = MIMIContent(
            salt: ContentSalt(made: Array(repeating: 1, count: 16)),
            body: NestedPart(
                disposition: .session, content: .single(contentType: "a/b", content: [1])))
        try world.say(ApplicationData.content(strange.encoded).wireBytes, as: .alice, to: .bob)
        try world.deliver(to: .bob)
        let message = try #require(try world.home(.bob).messages().last)
        #expect(message.body == .unsupported(strange.encoded))
        #expect(try world.home(.bob).putAside().isEmpty)
    }

    @Test("[RCPT-2] a report is honoured only for what was sent to its sender")
    func foreignReports() throws {
        var world = try World.greeted()
        let incoming = try #require(try world.home(.bob).messages().first?.content)
        let report = try MessageStatusReport([.init(incoming, .read)])
        try world.say(ApplicationData.status(report.encoded).wireBytes, as: .alice, to: .bob)
        try world.deliver(to: .bob)
        #expect(try world.home(.bob).messages().first?.course == .incoming(isRead: false))
    }

    @Test("a relay that comes back with another store is named, and its old entries do no harm")
    func restored() throws {
        var world = try World.greeted()
        try world.disconnect(.bob)
        world.relay.incarnation = Incarnation(made: Array(repeating: 8, count: 16))
        try world.connect(.bob)
        #expect(try world.home(.bob).alarms().map(\.kind) == [.relayRestored])
        try world.connect(.bob)
        #expect(try world.home(.bob).alarms().count == 1)
        // The lane goes on from a head before the newest: the backup was older.
        let lane = try world.lane(.alice, with: .bob)
        let newest = try #require(try world.home(.alice).lane(lane).head)
        guard
            case .laneHead(let held)? = try world.home(.bob).record(
                .laneHead(lane, newest.number - 1))
        else {
            Issue.record("no head before the last")
            return
        }
        let incarnation = world.relay.incarnation
        world.relay.lanes[lane]?.head = LaneHead(
            lane: lane, incarnation: incarnation, number: newest.number - 1,
            hash: held.head.claim.hash)
        try world.connect(.alice)
        try world.send("after the backup", from: .alice, to: .bob)
        try world.deliver(to: .bob)
        #expect(try world.home(.bob).texts().last == "after the backup")
        #expect(try world.home(.bob).putAside().isEmpty)
    }
}
