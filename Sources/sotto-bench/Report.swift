// Figures as an aligned table for people, or as JSON for programs.

import Foundation

/// What one bench found.
struct Report: Encodable {
    /// Which bench it is, for programs.
    let bench: String
    /// What was measured under which conditions, for people.
    let title: String
    private(set) var figures: [Figure] = []

    init(_ bench: String, _ title: String) {
        self.bench = bench
        self.title = title
    }

    mutating func add(_ name: String, _ value: Double, _ unit: Unit, note: String? = nil) {
        figures.append(Figure(name: name, value: value, unit: unit, note: note))
    }

    func print(_ options: ReportOptions) throws {
        Swift.print(options.json ? try json : table)
    }

    private var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    private var table: String {
        (["\(bench): \(title)"] + figures.map(\.line)).joined(separator: "\n") + "\n"
    }
}

/// One measured number.
struct Figure: Encodable {
    let name: String
    let value: Double
    let unit: Unit
    let note: String?

    fileprivate var line: String {
        let name = name.padding(toLength: max(46, name.count), withPad: " ", startingAt: 0)
        let digits = String(format: unit.format, value)
        let value = String(repeating: " ", count: max(0, 12 - digits.count)) + digits
        let rest = [unit.rawValue, note ?? ""].filter { !$0.isEmpty }.joined(separator: "  ")
        return "  \(name)\(value) \(rest)"
    }
}

/// What a number counts.
enum Unit: String, Encodable {
    case microseconds = "us"
    case milliseconds = "ms"
    case perSecond = "/s"
    case kibibytes = "KiB"
    case times = "x"
    case count = ""

    fileprivate var format: String {
        switch self {
        case .microseconds, .milliseconds, .times: "%.2f"
        case .kibibytes: "%.0f"
        case .perSecond, .count: "%.0f"
        }
    }
}

extension Double {
    /// Microseconds of a duration.
    init(microseconds duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = Double(seconds) * 1e6 + Double(attoseconds) / 1e12
    }
}

extension [Duration] {
    /// The value that this share of all are not above. Of nothing: zero.
    func percentile(_ share: Double) -> Duration {
        guard !isEmpty else { return .zero }
        let rank = Int((share * Double(count)).rounded(.up)) - 1
        return sorted()[Swift.min(Swift.max(rank, 0), count - 1)]
    }
}
