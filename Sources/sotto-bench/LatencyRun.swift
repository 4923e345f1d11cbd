// How long a message takes from its post to its delivery, at a steady rate.

import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import SottoWire
import Synchronization

struct LatencyRun: Sendable {
    let pairs: [LoadPair]
    let bytes: Int
    let rate: Int

    func measure(for time: Duration, _ meter: CPUMeter) async throws -> Report {
        let journal = Journal()
        let tally = Tally(deliveriesPerPost: 2, pairs: pairs.count)
        return try await withThrowingTaskGroup { group in
            for mailbox in pairs.flatMap(\.mailboxes) {
                group.addTask { try await receive(mailbox, journal, tally) }
            }
            var meter = meter
            meter.restart()
            try await post(for: time, journal, tally)
            try await tally.awaitDeliveries()
            group.cancelAll()
            return report(journal, tally, meter)
        }
    }

    /// Posts at fixed moments, whether earlier posts were answered or not: a relay that stalls does
    /// not make the generator wait with it.
    private func post(for time: Duration, _ journal: Journal, _ tally: Tally) async throws {
        let count = Int(Double(rate) * (time / .seconds(1)))
        let clock = ContinuousClock()
        let start = clock.now
        var entropy = Entropy.system()
        try await withThrowingTaskGroup { group in
            for number in 0..<count {
                try await clock.sleep(until: start + .seconds(number) / rate)
                let id = PostID.random(using: &entropy)
                let pair = pairs[number % pairs.count]
                let envelope = UInt64(number).wireBytes + entropy.bytes(bytes - 8)
                group.addTask {
                    journal.posted(number, at: clock.now)
                    try await pair.post(id, envelope)
                    journal.accepted(number, at: clock.now)
                    tally.accepted()
                }
            }
            try await group.waitForAll()
        }
    }

    /// Opens every entry, so that a time belongs to the message that was posted and no other.
    private func receive(
        _ mailbox: LoadMailbox, _ journal: Journal, _ tally: Tally
    ) async throws {
        var opener = mailbox.opener
        for try await delivery in mailbox.deliveries {
            let now = ContinuousClock.now
            let entry = try opener.open(delivery)
            if case .lane(let entry) = entry.content, entry.kind == .message {
                journal.delivered(try Self.number(of: entry.envelope), at: now)
            }
            tally.delivered()
            try await mailbox.connection.ack(delivery.sequence)
        }
    }

    private static func number(of envelope: ArraySlice<UInt8>) throws -> Int {
        var reader = WireReader(envelope)
        return Int(truncatingIfNeeded: try reader.uint64())
    }

    private func report(_ journal: Journal, _ tally: Tally, _ meter: CPUMeter) -> Report {
        let times = journal.times
        var report = Report(
            "relay-latency", "\(rate) posts a second, \(pairs.count) conversations, \(bytes) bytes"
        )
        for (name, all) in [
            ("post to acceptance", times.acceptance), ("post to delivery", times.delivery),
        ] {
            for (word, share) in [("p50", 0.5), ("p99", 0.99), ("longest", 1)] {
                let value = Double(microseconds: all.percentile(share)) / 1_000
                report.add("\(name), \(word)", value, .milliseconds, note: "wall time")
            }
        }
        report.add("messages", Double(tally.acceptedCount), .count)
        meter.add(to: &report, messages: tally.acceptedCount)
        return report
    }
}

/// When each message was posted, accepted and delivered.
private final class Journal: Sendable {
    private struct Times {
        var posted: [Int: ContinuousClock.Instant] = [:]
        var acceptance: [Duration] = []
        var delivery: [Duration] = []
    }

    private let entries = Mutex(Times())

    func posted(_ number: Int, at time: ContinuousClock.Instant) {
        entries.withLock { $0.posted[number] = time }
    }

    func accepted(_ number: Int, at time: ContinuousClock.Instant) {
        entries.withLock { times in
            if let posted = times.posted[number] { times.acceptance.append(time - posted) }
        }
    }

    func delivered(_ number: Int, at time: ContinuousClock.Instant) {
        entries.withLock { times in
            if let posted = times.posted[number] { times.delivery.append(time - posted) }
        }
    }

    var times: (acceptance: [Duration], delivery: [Duration]) {
        entries.withLock { ($0.acceptance, $0.delivery) }
    }
}
