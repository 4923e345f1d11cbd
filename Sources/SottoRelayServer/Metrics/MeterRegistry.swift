// Keeps what is counted, so that it can be shown: the relay's own backend of swift-metrics.

import Metrics
import NIOConcurrencyHelpers

/// Counters, levels and spreads by name and labels.
///
/// There are few of them, since names and labels come from closed lists; what is above the limit
/// is counted nowhere.
final class MeterRegistry: MetricsFactory {
    private struct Key: Hashable {
        let name: String
        let labels: [String: String]
    }

    private let meters = NIOLockedValueBox<[Key: Meter]>([:])

    /// What every meter shows now, by name and labels.
    var readings: [MeterReading] {
        let meters = meters.withLockedValue { Array($0) }
        return meters.map { key, meter in
            MeterReading(name: key.name, labels: key.labels, value: meter.value)
        }.sorted { ($0.name, $0.order) < ($1.name, $1.order) }
    }

    /// Itself, or itself with another factory that counts the same.
    func beside(_ other: (any MetricsFactory)?) -> any MetricsFactory {
        other.map { MultiplexMetricsHandler(factories: [self, $0]) } ?? self
    }

    private func meter(_ name: String, _ labels: [(String, String)], _ kind: Meter.Kind) -> Meter {
        let labels = Dictionary(labels) { first, _ in first }
        return meters.withLockedValue { meters in
            if let meter = meters[Key(name: name, labels: labels)] { return meter }
            let meter = Meter(name, kind)
            if meters.count < ServerLimits.metersMax {
                meters[Key(name: name, labels: labels)] = meter
            }
            return meter
        }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        meter(label, dimensions, .counter)
    }

    func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        meter(label, dimensions, aggregate ? .spread : .level)
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        meter(label, dimensions, .level)
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        meter(label, dimensions, .spread)
    }

    // Meters live as long as the relay.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}

extension MeterReading {
    /// What orders readings of one name.
    var order: String { labels.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined() }
}

/// One thing that is counted, of whatever kind it was made as.
private final class Meter: CounterHandler, RecorderHandler, MeterHandler, TimerHandler {
    enum Kind { case counter, level, spread }

    private let state: NIOLockedValueBox<MeterReading.Value>

    init(_ name: String, _ kind: Kind) {
        switch kind {
        case .counter: state = NIOLockedValueBox(.count(0))
        case .level: state = NIOLockedValueBox(.level(0))
        case .spread:
            if case .histogram(let bounds) = MeterName(rawValue: name)?.kind {
                state = NIOLockedValueBox(.spread(Spread(bounds: bounds)))
            } else {
                state = NIOLockedValueBox(.spread(Spread(bounds: [])))
            }
        }
    }

    var value: MeterReading.Value { state.withLockedValue { $0 } }

    func increment(by amount: Int64) { add(Double(amount)) }
    func reset() {}
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func recordNanoseconds(_ duration: Int64) { set(Double(duration) / 1e9) }
    func preferDisplayUnit(_ unit: TimeUnit) {}

    private func add(_ amount: Double) {
        state.withLockedValue { value in
            switch value {
            case .count(let count): value = .count(count &+ Int64(amount))
            case .level(let level): value = .level(level + amount)
            case .spread: break
            }
        }
    }

    func set(_ new: Double) {
        state.withLockedValue { value in
            switch value {
            case .count: break
            case .level: value = .level(new)
            case .spread(var spread):
                // Let go of the old one, so that its buckets are changed in place.
                value = .level(0)
                spread.add(new)
                value = .spread(spread)
            }
        }
    }
}
