// Direct conversations, event by event: founding, settling, order, exactly once.

import SottoClientCore
import SottoCrypto
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire
import Testing

@Suite("Direct conversations")
struct DirectConversationTests {
    @Test("[CHAT-1] founding takes a key package, opens a lane, and the text waits behind it")
    func founding() throws {
        var world = try World()
        try world.send("one", from: .alice, to: .bob)
        let kinds = world.asked.compactMap { asked -> String? in
            switch asked.body {
            case .getRecord: "record"
            case .takeStock: "package"
            case .post(let post):
                post.commit.map { $0.form == .opensLane ? "opening" : "commit" } ?? "post"
            default: nil
            }
        }
        #expect(kinds == ["record", "package", "opening", "post", "post"])
        #expect(try world.home(.alice).messages().first?.course == .reached(.sent, missed: 0))
        try world.settle()
        #expect(try world.home(.bob).texts() == ["one"])
        #expect(try world.home(.bob).putAside().isEmpty)
        #expect(try world.home(.alice).putAside().isEmpty)
    }

    @Test("[CONV-1] [CONV-2] groups have the hybrid suite, 32-byte ids and PrivateMessages only")
    func profile() throws {
        var world = try World()
        try world.send("one", from: .alice, to: .bob)
        try world.settle()
        let id = try #require(
            try world.home(.bob).conversation(with: world.id(.alice)).groups.first
        ).id
        let group = try world.home(.bob).group(id)
        #expect(group.suite == .mlkem768X25519AES128)
        #expect(id.bytes.count == 32)
        #expect(group.members.count == 2)
        let own = try #require(try world.home(.alice).publication().packages.first)
        guard
            case .keyPackage(let record)? = try world.home(.alice).record(
                .keyPackage(own.reference))
        else {
            Issue.record("a key package without its private half")
            return
        }
        #expect(try OwnKeyPackage(encoded: record.own).keyPackage.suite == .mlkem768X25519AES128)
    }

    @Test("[CONV-4] each epoch's token and envelope key are exported once, and the exporter wiped")
    func exporter() throws {
        var world = try World()
        try world.send("one", from: .alice, to: .bob)
        try world.settle()
        for who in World.Who.allCases {
            let lane = try world.lane(who, with: who == .alice ? .bob : .alice)
            let group = try world.home(who).group(world.home(who).lane(lane).group)
            #expect(throws: ExportError.wiped) {
                try group.export(label: "sotto lane token", context: lane.bytes, length: 32)
            }
        }
        let lane = try world.lane(.alice, with: .bob)
        let ofAlice = try #require(try world.home(.alice).lane(lane).epochs.first)
        let ofBob = try #require(try world.home(.bob).lane(lane).epochs.first)
        #expect(ofAlice.token == ofBob.token && ofAlice.envelopeKey == ofBob.envelopeKey)
    }

    @Test("[CHAT-3] of two groups that begin at once both sides take the one of the lowest rank")
    func twoGroups() throws {
        var world = try World()
        try world.meet(.bob, .alice)
        try world.send("from Alice", from: .alice, to: .bob)
        try world.send("from Bob", from: .bob, to: .alice)
        try world.settle()
        let ofAlice = try world.home(.alice).conversation(with: world.id(.bob))
        let ofBob = try world.home(.bob).conversation(with: world.id(.alice))
        #expect(ofAlice.groups.count == 2 && ofBob.groups.count == 2)
        let active = try #require(ofAlice.activeIndex)
        #expect(ofAlice.groups[active].rank == ofAlice.groups.map(\.rank).min())
        #expect(try ofBob.groups[#require(ofBob.activeIndex)].id == ofAlice.groups[active].id)
        #expect(try Set(world.home(.alice).texts()) == ["from Alice", "from Bob"])
        #expect(try Set(world.home(.bob).texts()) == ["from Alice", "from Bob"])
    }

    @Test("[CHAT-3] a settled group stays active when another of lower rank comes")
    func settled() throws {
        var lower = 0
        for seed in UInt8(10)..<16 {
            var world = try World(seed: seed)
            try world.meet(.bob, .alice)
            let backup = world.homes[World.Who.bob.rawValue]
            try world.send("one", from: .alice, to: .bob)
            try world.settle()
            try world.send("two", from: .bob, to: .alice)
            try world.settle()
            let settled = try world.home(.alice).conversation(with: world.id(.bob)).groups[0]
            #expect(settled.isSettled)
            // Bob's device forgets everything and begins anew.
            world.homes[World.Who.bob.rawValue] = backup
            try world.send("again", from: .bob, to: .alice)
            try world.deliver(to: .alice)
            let after = try world.home(.alice).conversation(with: world.id(.bob))
            #expect(after.groups.count == 2)
            #expect(try after.groups[#require(after.activeIndex)].id == settled.id)
            #expect(try world.home(.alice).texts().last == "again")
            if after.groups[1].rank < settled.rank { lower += 1 }
        }
        #expect(lower > 0, "no new group had a lower rank: the test shows nothing")
    }

    @Test(
        "[CHAT-4] the group that lost is closed after 7 days, and its lane is ignored from then on")
    func closing() throws {
        var world = try World()
        try world.meet(.bob, .alice)
        try world.send("from Alice", from: .alice, to: .bob)
        try world.send("from Bob", from: .bob, to: .alice)
        try world.settle()
        world.pass(milliseconds: 6 * 24 * 3_600_000)
        try world.settle()
        #expect(try world.home(.alice).conversation(with: world.id(.bob)).groups.count == 2)
        world.pass(milliseconds: 25 * 3_600_000)
        try world.settle()
        for (who, other) in [(World.Who.alice, World.Who.bob), (.bob, .alice)] {
            let groups = try world.home(who).conversation(with: world.id(other)).groups
            #expect(groups.count == 1)
            let kept = Set(groups.map(\.id))
            for case .group(let id, _) in world.home(who).records.keys {
                #expect(kept.contains(id))
            }
        }
        try world.send("still here", from: .bob, to: .alice)
        try world.settle()
        #expect(try world.home(.alice).texts().last == "still here")
    }

    @Test("[CHAT-5] a request sends nothing: no receipt, no name; accepted, it sends both")
    func requests() throws {
        var world = try World()
        try world.send("hello", from: .alice, to: .bob)
        try world.settle()
        let posts = world.asked.filter { $0.who == .bob && $0.errand.channel == .anonymous }
        #expect(posts.allSatisfy { if case .post = $0.body { false } else { true } })
        try world.want(.accept(try world.id(.alice), name: nil), .bob)
        try world.settle()
        let message = try #require(try world.home(.alice).messages().first)
        #expect(message.course == .reached(.delivered, missed: 0))
        #expect(
            try world.home(.alice).conversation(with: world.id(.bob)).suggestedName == "Bob")
    }

    @Test("[RCPT-3] names and receipts get no receipts")
    func noReceiptsOfReceipts() throws {
        var world = try World()
        try world.send("hello", from: .alice, to: .bob)
        try world.want(.setName("Alice the Second"), .alice)
        try world.settle()
        try world.want(.accept(try world.id(.alice), name: nil), .bob)
        try world.settle()
        let count = world.asked.count
        world.pass(milliseconds: 60_000)
        try world.settle()
        #expect(world.asked.count == count)
    }

    @Test("[RCPT-1] what is ready within 100 ms goes into one report")
    func oneReport() throws {
        var world = try World()
        try world.send("0", from: .alice, to: .bob)
        try world.settle()
        try world.want(.accept(try world.id(.alice), name: nil), .bob)
        try world.settle()
        for number in 1...5 { try world.send("\(number)", from: .alice, to: .bob) }
        let before = world.asked.count
        try world.settle()
        let posts = world.asked.dropFirst(before).filter { $0.who == .bob }
        #expect(posts.count == 1)
        #expect(
            try world.home(.alice).messages().allSatisfy {
                $0.course == .reached(.delivered, missed: 0)
            })
    }
}
