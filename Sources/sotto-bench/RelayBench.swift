// A load generator: conversations that post and receive as fast as a relay lets them, or at a rate.

import ArgumentParser
import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import SottoWire

struct RelayBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay",
        abstract: "What a running relay carries: posts a second, or latency at a rate.",
        discussion: """
            Each pair is a conversation of two devices: two mailboxes with a connection each, a \
            third connection that posts, one lane. Every post is stored for both mailboxes, \
            delivered to both and acknowledged.
            """)

    @OptionGroup var report: ReportOptions

    @Option(help: "Where the relay is: ws://127.0.0.1:PORT, say.")
    var relay: String

    @Option(help: "The relay's process, to tell its CPU time.")
    var pid: Int32?

    @Option(help: "Conversations.")
    var pairs = 50

    @Option(help: "How long to post, in seconds.")
    var seconds = 10

    @Option(help: "Posts of one conversation that wait for acceptance at once.")
    var window = 20

    @Option(help: "The size of an envelope.")
    var bytes = 1_024

    @Option(help: "Posts a second in all, to measure latency instead of throughput.")
    var rate: Int?

    func validate() throws {
        guard (1...5_000).contains(pairs), (1...3_600).contains(seconds), window > 0,
            (16...RelayLimits.envelopeBytesMax).contains(bytes), rate.map({ $0 > 0 }) ?? true
        else { throw ValidationError("a number is out of range") }
    }

    func run() async throws {
        let origin = try RelayOrigin(relay)
        let connect = { @Sendable () async throws -> RelayConnection in
            try await RelayConnection.connect(to: origin, trusting: .firstUse, entropy: .system())
        }
        var all: [LoadPair] = []
        for _ in 0..<pairs { all.append(try await LoadPair(connect: connect, bytes: bytes)) }
        defer { for pair in all { pair.close() } }
        let meter = CPUMeter(relay: pid)
        let report =
            if let rate {
                try await LatencyRun(pairs: all, bytes: bytes, rate: rate)
                    .measure(for: .seconds(seconds), meter)
            } else {
                try await ThroughputRun(pairs: all, bytes: bytes, window: window)
                    .measure(for: .seconds(seconds), meter)
            }
        try report.print(self.report)
    }
}

/// CPU time of relay and generator from one moment on.
struct CPUMeter: Sendable {
    private let relay: Int32?
    private var before: (relay: Duration?, own: Duration)

    init(relay: Int32?) {
        self.relay = relay
        before = (nil, .zero)
        restart()
    }

    mutating func restart() {
        before = (relay.flatMap(CPUTime.of(process:)), CPUTime.ofThisProcess())
    }

    /// Adds what each message has cost since then.
    func add(to report: inout Report, messages: Int) {
        guard messages > 0 else { return }
        if let relay, let before = before.relay, let now = CPUTime.of(process: relay) {
            report.add(
                "relay's CPU time a message", Double(microseconds: (now - before) / messages),
                .microseconds, note: "posted, stored twice, delivered twice, acknowledged")
        }
        let own = (CPUTime.ofThisProcess() - before.own) / messages
        report.add("generator's CPU time a message", Double(microseconds: own), .microseconds)
    }
}
