// What goes wrong at anybody's end: a sentence, the right exit status, nothing lost.
import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(2)))
struct BadUseTests {
    @Test("an unknown contact is 6, and says whom there is or how to add somebody")
    func unknownContact() async throws {
        let relay = try await RelayFixture()
        let alice = try await Person.at(relay, "Alice")
        let nobody = try await alice.run("send", "nobody", "hi")
        #expect(nobody.status == 6)
        #expect(nobody.error?.hint?.contains("sotto contact add") == true)
        #expect(nobody.error?.exit == 6)
        #expect(nobody.error?.retryable == false)

        let bob = try await Person.at(relay, "Bob")
        try await alice.add(bob)
        let outcome = try await alice.start(["send", "nobody", "hi"]).outcome()
        #expect(outcome.status == 6)
        #expect(outcome.output == "")
        #expect(outcome.errors.contains("You have no contact called 'nobody'"))
        #expect(outcome.errors.contains("Bob"))
    }

    @Test("with the relay down a send is 3 and stays queued; it goes out once the relay is back")
    func relayDown() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        await relay.stop()
        let send = try await alice.run("send", "bob", "while it was down", "--timeout", "2s")
        #expect(send.status == 3)
        #expect(send.lines.map(\.state) == ["waiting"])
        #expect(send.error?.retryable == true)
        #expect(send.error?.number == send.lines.first?.number)
        #expect(send.error?.hint?.contains("stored") == true)
        let log = try await alice.run("log", "bob", "--timeout", "1s")
        #expect(log.status == 3)
        #expect(
            log.lines.map(\.text) == ["while it was down"], "what is stored is shown all the same")
        #expect(try await alice.run("log", "bob", "--offline").status == 0)

        try await relay.start()
        try await alice.succeed("list")
        #expect(try await alice.log(with: "bob") == ["out while it was down/sent"])
        #expect(try await bob.succeed("read", "alice").map(\.text) == ["while it was down"])
    }

    @Test("an account cannot be made without its relay, and nothing of it is left behind")
    func initWithoutRelay() async throws {
        let relay = try await RelayFixture()
        let address = relay.address
        await relay.stop()
        let alice = try Person("Alice")
        let answer = try await alice.run("init", "--relay", address, "--timeout", "2s")
        #expect(answer.status == 3)
        #expect(!FileManager.default.fileExists(atPath: alice.home))
        try await relay.start()
        try await alice.succeed("init", "--relay", address)
    }

    @Test("[LANE-6] [ONCE-7] a full mailbox is told, and once it has room everything arrives, once")
    func mailboxFull() async throws {
        let relay = try await RelayFixture(["--mailbox-entries", "5"])
        let (alice, bob) = try await Person.pair(at: relay)
        var answers: [Answer] = []
        while answers.count < 25, answers.last?.status ?? 0 == 0 {
            answers.append(try await alice.run("send", "bob", "\(answers.count + 1)"))
        }
        #expect(answers.first?.status == 0)
        let full = try #require(answers.last)
        #expect(full.status == 5, "\(full.errors)")
        #expect(full.error?.code == "mailbox_full")
        #expect(full.error?.hint?.contains("goes out by itself") == true)
        #expect(full.lines.map(\.state) == ["waiting"])
        #expect(full.error?.number == full.lines.first?.number)
        // It is not tried again by each command, and does not hold the command up.
        #expect(try await alice.run("list", "--timeout", "5s").status == 0)
        answers.append(try await alice.run("send", "bob", "\(answers.count + 1)"))
        #expect(answers.last?.status == 5)

        let all = (1...answers.count).map(String.init)
        var fetched: [String] = []
        for _ in 0..<12 where fetched.count < all.count {
            fetched += try await bob.succeed("read", "alice").compactMap(\.text)
            try await alice.succeed("list")
        }
        #expect(fetched == all)
        try await bob.succeed("list")
        try await alice.succeed("list")
        #expect(try await alice.log(with: "bob") == all.map { "out \($0)/read" })
        #expect(try await alice.succeed("alarms").filter { $0.code != "gap" }.isEmpty)
        #expect(try await bob.succeed("alarms").filter { $0.code != "gap" }.isEmpty)
    }

    @Test(
        "a wrong contact link is a usage error that says what is wrong with it",
        arguments: ["sotto:", "https://example.org", "sotto:ws://localhost:1#AAAA", "not a link"])
    func wrongLink(_ link: String) async throws {
        let relay = try await RelayFixture()
        let alice = try await Person.at(relay, "Alice")
        let answer = try await alice.run("contact", "add", link)
        #expect(answer.status == 1)
        #expect(answer.error?.message?.isEmpty == false)
        #expect(answer.error?.hint?.isEmpty == false)
    }

    @Test("[CARD-5] a link with one wrong letter is refused; one's own is refused by name")
    func damagedLink() async throws {
        let relay = try await RelayFixture()
        let alice = try await Person.at(relay, "Alice")
        let bob = try await Person.at(relay, "Bob")
        var link = try await bob.link()
        let index = link.index(link.endIndex, offsetBy: -10)
        link.replaceSubrange(index...index, with: link[index] == "A" ? "B" : "A")
        #expect(try await alice.run("contact", "add", link).status == 1)
        #expect(try await alice.run("contact", "add", alice.link()).status == 7)
        #expect(try await alice.succeed("contact", "list").isEmpty)
    }

    @Test("without a home every command is 6 and says how to make one")
    func noHome() async throws {
        let nobody = try Person("Nobody")
        for command in [["me"], ["list"], ["send", "bob", "hi"], ["watch"], ["chat", "bob"]] {
            let answer = Answer(try await nobody.start(command + ["--json"]).outcome())
            #expect(answer.status == 6)
            #expect(answer.error?.hint?.contains("sotto init") == true, "\(answer.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: nobody.home))
    }

    @Test("a second init is refused with 7 and changes nothing")
    func secondInit() async throws {
        let relay = try await RelayFixture()
        let alice = try await Person.at(relay, "Alice")
        let before = try await alice.succeed("me").first?.account
        let answer = try await alice.run("init", "--relay", relay.address)
        #expect(answer.status == 7)
        #expect(try await alice.succeed("me").first?.account == before)
    }

    @Test("[REST-4] a home of a newer version is refused with 7 and left as it is")
    func newerHome() async throws {
        let relay = try await RelayFixture()
        let alice = try await Person.at(relay, "Alice")
        try makeNewer(alice)
        let before = try Data(contentsOf: URL(fileURLWithPath: alice.home + "/sotto.db"))
        let answer = try await alice.run("me")
        #expect(answer.status == 7, "\(answer.errors)")
        #expect(answer.error?.hint?.isEmpty == false)
        let after = try Data(contentsOf: URL(fileURLWithPath: alice.home + "/sotto.db"))
        #expect(before == after)
    }

    @Test("[RELAY-1] another relay at the same address is 4, and is given nothing")
    func otherRelay() async throws {
        let relay = try await RelayFixture()
        let (alice, _) = try await Person.pair(at: relay)
        await relay.stop()
        for folder in [relay.dataFolder, relay.dataFolder + "-keys"] {
            try FileManager.default.removeItem(atPath: folder)
        }
        try await relay.start()
        let answer = try await alice.run("send", "bob", "for whom?", "--timeout", "5s")
        #expect(answer.status == 4, "\(answer.errors)")
        #expect(try await alice.log(with: "bob") == ["out for whom?/waiting"])
    }

    /// The version of a store stands in SQLite's `user_version`: 4 bytes at 60 of its first page.
    private func makeNewer(_ person: Person) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: person.home + "/sotto.db"))
        try file.seek(toOffset: 60)
        try file.write(contentsOf: Data([0, 0, 0x7F, 0xFF]))
        try file.close()
    }
}
