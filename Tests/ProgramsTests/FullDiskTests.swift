// A disk that takes nothing more, at every moment of a command: said so, and nothing lost.
import Foundation
import Testing

/// No file of the command may grow over a number of blocks of 512 bytes; SQLite's index of the
/// write-ahead log alone has 64. What a command writes fails sooner or later by that, wherever it
/// is just then.
@Suite(.serialized, .timeLimit(.minutes(4)))
struct FullDiskTests {
    private static let limits = [16, 48, 65, 72, 80, 96, 112, 128, 160, 192, 256]

    private func isTold(_ answer: Answer) {
        #expect(answer.status == 5, "\(answer.status) \(answer.errors)")
        #expect(answer.error?.code == "disk_full")
        #expect(answer.error?.exit == 5)
        #expect(answer.error?.retryable == true)
        #expect(answer.error?.hint?.contains("ake room") == true)
    }

    @Test("sending on a full disk is 5; what was stored goes out once there is room, and once only")
    func send() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        try await alice.succeed("send", "bob", "before")
        var expected = ["before"]
        var failures = 0
        for blocks in Self.limits {
            let text = "with \(blocks) blocks"
            let send = try alice.start(["send", "bob", text, "--json"], fileBlocksMax: blocks)
            let answer = Answer(await send.outcome())
            let stored = answer.lines.first { $0.type == "message" }
            if stored != nil { expected.append(text) }
            guard answer.status != 0 else { continue }
            failures += 1
            isTold(answer)
            #expect(answer.error?.number == (stored?.state == "waiting" ? stored?.number : nil))
        }
        #expect(failures > 1, "the disk was never full")
        try await alice.succeed("send", "bob", "after")
        try await alice.succeed("list")
        expected.append("after")
        #expect(try await bob.succeed("read", "alice").map(\.text) == expected)
        #expect(try await alice.log(with: "bob").count == expected.count)
        #expect(try await bob.succeed("alarms").isEmpty)
    }

    @Test("reading on a full disk is 5; everything is there afterwards, once")
    func read() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        var expected: [String] = []
        var failures = 0
        for blocks in Self.limits {
            let text = "for \(blocks) blocks"
            try await alice.succeed("send", "bob", text)
            expected.append(text)
            let read = try bob.start(["read", "alice", "--json"], fileBlocksMax: blocks)
            let answer = Answer(await read.outcome())
            guard answer.status != 0 else { continue }
            failures += 1
            isTold(answer)
        }
        #expect(failures > 1, "the disk was never full")
        try await bob.succeed("read", "alice")
        #expect(try await bob.log(with: "alice") == expected.map { "in \($0)/read" })
        #expect(try await bob.succeed("alarms").isEmpty)
        try await alice.succeed("list")
        #expect(try await alice.log(with: "bob") == expected.map { "out \($0)/read" })
    }

    @Test("an account that does not fit on the disk is 5, and the next attempt finds nothing of it")
    func makeAccount() async throws {
        let relay = try await RelayFixture()
        let alice = try Person("Alice")
        var failures = 0
        for blocks in Self.limits {
            let attempt = try alice.start(
                ["init", "--relay", relay.address, "--json"], fileBlocksMax: blocks)
            let answer = Answer(await attempt.outcome())
            guard answer.status != 0, answer.lines.isEmpty else { break }
            failures += 1
            isTold(answer)
            #expect(!FileManager.default.fileExists(atPath: alice.home))
        }
        #expect(failures > 1, "the disk was never full")
        if !FileManager.default.fileExists(atPath: alice.home) {
            try await alice.succeed("init", "--relay", relay.address)
        }
        try await alice.succeed("list")
        #expect(try await alice.succeed("me").first?.published == true)
    }
}
