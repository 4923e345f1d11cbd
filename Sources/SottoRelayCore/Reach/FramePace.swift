// How fast one connection may send frames, whatever is in them.

/// A budget of frames that fills up with time.
///
/// Who overdraws it is not read for as long as it takes to pay back: nothing is lost or refused,
/// and a client that floods waits for itself [NET-8].
package struct FramePace: Sendable, Equatable {
    private let perSecond: Double
    private let burst: Double
    private var left: Double
    private var last = Duration.zero

    /// A full budget of one second's frames.
    package init(perSecond: Int) {
        self.perSecond = Double(max(1, perSecond))
        burst = self.perSecond
        left = self.perSecond
    }

    /// So many frames came.
    ///
    /// - Parameter now: The time since some moment, the same one for every call.
    /// - Returns: How long not to read; nothing if the budget holds.
    package mutating func took(_ frames: Int, now: Duration) -> Duration? {
        let passed = max(.zero, now - last)
        last = max(last, now)
        let (seconds, attoseconds) = passed.components
        left = min(burst, left + perSecond * (Double(seconds) + Double(attoseconds) * 1e-18))
        left -= Double(frames)
        guard left < 0 else { return nil }
        return .milliseconds(1 + Int64(-left / perSecond * 1_000))
    }
}
