// How often something was admitted within a time that begins anew when it is over.

package import SottoRelayProtocol

/// A count over a window of time. The clock going back begins a new window.
package struct RateWindow: Sendable, Equatable {
    /// When the window began.
    package private(set) var since: Timestamp
    /// How many were admitted in it.
    package private(set) var count: UInt32

    /// A window in which so many were admitted.
    package init(since: Timestamp = Timestamp(milliseconds: 0), count: UInt32 = 0) {
        self.since = since
        self.count = count
    }

    /// Counts one more.
    ///
    /// - Returns: How long to wait if `max` were admitted in this window already; it is not
    ///   counted then.
    package mutating func take(
        max: UInt32, per length: Duration, at now: Timestamp
    ) -> Duration? {
        let elapsed = now.since(since)
        if elapsed >= length || now < since { self = RateWindow(since: now) }
        guard count < max else { return length - now.since(since) }
        count += 1
        return nil
    }
}
