// As many posts as a relay accepts, with a bounded number on their way.

import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import Synchronization

struct ThroughputRun: Sendable {
    let pairs: [LoadPair]
    let bytes: Int
    let window: Int

    func measure(for time: Duration, _ meter: CPUMeter) async throws -> Report {
        let tally = Tally(deliveriesPerPost: 2, pairs: pairs.count)
        let clock = ContinuousClock()
        return try await withThrowingTaskGroup { group in
            for mailbox in pairs.flatMap(\.mailboxes) {
                group.addTask { try await receive(mailbox, tally) }
            }
            var meter = meter
            meter.restart()
            let start = clock.now
            try await post(until: start + time, tally)
            let posted = clock.now - start
            try await tally.awaitDeliveries()
            let delivered = clock.now - start
            group.cancelAll()
            return report(tally, posted: posted, delivered: delivered, meter)
        }
    }

    private func post(until end: ContinuousClock.Instant, _ tally: Tally) async throws {
        try await withThrowingTaskGroup { group in
            for pair in pairs {
                for _ in 0..<window {
                    group.addTask {
                        var entropy = Entropy.system()
                        let envelope = entropy.bytes(bytes)
                        while ContinuousClock.now < end {
                            try await pair.post(.random(using: &entropy), envelope)
                            tally.accepted()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func receive(_ mailbox: LoadMailbox, _ tally: Tally) async throws {
        var untilAck = 64
        for try await delivery in mailbox.deliveries {
            tally.delivered()
            untilAck -= 1
            guard untilAck == 0 else { continue }
            untilAck = 64
            try await mailbox.connection.ack(delivery.sequence)
        }
    }

    private func report(
        _ tally: Tally, posted: Duration, delivered: Duration, _ meter: CPUMeter
    ) -> Report {
        var report = Report(
            "relay-load", "\(pairs.count) conversations, window \(window), \(bytes) bytes")
        report.add(
            "posts accepted", Double(tally.acceptedCount) / (posted / .seconds(1)), .perSecond)
        report.add(
            "entries delivered", Double(tally.deliveredCount) / (delivered / .seconds(1)),
            .perSecond)
        meter.add(to: &report, messages: tally.acceptedCount)
        return report
    }
}

/// What was accepted and what was delivered, counted by many tasks.
final class Tally: Sendable {
    private let accepts = Atomic<Int>(0)
    private let deliveries = Atomic<Int>(0)
    private let perPost: Int
    /// The entries of the commits that opened the lanes.
    private let before: Int

    init(deliveriesPerPost: Int, pairs: Int) {
        perPost = deliveriesPerPost
        before = deliveriesPerPost * pairs
    }

    func accepted() { accepts.wrappingAdd(1, ordering: .relaxed) }
    func delivered() { deliveries.wrappingAdd(1, ordering: .relaxed) }

    var acceptedCount: Int { accepts.load(ordering: .relaxed) }
    var deliveredCount: Int { deliveries.load(ordering: .relaxed) }

    /// Waits until every accepted post has come to each of its mailboxes.
    func awaitDeliveries() async throws {
        let end = ContinuousClock.now + .seconds(30)
        var missing = self.missing
        while missing > 0 {
            guard ContinuousClock.now < end else { throw BenchError.notDelivered(missing: missing) }
            try await Task.sleep(for: .milliseconds(1))
            missing = self.missing
        }
    }

    private var missing: Int { acceptedCount * perPost + before - deliveredCount }
}
