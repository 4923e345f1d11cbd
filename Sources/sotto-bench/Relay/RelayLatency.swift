// How long a message takes at a steady rate.

import ArgumentParser
import SottoCrypto

struct RelayLatency: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency", abstract: "From post to delivery, at a rate.")

    @OptionGroup var target: RelayTarget
    @OptionGroup var load: LoadOptions
    @OptionGroup var report: ReportOptions

    @Option(help: "How long to post, in seconds.")
    var seconds = 10

    @Option(help: "Posts a second in all.")
    var rate = 1_000

    func validate() throws {
        guard (1...3_600).contains(seconds), (1...100_000).contains(rate) else {
            throw ValidationError("a number is out of range")
        }
    }

    func run() throws {
        let relay = try target.start()
        defer { relay.stop() }
        let loop = LoadLoop()
        let journal = Journal()
        let pairs = try connect(relay, loop, journal)
        try loop.run { journal.delivered.count == pairs.count * load.copies }
        journal.forgetTimes()
        let meter = ServerMeter(relay.process)
        try post(pairs, loop, journal)
        var report = Report("relay-latency", "\(rate) posts a second, \(load.title)")
        for (name, times) in [
            ("post to acceptance", journal.accepted), ("post to delivery", journal.delivered),
        ] {
            for (word, share) in [("p50", 0.5), ("p99", 0.99), ("longest", 1)] {
                let value = Double(microseconds: times.percentile(share)) / 1_000
                report.add("\(name), \(word)", value, .milliseconds, note: "wall time")
            }
        }
        meter.add(to: &report, each: "a message", journal.accepted.count)
        try report.print(self.report)
    }

    private func connect(
        _ relay: TargetedRelay, _ loop: LoadLoop, _ journal: Journal
    ) throws -> [LoadPair] {
        var entropy = Entropy.system()
        return try (0..<load.pairs).map { number in
            let pair = try LoadPair(
                at: relay, copies: load.copies, bytes: load.bytes, using: &entropy)
            try pair.subscribe(at: relay, on: loop, acksEach: load.ackEach)
            loop.add(pair.lane.connection)
            journal.follow(pair, number)
            return pair
        }
    }

    /// Posts at fixed moments, whether earlier posts were answered or not: a relay that stalls does
    /// not make the load wait with it.
    private func post(_ pairs: [LoadPair], _ loop: LoadLoop, _ journal: Journal) throws {
        let start = ContinuousClock.now
        let all = rate * seconds
        var posted = 0
        try loop.run {
            let due = (ContinuousClock.now - start) / .seconds(1) * Double(rate)
            while posted < min(all, Int(due)) {
                journal.post(pairs[posted % pairs.count], posted % pairs.count)
                posted += 1
            }
            return posted == all && journal.delivered.count == all * load.copies
        }
    }
}

/// When each message was posted, accepted and delivered. Those of one lane are answered, and come
/// to a mailbox, in the order in which they were posted.
private final class Journal {
    private(set) var accepted: [Duration] = []
    private(set) var delivered: [Duration] = []
    private var posted: [[ContinuousClock.Instant]] = []
    private var answers: [Int] = []
    private var arrivals: [[Int]] = []

    /// Follows a conversation. What is delivered before its first post counts from now.
    func follow(_ pair: LoadPair, _ number: Int) {
        posted.append([.now])
        answers.append(1)
        arrivals.append(pair.mailboxes.map { _ in 0 })
        pair.lane.onAccepted = { [unowned self] _ in
            accepted.append(ContinuousClock.now - posted[number][answers[number]])
            answers[number] += 1
        }
        pair.onDelivered = { [unowned self] mailbox in
            delivered.append(ContinuousClock.now - posted[number][arrivals[number][mailbox]])
            arrivals[number][mailbox] += 1
        }
    }

    func forgetTimes() {
        accepted = []
        delivered = []
    }

    func post(_ pair: LoadPair, _ number: Int) {
        posted[number].append(.now)
        pair.lane.post()
    }
}
