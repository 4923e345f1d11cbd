// What two looks at a running relay come to.

import Foundation
import SottoRelayCore
import Testing

@testable import SottoRelayServer
@testable import sotto_relay

@Suite struct StatusReportTests {
    private func status(
        at seconds: UInt64, posts: Int64, stored: [Double], started: UInt64 = 0
    ) -> RelayStatus {
        var totals = StoreTotals()
        totals.mailboxes = 7
        totals.entryBytes = 5 << 20
        var spread = Spread(bounds: [0.001, 0.01, 0.1])
        for value in stored { spread.add(value) }
        return RelayStatus(
            version: "v", relayID: "ab", incarnation: "cd", startedMilliseconds: started,
            nowMilliseconds: seconds * 1_000, isReady: true, isDraining: false, connections: 3,
            connectionsMax: 10, subscribers: 2, mailboxEntries: 1, mailboxBytes: 1,
            mailboxDays: 1, totals: totals,
            readings: [
                MeterReading(name: MeterName.posts.rawValue, value: .count(posts)),
                MeterReading(name: MeterName.stored.rawValue, value: .spread(spread)),
                MeterReading(
                    name: MeterName.refusals.rawValue, labels: ["code": "6"], value: .count(4)),
                MeterReading(name: MeterName.queueOperations.rawValue, value: .level(2)),
            ])
    }

    @Test("rates are what went on between two looks, and so are times")
    func difference() {
        let first = status(at: 100, posts: 10, stored: [0.05, 0.05])
        let second = status(at: 102, posts: 30, stored: [0.05, 0.05, 0.000_5, 0.005])
        let report = StatusReport(second, since: first)
        #expect(report.rates[MeterName.posts.rawValue] == 10)
        #expect(report.times[MeterName.stored.rawValue]?.p50 == 1)
        #expect(report.times[MeterName.stored.rawValue]?.p99 == 10)
        #expect(report.uptimeSeconds == 102 && report.queued == 2 && report.refusals == ["6": 4])
        #expect(report.mailboxes == 7 && report.listening == 2)
    }

    @Test(
        "where nothing went on, times are those since the start; after a start there are no rates")
    func nothing() {
        let look = status(at: 100, posts: 10, stored: [0.05])
        let quiet = StatusReport(status(at: 101, posts: 10, stored: [0.05]), since: look)
        #expect(quiet.rates[MeterName.posts.rawValue] == 0)
        #expect(quiet.times[MeterName.stored.rawValue]?.p50 == 100)
        let anew = status(at: 102, posts: 1, stored: [], started: 101_000)
        let report = StatusReport(anew, since: look)
        #expect(report.rates.isEmpty && report.uptimeSeconds == 1)
        #expect(StatusReport(look, since: nil).rates.isEmpty)
    }

    @Test("the table says it in words, and JSON holds the same")
    func words() throws {
        let report = StatusReport(
            status(at: 102, posts: 30, stored: [0.05, 5]),
            since: status(at: 100, posts: 10, stored: []))
        let text = report.lines.joined(separator: "\n")
        for words in [
            "ready, up 1 min 42 s", "3 of 10, 2 listening", "10.0/s", "5.0 MiB", "code 6: 4",
            "p50 <= 100 ms, p99 above all bounds",
        ] { #expect(text.contains(words), "\(words)") }
        let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report))
        #expect((json as? [String: Any])?["connections"] as? Int == 3)
        #expect(StatusReport.duration(90_000) == "1 d 1 h" && StatusReport.duration(5) == "5 s")
        #expect(StatusReport.size(1_536) == "1.5 KiB" && StatusReport.size(17) == "17 B")
    }
}
