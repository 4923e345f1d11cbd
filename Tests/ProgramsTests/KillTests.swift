// The real `sotto` is killed while it sends and receives: nothing is lost, nothing twice.
import Foundation
import Testing

/// How often a program is killed: SOTTO_KILL_ROUNDS, or the few that every run affords.
let killRounds = ProcessInfo.processInfo.environment["SOTTO_KILL_ROUNDS"].flatMap(Int.init)

@Suite(.serialized, .timeLimit(.minutes(10 + (killRounds ?? 0) / 5)))
struct KillTests {
    static let rounds = killRounds ?? 15
    /// How often a receiver is: each time its lease has to run out before there is another.
    static let receiverRounds = max(1, rounds / 3)

    @Test("[ONCE-3] a sender killed at any moment has sent each message once")
    func killedSender() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        var moments = SplitMix(seed: 0x50_77_0A)
        for round in 1...Self.rounds {
            let send = try alice.start(["send", "bob", "round \(round)"])
            try await Task.sleep(for: .milliseconds(Int(moments.next() % 300)))
            send.signal(SIGKILL)
            _ = await send.outcome()
        }
        try await settle(alice, bob)
        try await expectEqualLogs(sender: alice, receiver: bob)
    }

    @Test("[ONCE-2] a receiver killed at any moment has received each message once")
    func killedReceiver() async throws {
        let relay = try await RelayFixture()
        let (alice, bob) = try await Person.pair(at: relay)
        var moments = SplitMix(seed: 0x50_77_0B)
        var texts: [String] = []
        for round in 1...Self.receiverRounds {
            let news = (1...4).map { "round \(round) text \($0)" }
            texts += news
            let chat = try alice.start(["chat", "bob"], input: news.joined(separator: "\n"))
            #expect(await chat.outcome().status == 0)
            let receive = try bob.start(["watch"])
            try await receive.says("connected")
            // Soon after the first, while the others are on their way.
            for _ in 0..<400 where !receive.output.contains("round \(round) ") {
                try await Task.sleep(for: .milliseconds(15))
            }
            try await Task.sleep(for: .milliseconds(Int(moments.next() % 60)))
            receive.signal(SIGKILL)
            _ = await receive.outcome()
        }
        try await settle(alice, bob)
        try await expectEqualLogs(sender: alice, receiver: bob)
        let sent = try await alice.log(with: "bob")
        #expect(sent.map { $0.split(separator: "/")[0] } == texts.map { "out \($0)" })
        let inbox = try await bob.succeed("inbox", "next", "--consumer", "test", "--max", "1000")
        #expect(inbox.map(\.text) == texts)
        #expect(inbox.map(\.sequence) == (1...texts.count).map { Int64($0) })
    }

    /// Everybody sends and fetches what there is; a killed watch's lease runs out first.
    private func settle(_ alice: Person, _ bob: Person) async throws {
        for _ in 0..<2 {
            try await alice.succeed("list", "--timeout", "30s")
            try await bob.succeed("list", "--timeout", "30s")
        }
    }

    /// What the sender's store says it sent is what the receiver's has, each once, in one order.
    private func expectEqualLogs(sender: Person, receiver: Person) async throws {
        let sent = try await sender.log(with: receiver.name)
        let received = try await receiver.log(with: sender.name)
        let texts = { (log: [String]) in log.map { $0.split(separator: "/")[0].drop { $0 != " " } }
        }
        #expect(texts(sent) == texts(received))
        #expect(Set(texts(sent)).count == sent.count)
        #expect(sent.allSatisfy { $0.hasSuffix("/delivered") || $0.hasSuffix("/sent") })
    }
}

/// The same moments in every run.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
