// Two people talk with the real programs: what is said arrives, and everybody sees how far it got.
import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(2)))
struct ConversationTests {
    @Test("somebody offline gets what was sent to them, answers, and both logs show the receipts")
    func conversation() async throws {
        let relay = try await RelayFixture()
        let alice = try await Person.at(relay, "Alice")
        let bob = try await Person.at(relay, "Bob")

        let link = try await bob.link()
        let contact = try await alice.succeed("contact", "add", link, "--name", "Bob")
        #expect(contact.map(\.type) == ["contact"])
        let sent = try await alice.succeed("send", "bob", "Hello Bob!")
        #expect(sent.map(\.state) == ["sent"])
        try await alice.succeed("send", "bob", "-", input: "Two lines\nfrom a pipe\n")

        // Bob is a contact of Alice's; she is a request of his, under the name she gave herself.
        let conversations = try await bob.succeed("list")
        #expect(conversations.map(\.name) == ["Alice"])
        #expect(conversations.map(\.request) == [true])
        #expect(conversations.map(\.unread) == [2])
        let group = try #require(conversations.first?.group)
        #expect(group.count == 64)

        // Until he takes her as a contact she has no name of his, only an id.
        #expect(try await bob.run("read", "alice").status == 6)
        let her = try #require(conversations.first?.account)
        let unread = try await bob.succeed("read", String(her.prefix(8)))
        #expect(unread.map(\.text) == ["Hello Bob!", "Two lines\nfrom a pipe"])
        try await alice.succeed("list")
        let silent = ["out Hello Bob!/sent", "out Two lines\nfrom a pipe/sent"]
        #expect(try await alice.log(with: "bob") == silent, "[RCPT-1] a request gets no receipts")

        try await bob.succeed("contact", "add", her, "--name", "Alice")
        try await bob.succeed("send", "alice", "Hi Alice")
        try await alice.succeed("read", "bob")
        try await bob.succeed("list")
        let whole = try await alice.log(with: "bob")
        #expect(
            whole == [
                "out Hello Bob!/read", "out Two lines\nfrom a pipe/read", "in Hi Alice/read",
            ])
        let other = try await bob.log(with: "alice")
        #expect(
            other == [
                "in Hello Bob!/read", "in Two lines\nfrom a pipe/read", "out Hi Alice/read",
            ])
        #expect(try await alice.succeed("list").map(\.group) == [group])
    }

    @Test("[ID-8] both sides see the same safety number, and keep who verified it")
    func safetyNumber() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        let shown = try #require(await alice.succeed("verify", "bob").first)
        #expect(shown.verified == false)
        #expect(shown.digits?.count == 60)
        #expect(try await bob.succeed("verify", "alice").first?.digits == shown.digits)
        let half = try #require(await alice.succeed("me").first?.safetyNumber)
        #expect(half.count == 30)
        #expect(shown.digits?.hasPrefix(half) == true || shown.digits?.hasSuffix(half) == true)

        try await alice.succeed("verify", "bob", "--accept")
        #expect(try await alice.succeed("contact", "list").map(\.verified) == [true])
        try await alice.add(bob)
        #expect(
            try await alice.succeed("verify", "bob").map(\.verified) == [true],
            "[ID-9] adding a link again takes no mark away")
        try await alice.succeed("verify", "bob", "--withdraw")
        #expect(try await alice.succeed("contact", "list").map(\.verified) == [false])
    }

    @Test(
        "[CHAT-3] both start at once: one conversation on both sides, with everything that was said"
    )
    func bothAtOnce() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        try await alice.succeed("send", "bob", "from Alice", "--offline")
        try await bob.succeed("send", "alice", "from Bob", "--offline")
        let meanwhile = try alice.start(["list"])
        try await bob.succeed("list")
        _ = await meanwhile.outcome()
        for _ in 0..<2 {
            try await alice.succeed("list")
            try await bob.succeed("list")
        }
        let hers = Set(try await alice.log(with: "bob").map { $0.split(separator: "/")[0] })
        let his = Set(try await bob.log(with: "alice").map { $0.split(separator: "/")[0] })
        #expect(hers == ["out from Alice", "in from Bob"])
        #expect(his == ["in from Alice", "out from Bob"])
        let groups = try await (
            alice.succeed("list").map(\.group), bob.succeed("list").map(\.group)
        )
        #expect(groups.0.count == 1)
        #expect(groups.0 == groups.1)
    }

    @Test("somebody is named by a name, in any case, or by the first digits of the account id")
    func who() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        let account = try #require(await bob.succeed("me").first?.account)
        for who in ["Bob", "bob", "BOB", String(account.prefix(8)), account] {
            let answer = try await alice.run("verify", who)
            #expect(answer.status == 0, "\(who): \(answer.errors)")
        }
        #expect(try await alice.run("verify", String(account.prefix(3))).status == 6)
    }

    @Test("[ONCE-6] a consumer of the inbox sees what it has not acknowledged, again and again")
    func inbox() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        for text in ["one", "two", "three"] { try await alice.succeed("send", "bob", text) }

        let first = try await bob.succeed("inbox", "next", "--consumer", "bot", "--max", "2")
        #expect(first.map(\.sequence) == [1, 2])
        #expect(first.map(\.text) == ["one", "two"])
        #expect(first.map(\.type) == ["inbox_entry", "inbox_entry"])
        let again = try await bob.succeed("inbox", "next", "--consumer", "bot", "--max", "2")
        #expect(again.map(\.sequence) == [1, 2])
        try await bob.succeed("inbox", "ack", "2", "--consumer", "bot")
        let rest = try await bob.succeed("inbox", "next", "--consumer", "bot")
        #expect(rest.map(\.text) == ["three"])
        let other = try await bob.succeed("inbox", "next", "--consumer", "another")
        #expect(other.map(\.sequence) == [1, 2, 3])
        #expect(try await bob.run("inbox", "ack", "4", "--consumer", "bot").status == 1)

        // Waiting ends when something arrives.
        try await bob.succeed("inbox", "ack", "3", "--consumer", "bot")
        let waiting = try bob.start(
            ["inbox", "next", "--consumer", "bot", "--wait", "30s", "--json"])
        try await alice.succeed("send", "bob", "four")
        let outcome = await waiting.outcome()
        #expect(Line.all(outcome.output).map(\.text) == ["four"])
        let nothing = try await bob.succeed("inbox", "next", "--consumer", "another", "--max", "1")
        #expect(nothing.map(\.sequence) == [1])
    }
}
