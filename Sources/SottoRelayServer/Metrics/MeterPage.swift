// Readings as Prometheus reads them: its text format, version 0.0.4.

/// The page at `/metrics`.
package enum MeterPage {
    /// The type of its content.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The page for readings, which are in the order of their names.
    package static func text(of readings: [MeterReading]) -> String {
        var lines: [String] = []
        var last = ""
        for reading in readings {
            if reading.name != last {
                last = reading.name
                if let name = MeterName(rawValue: last) {
                    lines.append("# HELP \(last) \(name.meaning)")
                }
                lines.append("# TYPE \(last) \(type(of: reading.value))")
            }
            lines += samples(of: reading)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func type(of value: MeterReading.Value) -> String {
        switch value {
        case .count: "counter"
        case .level: "gauge"
        case .spread: "histogram"
        }
    }

    private static func samples(of reading: MeterReading) -> [String] {
        let labels = reading.labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let name = reading.name
        switch reading.value {
        case .count(let count): return [sample(name, labels, "\(count)")]
        case .level(let level): return [sample(name, labels, number(level))]
        case .spread(let spread):
            var total: Int64 = 0
            var lines: [String] = []
            for (index, count) in spread.counts.enumerated() {
                total += count
                let isLast = index == spread.bounds.count
                let bound = isLast ? "+Inf" : number(spread.bounds[index])
                lines.append(sample(name + "_bucket", labels + [("le", bound)], "\(total)"))
            }
            return lines + [
                sample(name + "_sum", labels, number(spread.sum)),
                sample(name + "_count", labels, "\(total)"),
            ]
        }
    }

    private static func sample(
        _ name: String, _ labels: [(String, String)], _ value: String
    ) -> String {
        guard !labels.isEmpty else { return "\(name) \(value)" }
        let list = labels.map { key, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                .replacing("\n", with: "\\n")
            return "\(key)=\"\(escaped)\""
        }
        return "\(name){\(list.joined(separator: ","))} \(value)"
    }

    /// Whole numbers without a fraction, which is how they were counted.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
