// How long to wait before the next attempt, so that a thousand clients do not come back at once.

/// The wait before trying again: it doubles with each failure up to a bound, and each wait is
/// drawn evenly between nothing and that.
package struct Backoff: Equatable, Sendable {
    private let first: Duration
    private let max: Duration
    /// The failures since the last success.
    package private(set) var attempts = 0

    /// A backoff whose first wait is at most `first`, and any other at most `max`.
    package init(first: Duration = .milliseconds(250), max: Duration = .seconds(60)) {
        self.first = Swift.max(first, .milliseconds(1))
        self.max = Swift.max(max, self.first)
    }

    /// How long to wait after one more failure.
    ///
    /// - Parameter least: What the relay asked for; the drawn time comes on top of it, or else
    ///   everybody it asked would be back at the same moment.
    package mutating func next(
        using entropy: inout some RandomNumberGenerator, atLeast least: Duration = .zero
    ) -> Duration {
        let bound = bound(after: attempts)
        attempts += 1
        let nanoseconds = Int64.random(in: 0...bound.nanoseconds, using: &entropy)
        return Swift.max(least, .zero) + .nanoseconds(nanoseconds)
    }

    /// The last attempt worked: the next wait is short again.
    package mutating func succeeded() { attempts = 0 }

    private func bound(after failures: Int) -> Duration {
        var bound = first
        for _ in 0..<min(failures, RelayLinkLimits.backoffDoublingsMax) where bound < max {
            bound *= 2
        }
        return min(bound, max)
    }
}

extension Duration {
    /// Whole nanoseconds, as many as a number of 64 bits holds.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, isTooMuch) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !isTooMuch else { return seconds < 0 ? .min : .max }
        let (sum, overflows) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !overflows else { return seconds < 0 ? .min : .max }
        return sum
    }
}
