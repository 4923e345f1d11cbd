// One post to many mailboxes.

import ArgumentParser
import SottoCrypto
import SottoRelayProtocol

struct RelayGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group",
        abstract: "A post to a large group, until it is accepted.",
        discussion: """
            Warm, the relay has agreed on keys with the mailboxes since its last change of its own \
            key. Cold, it has not, as after a restart; this is measured on a relay that is started \
            here.
            """)

    @OptionGroup var target: RelayTarget
    @OptionGroup var report: ReportOptions

    @Option(help: "Mailboxes that a post goes to.")
    var recipients = 1_000

    @Option(help: "The size of the envelope.")
    var bytes = 1_024

    @Option(help: "Posts, one after the other.")
    var posts = 50

    func validate() throws {
        guard (1...RelayLimits.recipientsMax).contains(recipients), (1...5_000).contains(posts),
            (16...262_144).contains(bytes)
        else { throw ValidationError("a number is out of range") }
    }

    func run() throws {
        let relay = try target.start()
        defer { relay.stop() }
        var entropy = Entropy.system()
        let mailboxes = try (0..<recipients).map { _ in
            try LoadMailbox(on: try relay.connect(), using: &entropy)
        }
        let lane = try LoadLane(
            on: try relay.connect(), to: mailboxes.map(\.recipient), bytes: bytes, using: &entropy)
        var report = Report("relay-group", "a post of \(bytes) bytes to \(recipients) mailboxes")
        try measure(lane, posts, "warm", relay, &report)
        if target.url == nil { try measureCold(lane, relay, &report) }
        try report.print(self.report)
    }

    /// The first posts after as many starts.
    private func measureCold(
        _ lane: LoadLane, _ relay: TargetedRelay, _ report: inout Report
    ) throws {
        var times: [Duration] = []
        var used: [Duration] = []
        for _ in 0..<5 {
            try relay.restart()
            lane.move(to: try relay.connect())
            // The lane's row is read, and the relay's start is over.
            try lane.connection.probe()
            let meter = ServerMeter(relay.process)
            times.append(try post(lane))
            if let time = meter.serverTime { used.append(time) }
        }
        add(times, "cold", to: &report)
        let each = Double(microseconds: used.percentile(0.5) / recipients)
        report.add("relay's CPU time a recipient, cold", each, .microseconds, note: "of one post")
    }

    private func measure(
        _ lane: LoadLane, _ count: Int, _ name: String, _ relay: TargetedRelay,
        _ report: inout Report
    ) throws {
        _ = try post(lane)
        let meter = ServerMeter(relay.process)
        var times: [Duration] = []
        for _ in 0..<count { times.append(try post(lane)) }
        add(times, name, to: &report)
        meter.add(to: &report, each: "a recipient, \(name)", count * recipients)
    }

    private func add(_ times: [Duration], _ name: String, to report: inout Report) {
        let median = Double(microseconds: times.percentile(0.5)) / 1_000
        report.add("until accepted, \(name), median", median, .milliseconds, note: "wall time")
        let longest = Double(microseconds: times.percentile(1)) / 1_000
        report.add("until accepted, \(name), longest", longest, .milliseconds, note: "wall time")
    }

    private func post(_ lane: LoadLane) throws -> Duration {
        let start = ContinuousClock.now
        lane.post()
        try lane.connection.wait { lane.unanswered == 0 }
        return ContinuousClock.now - start
    }
}
