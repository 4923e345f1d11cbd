// `watch` and `chat`: what stays connected, beside commands that come and go.
import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(2)))
struct LiveTests {
    @Test("watch prints what arrives and what becomes of what is sent beside it, and ends cleanly")
    func watch() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        let watch = try alice.start(["watch", "--json"])
        try await watch.says(#""state":"online""#)

        let sent = try await alice.succeed("send", "bob", "beside a watch", "--timeout", "10s")
        #expect(sent.map(\.state) == ["sent"])
        try await bob.succeed("read", "alice")
        try await bob.succeed("send", "alice", "seen by the watch")
        try await watch.says("seen by the watch")
        try await watch.says(#""state":"read""#)

        watch.signal(SIGTERM)
        let outcome = await watch.outcome()
        #expect(outcome.status == 0 && !outcome.wasKilled)
        let lines = Line.all(outcome.output)
        #expect(lines.filter { $0.type == "message" }.map(\.text) == ["seen by the watch"])
        let log = try await alice.log(with: "bob")
        #expect(log == ["out beside a watch/read", "in seen by the watch/unread"])
    }

    @Test("send --wait read ends when the other side has read it")
    func waitForRead() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        let send = try alice.start(
            ["send", "bob", "Read this", "--wait", "read", "--timeout", "30s", "--json"])
        var unread: [Line] = []
        for _ in 0..<20 where unread.isEmpty { unread = try await bob.succeed("read", "alice") }
        #expect(unread.map(\.text) == ["Read this"])
        let outcome = await send.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(Line.all(outcome.output).map(\.state) == ["read"])

        let late = try await alice.run(
            "send", "bob", "And this", "--wait", "read", "--timeout", "1s")
        #expect(late.status == 3)
        #expect(late.lines.map(\.state) == ["sent"])
        #expect(late.error?.hint?.contains("sent again") == true)
    }

    @Test("two people chat on plain pipes, and the end of input ends a chat once all is sent")
    func chat() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        let hers = try alice.start(["chat", "bob"], input: nil)
        let his = try bob.start(["chat", "alice"], input: nil)
        try hers.type("Are you there?")
        try await his.says("Alice: Are you there?")
        try his.type("I am.")
        try await hers.says("Bob: I am.")
        try hers.type("Bye")
        try hers.endInput()
        let outcome = await hers.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        try await his.says("Alice: Bye")
        his.signal(SIGINT)
        #expect(await his.outcome().status == 0)
        let log = try await bob.log(with: "alice")
        #expect(
            log.map { $0.split(separator: "/")[0] } == ["in Are you there?", "out I am.", "in Bye"])
    }

    @Test("a file piped into a chat is sent line by line, in order")
    func pipedChat() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        let lines = (1...20).map { "line \($0)" }
        let chat = try alice.start(
            ["chat", "bob", "--json"], input: lines.joined(separator: "\n") + "\n")
        #expect(await chat.outcome().status == 0)
        #expect(try await bob.succeed("read", "alice").map(\.text) == lines)
    }

    @Test("a reader of the output that goes away ends the command without a word")
    func brokenPipe() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        for count in 1...3 { try await alice.succeed("send", "bob", "\(count)") }
        let sotto = Program.folder.appendingPathComponent("sotto").path
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        let script = "(sleep 1; exec \"$1\" log alice --home \"$2\") 2>\"$3\" | true; cat \"$3\""
        let said = bob.folder.path + "/errors"
        shell.arguments = ["-c", script, "sh", sotto, bob.home, said]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let errors = try output.fileHandleForReading.readToEnd() ?? Data()
        shell.waitUntilExit()
        #expect(String(decoding: errors, as: UTF8.self) == "")
    }

    @Test("text from others cannot steer the terminal")
    func harmlessText() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        let evil = "a\u{1b}[2Jb\u{202e}c\rd\n14:00 Bob: forged"
        try await alice.succeed("send", "bob", evil)
        let shown = try await bob.start(["read", "alice"]).outcome().output
        #expect(shown.contains(#"a\u{1b}[2Jb\u{202e}c\u{d}d"#))
        #expect(shown.contains("\n      | 14:00 Bob: forged"))
        let json = try await bob.start(["log", "alice", "--json"]).outcome().output
        #expect(!json.unicodeScalars.contains("\u{202e}"))
        #expect(Line.all(json).map(\.text) == [evil])
    }
}
