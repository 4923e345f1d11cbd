// Mailboxes without room: what is said is kept back, and arrives once there is room, once.

import SottoClientCore
import SottoRelayProtocol
import Testing

@Suite("Full mailboxes")
struct FullMailboxTests {
    private func setBob(_ status: RecipientStatus?, _ world: inout World) throws {
        world.relay.statuses[try world.home(.bob).account().mailbox] = status
    }

    private func posts(_ world: World) -> [Post] {
        world.asked.compactMap { asked in
            guard case .post(let post) = asked.body, asked.who == .alice else { return nil }
            return post
        }
    }

    private func message(_ number: Int64, _ world: World) throws -> MessageRecord {
        guard case .message(let message)? = try world.home(.alice).record(.message(number)) else {
            throw MemoryHome.Fault.damaged
        }
        return message
    }

    private func obstacle(_ world: World) throws -> Obstacle? {
        guard case .worklist(let list)? = try world.home(.alice).record(.worklist) else {
            return nil
        }
        return list.entries.first?.obstacle
    }

    @Test(
        "[ONCE-7] what nobody had room for arrives later, once and in order",
        arguments: [true, false])
    func later(comesBackEarly: Bool) throws {
        var world = try World.talked()
        let before = posts(world).count
        try setBob(.full, &world)
        let first = try world.send("first", from: .alice, to: .bob)
        let second = try world.send("second", from: .alice, to: .bob)
        #expect(try message(first, world).course == .waiting)
        #expect(try message(second, world).course == .waiting)
        #expect(try obstacle(world)?.reason == .mailboxFull)
        if comesBackEarly { try world.deliver(to: .alice) }
        #expect(try message(first, world).course == .waiting)
        try setBob(nil, &world)
        world.pass(milliseconds: 29_000)
        try world.feed(.resumed(from: 0), .alice)
        #expect(posts(world).count == before + 1)
        world.pass(milliseconds: 1_000)
        try world.feed(.resumed(from: 0), .alice)
        let made = posts(world).dropFirst(before)
        #expect(made.count == 3, "the first again, and then the second")
        #expect(Set(made.map(\.envelope)).count == 2 && Set(made.map(\.id)).count == 3)
        #expect(try message(first, world).course == .reached(.sent, missed: 0))
        try world.settle()
        #expect(try world.home(.bob).texts().suffix(2) == ["first", "second"])
        #expect(try world.home(.bob).alarms().map(\.kind) == [.gap])
        #expect(try world.home(.bob).putAside().isEmpty)
        let (one, two) = (try message(first, world), try message(second, world))
        #expect(one.course == .reached(.delivered, missed: 0))
        #expect(try #require(one.place) < #require(two.place))
        #expect(try world.home(.alice).alarms().isEmpty)
        #expect(try world.home(.alice).putAside().isEmpty)
        for post in made {
            #expect(try world.home(.alice).record(.echo(.of(post.envelope))) == nil)
        }
        #expect(try obstacle(world) == nil)
    }

    @Test(
        "[ONCE-4] an envelope that came back is sent only when the answer says that somebody has it"
    )
    func answerAfterEcho() throws {
        for isFull in [true, false] {
            var world = try World.talked()
            if isFull { try setBob(.full, &world) }
            try world.disconnect(.alice)
            let number = try world.send("who has it?", from: .alice, to: .bob)
            let effects = try world.homes[World.Who.alice.rawValue].take(
                .connected(incarnation: world.relay.incarnation)
            ).effects
            guard
                case .request(let errand, .post(let post))? = effects.first(where: {
                    if case .request(_, .post) = $0 { true } else { false }
                }), case .success(let answer) = world.relay.accept(post)
            else {
                Issue.record("the relay refused the post")
                return
            }
            try world.deliver(to: .alice)
            #expect(try message(number, world).course == .waiting)
            try setBob(nil, &world)
            try world.feed(.answered(errand, answer), .alice)
            let course = try message(number, world).course
            #expect(course == (isFull ? .waiting : .reached(.sent, missed: 0)))
            world.pass(milliseconds: 31_000)
            try world.settle()
            #expect(try message(number, world).course == .reached(.delivered, missed: 0))
            #expect(try world.home(.bob).texts().filter { $0 == "who has it?" }.count == 1)
            #expect(try world.home(.alice).alarms().isEmpty)
        }
    }

