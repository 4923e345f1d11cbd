// What meters show at one moment, as it travels to the operator's commands.

/// One meter at one moment.
package struct MeterReading: Codable, Equatable, Sendable {
    /// Its name.
    package let name: String
    /// Its labels by name.
    package let labels: [String: String]
    /// What it shows.
    package let value: Value

    /// What a meter shows.
    package enum Value: Codable, Equatable, Sendable {
        /// What only grows.
        case count(Int64)
        /// What is as it is now.
        case level(Double)
        /// Many values.
        case spread(Spread)
    }

    /// A reading.
    package init(name: String, labels: [String: String] = [:], value: Value) {
        self.name = name
        self.labels = labels
        self.value = value
    }
}

/// Many values by size: how many there were in each bucket, and what they come to.
package struct Spread: Codable, Equatable, Sendable {
    /// The upper bounds of the buckets; a last one has none.
    package let bounds: [Double]
    /// How many values each bucket holds, one bucket more than there are bounds.
    package private(set) var counts: [Int64]
    /// All values together.
    package private(set) var sum: Double

    /// No values.
    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
        sum = 0
    }

    /// How many values there are.
    package var count: Int64 { counts.reduce(0, +) }

    /// Adds a value.
    package mutating func add(_ value: Double) {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if value <= bounds[middle] { high = middle } else { low = middle + 1 }
        }
        counts[low] += 1
        sum += value
    }

    /// What came after an earlier reading of the same meter; all of it if that is of another.
    package func since(_ earlier: Spread) -> Spread {
        let isOlder = zip(counts, earlier.counts).allSatisfy { $0 >= $1 }
        guard bounds == earlier.bounds, isOlder else { return self }
        var rest = self
        rest.counts = zip(counts, earlier.counts).map { $0 - $1 }
        rest.sum -= earlier.sum
        return rest
    }

    /// The bound below which this part of the values lies; nothing when there are none or they
    /// lie above the last bound.
    package func quantile(_ part: Double) -> Double? {
        let rank = Int64((Double(count) * part).rounded(.up))
        guard count > 0 else { return nil }
        var seen: Int64 = 0
        for (bound, count) in zip(bounds, counts) {
            seen += count
            if seen >= max(rank, 1) { return bound }
        }
        return nil
    }
}
