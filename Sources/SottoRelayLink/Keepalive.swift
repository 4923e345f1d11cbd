// When to ask a quiet relay whether it is still there.

/// Watches for silence: a connection without frames is pinged, and one whose ping brings nothing
/// is over.
struct Keepalive: Equatable, Sendable {
    private let pingEvery: Duration
    private let pongWithin: Duration
    /// Since when there was no frame from the relay, or none to it.
    private var heard: Duration
    private var sent: Duration
    private var probed: Duration?

    init(pingEvery: Duration, pongWithin: Duration, now: Duration) {
        self.pingEvery = pingEvery
        self.pongWithin = pongWithin
        heard = now
        sent = now
    }

    /// A frame came.
    mutating func heard(now: Duration) {
        heard = now
        probed = nil
    }

    /// A frame went.
    mutating func sent(now: Duration) { sent = now }

    enum OnTick: Equatable { case nothing, ping, silent }

    /// What time it is now.
    mutating func tick(now: Duration) -> OnTick {
        guard now >= deadline else { return .nothing }
        guard probed == nil else { return .silent }
        probed = now
        return .ping
    }

    /// When to look next. The relay counts what it hears from us, we what we hear from it: the
    /// quieter side decides.
    var deadline: Duration {
        if let probed { probed + pongWithin } else { min(heard, sent) + pingEvery }
    }
}
