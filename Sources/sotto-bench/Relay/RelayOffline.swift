// Messages for who is not there: how fast they are stored, and how fast they are fetched.

import ArgumentParser
import SottoCrypto

struct RelayOffline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offline",
        abstract: "Messages stored for who is away, then drained by all at once.")

    @OptionGroup var target: RelayTarget
    @OptionGroup var load: LoadOptions
    @OptionGroup var report: ReportOptions

    @Option(help: "Messages a conversation.")
    var messages = 4_000

    @Option(help: "Posts of one conversation that wait for acceptance at once.")
    var window = 20

    func validate() throws {
        guard (1...9_999).contains(messages), (1...64).contains(window) else {
            throw ValidationError("a number is out of range")
        }
    }

    func run() throws {
        let relay = try target.start()
        defer { relay.stop() }
        let loop = LoadLoop()
        var entropy = Entropy.system()
        let pairs = try (0..<load.pairs).map { _ in
            let pair = try LoadPair(
                at: relay, copies: load.copies, bytes: load.bytes, using: &entropy)
            loop.add(pair.lane.connection)
            return pair
        }
        let all = load.pairs * messages
        var report = Report("relay-offline", load.title)
        try measure("stored", all, relay, &report) { try store(pairs, loop) }
        for pair in pairs { try pair.subscribe(at: relay, on: loop) }
        try measure("drained", all * load.copies, relay, &report) {
            try loop.run {
                pairs.allSatisfy { $0.deliveredCount == (messages + 1) * load.copies }
            }
        }
        try report.print(self.report)
    }

    private func measure(
        _ name: String, _ count: Int, _ relay: TargetedRelay, _ report: inout Report,
        _ body: () throws -> Void
    ) throws {
        let meter = ServerMeter(relay.process)
        let start = ContinuousClock.now
        try body()
        let taken = ContinuousClock.now - start
        report.add(name, Double(count) / (taken / .seconds(1)), .perSecond)
        meter.add(to: &report, each: "a message \(name)", count)
    }

    private func store(_ pairs: [LoadPair], _ loop: LoadLoop) throws {
        for pair in pairs {
            pair.lane.onAccepted = { [unowned lane = pair.lane] _ in
                if lane.accepted + lane.unanswered < messages { lane.post() }
            }
            for _ in 0..<min(window, messages) { pair.lane.post() }
        }
        try loop.run { pairs.allSatisfy { $0.lane.accepted == messages } }
    }
}
