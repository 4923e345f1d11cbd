// What slow clients make the relay hold for them, counted over all connections.

import NIOConcurrencyHelpers
import SottoRelayCore

/// How many bytes each connection holds in memory: answers that its client does not read, and
/// messages that it has begun to send and not finished.
///
/// Most connections hold nothing. When all together hold more than the limit, the one that holds
/// most is given up, so that a client can cost the others no more than that.
final class HeldBytes: Sendable {
    private struct State {
        var total = 0
        var byConnection: [ConnectionID: Int] = [:]
    }

    private let state = NIOLockedValueBox(State())
    private let max: Int

    init(max: Int) { self.max = max }

    /// Notes what a connection holds now.
    ///
    /// - Returns: A connection to give up; what it holds is not counted any more.
    func hold(_ bytes: Int, for id: ConnectionID) -> ConnectionID? {
        state.withLockedValue { state in
            state.total += bytes - (state.byConnection[id] ?? 0)
            state.byConnection[id] = bytes > 0 ? bytes : nil
            guard state.total > max,
                let worst = state.byConnection.max(by: { $0.value < $1.value })
            else { return nil }
            state.total -= worst.value
            state.byConnection[worst.key] = nil
            return worst.key
        }
    }
}
