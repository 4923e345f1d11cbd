// Which groups a Welcome may bring.

import SottoClientCore
import SottoRelayProtocol
import SottoWire
import Testing

@Suite("Welcomes")
struct WelcomeTests {
    @Test("[CHAT-2] a Welcome that comes by another lane than its group names brings no group")
    func otherLane() throws {
        var world = try World()
        try world.send("hello", from: .alice, to: .bob)
        let bob = try world.home(.bob).account().mailbox
        let first = try #require(world.relay.mailboxes[bob]?.entries.first)
        guard case .welcome(let welcome) = first.entry.content else {
            Issue.record("the first entry is not the Welcome")
            return
        }
        let named = welcome.head.claim
        let other = LaneHead(
            lane: LaneID(made: named.lane.bytes.reversed()), incarnation: named.incarnation,
            number: named.number, hash: named.hash)
        let moved = WelcomeEntry(head: world.relay.sign(other), envelope: welcome.envelope)
        world.relay.mailboxes[bob]?.entries[0].entry = MailboxEntry(
            previous: first.entry.previous, content: .welcome(moved))
        try world.deliver(to: .bob)
        #expect(try world.home(.bob).putAside().map(\.cause).first == .refusedGroup)
        #expect(try world.home(.bob).texts().isEmpty)
        try world.settle()
        #expect(try world.home(.bob).texts().isEmpty)
    }

    @Test("[CHAT-2] by the lane that it names, the same Welcome brings the conversation")
    func ownLane() throws {
        var world = try World()
        try world.send("hello", from: .alice, to: .bob)
        try world.deliver(to: .bob)
        #expect(try world.home(.bob).putAside().isEmpty)
        #expect(try world.home(.bob).texts() == ["hello"])
    }
}
