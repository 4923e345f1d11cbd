// As many messages as a relay carries, with a bounded number on their way.

import ArgumentParser
import SottoCrypto

struct RelayLoad: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Messages a second, and what each costs the relay.")

    @OptionGroup var target: RelayTarget
    @OptionGroup var load: LoadOptions
    @OptionGroup var report: ReportOptions

    @Option(help: "How long to post, in seconds.")
    var seconds = 10

    @Option(help: "Posts of one conversation that wait for acceptance at once.")
    var window = 20

    @Flag(help: "Measure the parts of a message as well, and the relay's cost against them.")
    var parts = false

    @Option(help: "Posts that share a transaction in the measurement of parts.")
    var batch = 200

    func validate() throws {
        guard (1...3_600).contains(seconds), (1...64).contains(window) else {
            throw ValidationError("a number is out of range")
        }
    }

    func run() throws {
        let relay = try target.start()
        defer { relay.stop() }
        let outcome = try LoadRun(relay: relay, options: load, window: window)
            .measure(for: .seconds(seconds))
        var report = outcome.report
        if parts {
            let parts = try MessageParts(bytes: load.bytes, copies: load.copies, batch: batch)
            parts.add(to: &report)
            let all = parts.all(frames: outcome.framesEach)
            report.add("all parts of a message", Double(microseconds: all), .microseconds)
            if let cost = outcome.cost {
                report.add("relay's cost against them", cost / all, .times)
            }
        }
        try report.print(self.report)
    }
}

/// One load and what came of it.
struct LoadRun {
    let relay: TargetedRelay
    let options: LoadOptions
    let window: Int

    struct Outcome {
        var report: Report
        /// The relay's CPU time a message, if it is to be known.
        let cost: Duration?
        /// Frames a message, in both directions.
        let framesEach: Double
    }

    func measure(for time: Duration) throws -> Outcome {
        let loop = LoadLoop()
        let pairs = try connect(loop)
        try run(pairs, on: loop, for: .seconds(1))
        let (framesBefore, before) = (loop.frameCount, count(pairs))
        let meter = ServerMeter(relay.process)
        let start = ContinuousClock.now
        try run(pairs, on: loop, for: time)
        let taken = ContinuousClock.now - start
        let messages = count(pairs) - before
        let framesEach = Double(loop.frameCount - framesBefore) / Double(messages)
        var report = Report("relay-load", "\(options.title), window \(window)")
        report.add(
            "messages", Double(messages) / (taken / .seconds(1)), .perSecond,
            note: "posted, delivered, acknowledged")
        report.add("frames a message", framesEach, .times)
        meter.add(to: &report, each: "a message", messages)
        return Outcome(
            report: report, cost: meter.serverTime.map { $0 / messages }, framesEach: framesEach)
    }

    private func count(_ pairs: [LoadPair]) -> Int { pairs.reduce(0) { $0 + $1.lane.accepted } }

    private func connect(_ loop: LoadLoop) throws -> [LoadPair] {
        var entropy = Entropy.system()
        return try (0..<options.pairs).map { _ in
            let pair = try LoadPair(
                at: relay, copies: options.copies, bytes: options.bytes, using: &entropy)
            try pair.subscribe(at: relay, on: loop, acksEach: options.ackEach)
            loop.add(pair.lane.connection)
            return pair
        }
    }

    /// Posts for a time, then waits until everything is delivered.
    private func run(_ pairs: [LoadPair], on loop: LoadLoop, for time: Duration) throws {
        let end = ContinuousClock.now + time
        for pair in pairs {
            pair.lane.onAccepted = { [unowned lane = pair.lane] _ in
                if ContinuousClock.now < end { lane.post() }
            }
            for _ in 0..<window { pair.lane.post() }
        }
        try loop.run {
            pairs.allSatisfy { pair in
                // The commit that opened the lane was delivered as well.
                pair.lane.unanswered == 0
                    && pair.deliveredCount == (pair.lane.accepted + 1) * options.copies
            }
        }
    }
}
