// Two homes and a relay, moved on by hand.

import SottoClientCore
import SottoIdentity
import SottoRelayProtocol
import Testing

/// Alice, Bob and what lies between them.
struct World {
    enum Who: Int, CaseIterable {
        case alice, bob
    }

    var relay: ScriptedRelay
    var homes: [MemoryHome]
    /// Everything that was asked of the relay, in order.
    private(set) var asked: [(who: Who, errand: Errand, body: Request.Body)] = []

    /// Two accounts, published; Alice has Bob as a contact. Made once: a world is a value.
    init() throws { self = try Self.first.get() }

    private static let first = Result { try World(seed: 1) }

    /// Another such world.
    init(seed: UInt8) throws {
        relay = try ScriptedRelay()
        homes = [MemoryHome(seed: seed), MemoryHome(seed: seed + 100)]
        for who in Who.allCases {
            _ = try homes[who.rawValue].want(
                .createAccount(
                    origin: "ws://127.0.0.1:1", relayKey: relay.relayKey,
                    name: who == .alice ? "Alice" : "Bob"))
            relay.register(try home(who).account())
            try connect(who)
        }
        try settle()
        try meet(.alice, .bob)
        asked = []
    }

    /// Each has the other as a contact, and Bob has heard from Alice.
    static func greeted() throws -> World {
        var world = try World()
        try world.meet(.bob, .alice)
        try world.send("hello", from: .alice, to: .bob)
        try world.settle()
        return world
    }

    /// Bob has answered, too.
    static func talked() throws -> World {
        var world = try greeted()
        try world.send("hi", from: .bob, to: .alice)
        try world.settle()
        return world
    }

    func home(_ who: Who) -> MemoryHome { homes[who.rawValue] }
    func id(_ who: Who) throws -> AccountID { try home(who).account().id }

    /// Makes one the contact of the other.
    mutating func meet(_ who: Who, _ other: Who) throws {
        let card = try home(other).account().card
        let record = try #require(relay.records[card.locator.renamed()])
        let reply = try want(.addContact(card: card, record: record.sealed, name: nil), who)
        #expect(reply == .contact(try id(other)))
    }

    /// Both connections come up.
    mutating func connect(_ who: Who) throws {
        let box = relay.mailboxes[try home(who).account().mailbox]
        let owned = Owned(acked: box?.acknowledged ?? 0, newest: box?.newest ?? 0)
        try feed(.owned(owned, incarnation: relay.incarnation), who)
        try feed(.connected(incarnation: relay.incarnation), who)
    }

    mutating func disconnect(_ who: Who) throws {
        for channel in Channel.allCases { try feed(.disconnected(channel), who) }
    }

    @discardableResult
    mutating func want(_ intent: Intent, _ who: Who) throws -> Reply {
        let (effects, reply) = try homes[who.rawValue].want(intent)
        try perform(effects, who)
        return reply
    }

    /// Sends a text and answers its number.
    @discardableResult
    mutating func send(_ text: String, from who: Who, to other: Who) throws -> Int64 {
        let reply = try want(.send(text, to: try id(other)), who)
        guard case .message(let number) = reply else {
            Issue.record("the text was refused")
            return 0
        }
        return number
    }

    mutating func feed(_ event: Event, _ who: Who) throws {
        try perform(try homes[who.rawValue].take(event).effects, who)
    }

    /// Answers requests at once, in order.
    private mutating func perform(_ effects: [Effect], _ who: Who) throws {
        for effect in effects {
            switch effect {
            case .request(let errand, let body):
                asked.append((who, errand, body))
                switch relay.answer(body, for: try home(who).account().mailbox) {
                case .success(let answer): try feed(.answered(errand, answer), who)
                case .failure(let refusal): try feed(.refused(errand, refusal), who)
                }
            case .acknowledge(let sequence): try acknowledge(sequence, who)
            case .resume(let place): try feed(.resumed(from: place), who)
            case .named, .write, .deleteEpoch, .deleteGroup: break
            }
        }
    }

    private mutating func acknowledge(_ sequence: UInt64, _ who: Who) throws {
        let mailbox = try home(who).account().mailbox
        relay.mailboxes[mailbox]?.acknowledged = sequence
        relay.mailboxes[mailbox]?.entries.removeAll { $0.sequence <= sequence }
    }

    /// Delivers what one's mailbox holds.
    mutating func deliver(to who: Who) throws {
        for delivery in try relay.deliveries(of: try home(who).account().mailbox) {
            try feed(.delivered(delivery), who)
        }
    }

    /// Delivers everything, and lets time pass for receipts, until nothing is left to do.
    mutating func settle() throws {
        for _ in 0..<20 {
            let before = asked.count
            for who in Who.allCases {
                try deliver(to: who)
                homes[who.rawValue].now = homes[who.rawValue].now.later(200)
                try feed(.resumed(from: 0), who)
            }
            let isEmpty = relay.mailboxes.values.allSatisfy { $0.entries.isEmpty }
            if isEmpty, asked.count == before { return }
        }
        Issue.record("the world does not settle")
    }

    /// Lets time pass for both.
    mutating func pass(milliseconds: UInt64) {
        for index in homes.indices { homes[index].now = homes[index].now.later(milliseconds) }
    }

    /// The lane of the first group that one shares with the other.
    func lane(_ who: Who, with other: Who) throws -> LaneID {
        try #require(try home(who).conversation(with: try id(other)).groups.first).lane
    }
}

extension Timestamp {
    func later(_ milliseconds: UInt64) -> Timestamp {
        Timestamp(milliseconds: self.milliseconds + milliseconds)
    }
}
