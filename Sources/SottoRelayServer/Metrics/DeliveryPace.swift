// How long a post takes to reach a client and to be acknowledged, by samples.

import NIOCore

/// What one connection measures: it remembers one entry at a time, so it costs little.
struct DeliveryPace {
    private var leaving: NIODeadline?
    private var sample: (sequence: UInt64, since: NIODeadline)?

    /// An entry is on its way out; its post came in at that moment or a little later.
    mutating func leaving(_ sequence: UInt64, since: NIODeadline) {
        leaving = leaving ?? since
        if sample == nil { sample = (sequence, since) }
    }

    /// What was on its way has left: how long the oldest of it took. Asks for the time only then.
    mutating func left(at now: () -> NIODeadline) -> TimeAmount? {
        defer { leaving = nil }
        return leaving.map { now() - $0 }
    }

    /// An acknowledgement has come: how long the remembered entry took, if that is among them.
    mutating func acknowledged(_ sequence: UInt64, at now: NIODeadline) -> TimeAmount? {
        guard let sample, sample.sequence <= sequence else { return nil }
        self.sample = nil
        return now - sample.since
    }
}
