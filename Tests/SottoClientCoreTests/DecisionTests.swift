// Single decisions on records made by hand: what leads to them is told in each test.

import SottoCrypto
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoClientCore

@Suite("Single decisions")
struct DecisionTests {
    @Test("a relay that came back is noticed with its mailbox, whichever connection is up first")
    func restoredWhileAnonymousIsFirst() throws {
        var desk = try Desk()
        let before = Incarnation(made: Array(repeating: 1, count: 16))
        let after = Incarnation(made: Array(repeating: 2, count: 16))
        var publication = PublicationRecord()
        publication.incarnation = before
        desk.put(.publication(publication), .publication)
        var counters = CountersRecord()
        counters.mailbox = 9
        desk.put(.counters(counters), .counters)

        try desk.take(.connected(incarnation: after))
        try desk.take(.owned(Owned(acked: 3, newest: 5), incarnation: after))

        guard case .counters(let counters)? = desk.records[.counters],
            case .alarm(let alarm)? = desk.records[.alarm(.lies, 1)]
        else {
            Issue.record("no counters or no alarm")
            return
        }
        #expect(counters.mailbox == 3, "entries 4 and 5 of the older store would be passed over")
        #expect(alarm.kind == .relayRestored && counters.alarm == 2)
    }

    @Test("[ONCE-8] a number that a relay made up does not silence the mailbox for good")
    func numberMadeUp() throws {
        var desk = try Desk()
        let store = Incarnation(made: Array(repeating: 1, count: 16))
        try desk.take(.owned(Owned(acked: 0, newest: 5), incarnation: store))
        try desk.take(.delivered(Delivery(sequence: .max, sealed: [1, 2, 3])))
        try desk.take(.owned(Owned(acked: 0, newest: 5), incarnation: store))

        guard case .counters(let counters)? = desk.records[.counters] else {
            Issue.record("no counters")
            return
        }
        #expect(counters.mailbox == 5)
        let kinds = desk.records.values.compactMap { record in
            if case .alarm(let alarm) = record { alarm.kind } else { nil }
        }
        #expect(Set(kinds) == [.putAside, .relayRestored])
    }