    @Test("[ONCE-7] a full mailbox is tried ever more seldom, restarts or not")
    func seldom() throws {
        var world = try World.talked()
        let before = posts(world).count
        try setBob(.full, &world)
        try world.send("patience", from: .alice, to: .bob)
        for _ in 0..<(24 * 60) {
            world.pass(milliseconds: 60_000)
            world.homes[World.Who.alice.rawValue].restart()
            try world.connect(.alice)
            try world.deliver(to: .alice)
        }
        #expect(24...40 ~= posts(world).count - before)
        #expect(try world.home(.alice).alarms().isEmpty)
        try setBob(nil, &world)
        world.pass(milliseconds: 3_600_000)
        try world.settle()
        #expect(try world.home(.bob).texts().last == "patience")
    }

    @Test("[ONCE-7] who sends more, or hears from the peer, need not wait")
    func hurried() throws {
        var world = try World.talked()
        let before = posts(world).count
        try setBob(.full, &world)
        try world.send("one", from: .alice, to: .bob)
        try world.send("two", from: .alice, to: .bob)
        #expect(posts(world).count == before + 1, "no second attempt in the same moment")
        world.pass(milliseconds: 10_000)
        try world.send("three", from: .alice, to: .bob)
        #expect(posts(world).count == before + 2)
        // Bob has room, and says something.
        try setBob(nil, &world)
        try world.send("I am here", from: .bob, to: .alice)
        try world.deliver(to: .alice)
        #expect(posts(world).count == before + 5)
        try world.settle()
        #expect(try world.home(.bob).texts().suffix(4) == ["I am here", "one", "two", "three"])
    }

    @Test("a mailbox that refuses a conversation for good makes its messages fail, and says why")
    func refused() throws {
        var world = try World.talked()
        try setBob(.refused, &world)
        let number = try world.send("not wanted", from: .alice, to: .bob)
        #expect(try message(number, world).course == .failed(.refusedByMailbox))
        #expect(try message(number, world).place != nil)
        try world.settle()
        #expect(try world.home(.alice).putAside().isEmpty)
    }

    @Test("[ONCE-1] a message that one's own mailbox has no room for has its place all the same")
    func ownMailbox() throws {
        var world = try World.talked()
        world.relay.statuses[try world.home(.alice).account().mailbox] = .full
        let number = try world.send("no room for my own", from: .alice, to: .bob)
        #expect(try message(number, world).course == .reached(.sent, missed: 0))
        #expect(try message(number, world).place != nil)
    }

    @Test("[ONCE-7] a Welcome that nobody had room for founds nothing; an hour later another does")
    func founding() throws {
        var world = try World()
        try setBob(.full, &world)
        let number = try world.send("nobody is there", from: .alice, to: .bob)
        let conversation = try world.home(.alice).conversation(with: world.id(.bob))
        #expect(conversation.groups.isEmpty)
        #expect(try obstacle(world)?.reason == .mailboxFull)
        let stock = try #require(world.relay.stocks[try world.home(.bob).account().stock])
        // Another process does not try it anew, nor take another key package for that.
        world.pass(milliseconds: 60_000)
        world.homes[World.Who.alice.rawValue].restart()
        try world.connect(.alice)
        let left = world.relay.stocks[try world.home(.bob).account().stock]?.packages.count
        #expect(left == stock.packages.count)
        try setBob(nil, &world)
        world.pass(milliseconds: 3_600_000)
        try world.settle()
        #expect(try message(number, world).course == .reached(.sent, missed: 0))
        #expect(try world.home(.bob).texts() == ["nobody is there"])
    }
}
