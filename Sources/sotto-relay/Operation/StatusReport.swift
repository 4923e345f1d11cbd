// A relay's status as a person reads it: what it holds, how fast it goes.

import Foundation
import SottoRelayCore
import SottoRelayServer

/// What two looks at a relay tell, or one.
struct StatusReport: Encodable, Equatable {
    let version: String
    let relayID: String
    let isReady: Bool
    let isDraining: Bool
    let uptimeSeconds: Int
    let connections: Int
    let connectionsMax: Int
    let listening: Int
    let mailboxes: Int?
    let mailboxesWaiting: Int?
    let lanes: Int?
    let entries: Int?
    let entryBytes: Int?
    let databaseBytes: Int?
    let diskFreeBytes: Int?
    let queued: Int
    /// Events a second between the two looks, by what is counted.
    let rates: [String: Double]
    /// How long things take in milliseconds, half of them and 99 of 100.
    let times: [String: Quantiles]
    /// Operations a transaction.
    let batch: Quantiles
    /// Refusals since the start, by code.
    let refusals: [String: Int64]

    /// What half and what 99 of 100 stay within; nothing when there were none or above all bounds.
    struct Quantiles: Encodable, Equatable {
        let p50: Double?
        let p99: Double?

        init(_ spread: Spread?, times factor: Double) {
            p50 = spread?.quantile(0.5).map { $0 * factor }
            p99 = spread?.quantile(0.99).map { $0 * factor }
        }
    }

    /// - Parameter earlier: An earlier look at the same relay, to see what went on since. Where
    ///   nothing did, times are those since the start.
    init(_ status: RelayStatus, since earlier: RelayStatus?) {
        version = status.version
        relayID = status.relayID
        isReady = status.isReady
        isDraining = status.isDraining
        uptimeSeconds = Self.seconds(status.startedMilliseconds, status.nowMilliseconds)
        connections = status.connections
        connectionsMax = status.connectionsMax
        listening = status.subscribers
        mailboxes = status.totals?.mailboxes
        mailboxesWaiting = status.totals?.mailboxesWaiting
        lanes = status.totals?.lanes
        entries = status.totals?.entries
        entryBytes = status.totals?.entryBytes
        databaseBytes = status.totals?.databaseBytes
        diskFreeBytes = status.totals?.diskFreeBytes
        let readings = Readings(status.readings)
        let before = earlier.flatMap { earlier in
            earlier.startedMilliseconds == status.startedMilliseconds
                ? Readings(earlier.readings) : nil
        }
        queued = Int(readings.level(.queueOperations) ?? 0)
        let span = earlier.map { earlier in
            Double(status.nowMilliseconds) / 1_000 - Double(earlier.nowMilliseconds) / 1_000
        }
        rates = Self.rated.reduce(into: [:]) { rates, name in
            guard let before, let span, span > 0 else { return }
            rates[name.rawValue] = Double(readings.count(name) - before.count(name)) / span
        }
        times = Self.timed.reduce(into: [:]) { times, name in
            times[name.rawValue] = Quantiles(readings.spread(name, since: before), times: 1_000)
        }
        batch = Quantiles(readings.spread(.transactionOperations, since: before), times: 1)
        refusals = readings.refusals
    }

    /// What is counted a second.
    static let rated: [MeterName] = [
        .posts, .entries, .acks, .transactions, .bytesReceived, .bytesSent,
    ]
    /// What is timed.
    static let timed: [MeterName] = [.stored, .delivered, .acked, .commit]

    private static func seconds(_ start: UInt64, _ now: UInt64) -> Int {
        now > start ? Int((now - start) / 1_000) : 0
    }
}

/// Readings by name.
private struct Readings {
    private let byName: [String: [MeterReading]]

    init(_ readings: [MeterReading]) { byName = Dictionary(grouping: readings, by: \.name) }

    func count(_ name: MeterName) -> Int64 {
        byName[name.rawValue, default: []].reduce(0) { sum, reading in
            if case .count(let count) = reading.value { sum + count } else { sum }
        }
    }

    func level(_ name: MeterName) -> Double? {
        if case .level(let level) = byName[name.rawValue]?.first?.value { level } else { nil }
    }