    @Test("[CONV-2] nobody joins by a commit of its own, however good its leaf")
    func joining() throws {
        var world = try World()
        try world.send("one", from: .alice, to: .bob)
        try world.settle()
        let home = world.home(.bob)
        let conversation = try home.conversation(with: world.id(.alice))
        let group = try home.group(try #require(conversation.groups.first).id)
        let relay = try home.account().relayKey.id
        let policy = DirectLeaves(accounts: nil, relay: relay).policy(at: home.now)
        let leaf = try #require(group.leafNode(at: group.ownLeaf))
        #expect(policy.validator.judge(leaf, from: .tree) == .accepted)
        let refusal = LeafVerdict.refused(reason: DirectLeaves.Reason.account.rawValue)
        #expect(policy.validator.judge(leaf, from: .joining) == refusal)
    }

    @Test("[CHAT-4] many conversations with work at once stay within the rounds of a decision")
    func manyConversations() throws {
        var desk = try Desk()
        var worklist = WorklistRecord()
        for number in UInt8(0)..<40 {
            let peer = AccountID(made: Array(repeating: number, count: 32))
            var conversation = ConversationRecord(row: Int64(number) + 1, peer: peer)
            conversation.groups = [desk.group(number), desk.group(number + 100)]
            for index in conversation.groups.indices {
                conversation.groups[index].lostAt = Timestamp(milliseconds: 0)
            }
            desk.put(.conversation(conversation), .conversation(peer))
            worklist.entries.append(WorkItem(peer: peer, isWaiting: false))
        }
        desk.put(.worklist(worklist), .worklist)

        var next: [Event] = [.resumed(from: 0)]
        while let event = next.popLast() {
            for case .resume(let place) in try desk.take(event) {
                next.append(.resumed(from: place))
            }
        }
        for case .conversation(let conversation) in desk.records.values {
            #expect(conversation.groups.count == 1)
        }
    }

    @Test("[CHAT-1] a founding whose question got no answer asks again, whatever the clock does")
    func unansweredFounding() throws {
        var desk = try Desk()
        let peer = AccountID(made: Array(repeating: 7, count: 32))
        var conversation = ConversationRecord(row: 1, peer: peer)
        conversation.card = .random(using: &desk.entropy)
        conversation.isAccepted = true
        conversation.queue = [1]
        desk.put(.conversation(conversation), .conversation(peer))
        desk.put(
            .worklist(WorklistRecord(entries: [WorkItem(peer: peer, isWaiting: true)])), .worklist)

        let asked = try desk.take(.connected(incarnation: .zero)).compactMap(\.errand)
        #expect(asked == [.peerRecord(peer)])
        let waiting = try desk.take(.unanswered(.peerRecord(peer))).compactMap(\.errand)
        #expect(waiting.isEmpty)
        // The clock is put right by a year, and then the wait is what it was.
        desk.now = Timestamp(milliseconds: desk.now.milliseconds - 365 * 86_400_000)
        #expect(desk.core.isDue(at: desk.now))
        #expect(try desk.take(.resumed(from: 0)).compactMap(\.errand).isEmpty)
        #expect(!desk.core.isDue(at: desk.now))
        let due = try #require(desk.core.wakeAt)
        #expect(due.since(desk.now) <= ClientLimits.retryDelay)
        desk.now = due
        #expect(desk.core.isDue(at: desk.now))
        let again = try desk.take(.resumed(from: 0)).compactMap(\.errand)
        #expect(again == [.peerRecord(peer)])
    }

    @Test("[CARD-1] a time to renew that a wrong clock noted does not keep the record from renewal")
    func renewalAfterWrongClock() throws {
        var desk = try Desk()
        var publication = PublicationRecord()
        publication.recordVersion = 4
        publication.stocked = ClientLimits.stockTarget
        publication.hasLastResort = true
        publication.renewAt = desk.now.adding(.seconds(6 * 24 * 3_600))
        desk.put(.publication(publication), .publication)
        let early = try desk.take(.connected(incarnation: .zero)).compactMap(\.errand)
        #expect(!early.contains(.putRecord))

        publication.renewAt = desk.now.adding(.seconds(365 * 24 * 3_600))
        desk.put(.publication(publication), .publication)
        let late = try desk.take(.resumed(from: 0)).compactMap(\.errand)
        #expect(late.contains(.putRecord))
    }

    @Test("[CONV-3] a clock that stands near the epoch makes a lifetime and no trap")
    func lifetimeNearEpoch() {
        let lifetime = Lifetime(now: Timestamp(milliseconds: 5_000))
        #expect(lifetime.notBefore.seconds == 0)
        #expect(lifetime.notAfter.seconds == ClientLimits.keyPackageSeconds)
    }
}

/// An engine with an account, and its records in a dictionary.
private struct Desk {
    var core = ClientCore()
    var now = Timestamp(milliseconds: 1_790_000_000_000)
    var entropy = Entropy(seed: Secret(copying: [UInt8](repeating: 3, count: 32)))
    private(set) var records: [RecordKey: StoredRecord] = [:]

    enum Fault: Error {
        case damaged
        case tooManyRounds
    }

    init() throws {
        let account = try OwnAccount.make(
            origin: "ws://127.0.0.1:1", relayKey: RelayKey(made: Array(repeating: 4, count: 32)),
            name: nil, recovery: .random(using: &entropy), using: &entropy)
        records[.account] = .account(account)
    }

    mutating func put(_ record: StoredRecord, _ key: RecordKey) { records[key] = record }

    /// A group without records, whose lane is followed.
    mutating func group(_ number: UInt8) -> DirectGroup {
        let id = GroupID(Array(repeating: number, count: 32))
        let lane = LaneID(made: Array(repeating: number, count: 32))
        let peer = AccountID(made: Array(repeating: number, count: 32))
        records[.lane(lane)] = .lane(
            LaneRecord(group: id, peer: peer, number: 1, head: nil, epochs: []))
        return DirectGroup(id: id, lane: lane, rank: .of(id, peer, peer))
    }

    /// Lets the engine decide, keeps what it writes, and answers what leaves.
    @discardableResult
    mutating func take(_ event: Event) throws -> [Effect] {
        var loaded = LoadedRecords()
        for _ in 0..<ClientLimits.roundsMax {
            switch core.decide(event, loaded: loaded, now: now, entropy: &entropy) {
            case .missing(let keys):
                for key in keys { loaded.add(records[key], under: key) }
            case .effects(let effects, let next, _):
                core = next
                for case .write(let key, let record) in effects { records[key] = record }
                return effects
            case .damaged: throw Fault.damaged
            }
        }
        throw Fault.tooManyRounds
    }
}

extension Effect {
    /// What the relay is asked for, if this asks it.
    fileprivate var errand: Errand? {
        guard case .request(let errand, _) = self else { return nil }
        return errand
    }
}
