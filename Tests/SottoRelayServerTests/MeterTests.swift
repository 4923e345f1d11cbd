// What an operator sees of the work: spreads, the page for Prometheus, and how long things take.

import Metrics
import NIOCore
import SottoRelayProtocol
import Testing

@testable import SottoRelayServer

@Suite("Meters")
struct MeterTests {
    @Test("a spread holds each value in the bucket of the least bound that is not below it")
    func spread() throws {
        var spread = Spread(bounds: [1, 2, 4])
        for value in [0.5, 1, 1.5, 2, 3, 4, 5, 1_000] { spread.add(value) }
        #expect(spread.counts == [2, 2, 2, 2])
        #expect(spread.count == 8 && spread.sum == 1_017)
        #expect(spread.quantile(0) == 1 && spread.quantile(0.25) == 1)
        #expect(spread.quantile(0.26) == 2 && spread.quantile(0.75) == 4)
        #expect(spread.quantile(0.76) == nil)
        #expect(Spread(bounds: [1]).quantile(0.5) == nil)
        var later = spread
        later.add(3)
        #expect(later.since(spread).counts == [0, 0, 1, 0])
        #expect(later.since(spread).sum == 3)
        // After the relay was started anew there is no difference to take.
        #expect(spread.since(later) == spread)
    }

    @Test("what is counted is kept by name and labels, and shown in the order of names")
    func registry() throws {
        let registry = MeterRegistry()
        for code in ["3", "6", "3"] {
            let counter = Counter(
                label: "sotto_relay_refusals_total", dimensions: [("code", code)],
                factory: registry)
            counter.increment(by: 2)
        }
        Gauge(label: "sotto_relay_connections", factory: registry).record(7)
        Gauge(label: "sotto_relay_connections", factory: registry).record(5)
        let commit = Recorder(
            label: "sotto_relay_commit_seconds", aggregate: true, factory: registry)
        commit.record(0.002)
        let readings = registry.readings
        #expect(
            readings.map(\.name) == [
                "sotto_relay_commit_seconds", "sotto_relay_connections",
                "sotto_relay_refusals_total", "sotto_relay_refusals_total",
            ])
        #expect(readings[1].value == .level(5))
        #expect(readings[2].value == .count(4) && readings[2].labels == ["code": "3"])
        #expect(readings[3].value == .count(2))
        guard case .spread(let spread) = readings[0].value else {
            Issue.record("not a spread")
            return
        }
        #expect(spread.count == 1 && spread.quantile(0.5) == 0.002)
    }

    @Test("meters are limited in number")
    func limited() {
        let registry = MeterRegistry()
        for number in 0..<ServerLimits.metersMax + 10 {
            Counter(label: "c", dimensions: [("n", "\(number)")], factory: registry).increment()
        }
        #expect(registry.readings.count == ServerLimits.metersMax)
    }

    @Test("the page is what Prometheus reads")
    func page() {
        var spread = Spread(bounds: [0.5, 1])
        for value in [0.25, 0.75, 3] { spread.add(value) }
        let readings = [
            MeterReading(name: "sotto_relay_commit_seconds", value: .spread(spread)),
            MeterReading(name: "sotto_relay_connections", value: .level(3)),
            MeterReading(
                name: "sotto_relay_refusals_total", labels: ["code": "3"], value: .count(2)),
            MeterReading(
                name: "sotto_relay_refusals_total", labels: ["code": "a\"\\\n"], value: .count(1)),
        ]
        #expect(
            MeterPage.text(of: readings) == """
                # HELP sotto_relay_commit_seconds Time one transaction took to reach the disk.
                # TYPE sotto_relay_commit_seconds histogram
                sotto_relay_commit_seconds_bucket{le="0.5"} 1
                sotto_relay_commit_seconds_bucket{le="1"} 2
                sotto_relay_commit_seconds_bucket{le="+Inf"} 3
                sotto_relay_commit_seconds_sum 4
                sotto_relay_commit_seconds_count 3
                # HELP sotto_relay_connections Connections served now.
                # TYPE sotto_relay_connections gauge
                sotto_relay_connections 3
                # HELP sotto_relay_refusals_total Requests refused, by the code of \
                spec/relay.md section 2.
                # TYPE sotto_relay_refusals_total counter
                sotto_relay_refusals_total{code="3"} 2
                sotto_relay_refusals_total{code="a\\"\\\\\\n"} 1

                """)
    }

    @Test("every name says what it is by its ending, and means something")
    func names() {
        for name in MeterName.allCases {
            #expect(name.rawValue.hasPrefix("sotto_relay_") && !name.meaning.isEmpty)
            #expect((name.kind == .counter) == name.rawValue.hasSuffix("_total"))
            if case .histogram(let bounds) = name.kind { #expect(bounds == bounds.sorted()) }
        }
        #expect(Set(MeterName.allCases.map(\.meaning)).count == MeterName.allCases.count)
    }

    @Test("moments of arrival go with their operations, however these are shared out")
    func arrivals() {
        func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }
        var arrivals = Arrivals()
        arrivals.add(2, at: at(1))
        arrivals.add(0, at: at(2))
        arrivals.add(3, at: at(3))
        #expect(arrivals.first == at(1))
        #expect(Array(arrivals.take(0).moments).isEmpty)
        #expect(Array(arrivals.take(3).moments) == [at(1), at(1), at(3)])
        arrivals.add(1, at: at(4))
        #expect(Array(arrivals.take(9).moments) == [at(3), at(3), at(4)])
        #expect(arrivals == Arrivals())
    }

    @Test("a connection measures one entry at a time, and what leaves from its oldest")
    func pace() {
        let start = NIODeadline.uptimeNanoseconds(0)
        var pace = DeliveryPace()
        #expect(pace.left(at: { start }) == nil)
        #expect(pace.acknowledged(9, at: start) == nil)
        pace.leaving(4, since: start)
        pace.leaving(5, since: start + .seconds(2))
        #expect(pace.left(at: { start + .seconds(3) }) == .seconds(3))
        #expect(pace.left(at: { start + .seconds(4) }) == nil)
        #expect(pace.acknowledged(3, at: start + .seconds(5)) == nil)
        #expect(pace.acknowledged(7, at: start + .seconds(6)) == .seconds(6))
        #expect(pace.acknowledged(7, at: start + .seconds(6)) == nil)
    }
}