    /// What was added since an earlier look; everything if that is nothing.
    func spread(_ name: MeterName, since earlier: Readings?) -> Spread? {
        guard case .spread(let spread) = byName[name.rawValue]?.first?.value else { return nil }
        guard case .spread(let before) = earlier?.byName[name.rawValue]?.first?.value else {
            return spread
        }
        let rest = spread.since(before)
        return rest.count > 0 ? rest : spread
    }

    var refusals: [String: Int64] {
        byName[MeterName.refusals.rawValue, default: []].reduce(into: [:]) { found, reading in
            if case .count(let count) = reading.value {
                found[reading.labels["code"] ?? "?", default: 0] += count
            }
        }
    }
}

// MARK: - In words

extension StatusReport {
    /// The lines of the table.
    var lines: [String] {
        [
            row("relay", state + ", up " + Self.duration(uptimeSeconds)),
            row("version", version),
            row("relay id", relayID),
            row("connections", "\(connections) of \(connectionsMax), \(listening) listening"),
            row("mailboxes", number(mailboxes) + ", " + number(mailboxesWaiting) + " not empty"),
            row("lanes", number(lanes)),
            row("entries", number(entries) + " waiting, " + size(entryBytes)),
            row("disk", size(databaseBytes) + " used, " + size(diskFreeBytes) + " free"),
            row("posts", rate(.posts) + ", to " + rate(.entries).dropLast(2) + " mailboxes/s"),
            row("acks", rate(.acks)),
            row("traffic", bytesRate(.bytesReceived) + " in, " + bytesRate(.bytesSent) + " out"),
            row("post to stored", time(.stored)),
            row("post to delivered", time(.delivered)),
            row("post to acked", time(.acked)),
            row("commit", time(.commit)),
            row("batches", batches),
            row("refusals", refused),
        ]
    }

    private var state: String {
        isDraining ? "shutting down" : isReady ? "ready" : "cannot write: see the log"
    }

    private func row(_ name: String, _ text: some StringProtocol) -> String {
        name + String(repeating: " ", count: max(1, 20 - name.count)) + text
    }

    private func number(_ count: Int?) -> String { count.map { "\($0)" } ?? "?" }

    private func size(_ bytes: Int?) -> String { bytes.map { Self.size(Double($0)) } ?? "?" }

    private func rate(_ name: MeterName) -> String {
        rates[name.rawValue].map { String(format: "%.1f/s", $0) } ?? "?/s"
    }

    private func bytesRate(_ name: MeterName) -> String {
        rates[name.rawValue].map { Self.size($0) + "/s" } ?? "?"
    }

    private func time(_ name: MeterName) -> String {
        guard let found = times[name.rawValue] else { return "none yet" }
        guard let half = found.p50 else { return "none yet" }
        let most = found.p99.map { Self.milliseconds($0) } ?? "above all bounds"
        return "p50 \(Self.milliseconds(half)), p99 \(most)"
    }

    private var batches: String {
        let waiting = "\(queued) waiting"
        guard let half = batch.p50, let most = batch.p99 else { return waiting }
        return "p50 \(Int(half)), p99 \(Int(most)) operations, \(waiting)"
    }

    private var refused: String {
        let list = refusals.sorted { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }
            .map { "code \($0.key): \($0.value)" }
        return list.isEmpty ? "none" : list.joined(separator: ", ")
    }

    static func milliseconds(_ value: Double) -> String {
        String(format: value < 10 ? "<= %.2f ms" : "<= %.0f ms", value)
    }

    static func size(_ bytes: Double) -> String {
        var value = bytes
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value < 1_024 {
                return String(format: unit == "B" ? "%.0f %@" : "%.1f %@", value, unit)
            }
            value /= 1_024
        }
        return String(format: "%.1f TiB", value)
    }

    static func duration(_ seconds: Int) -> String {
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60)
        if days > 0 { return "\(days) d \(hours) h" }
        if hours > 0 { return "\(hours) h \(minutes) min" }
        return minutes > 0 ? "\(minutes) min \(seconds % 60) s" : "\(seconds) s"
    }
}
