// Where the end of a connection is written down once and read by whoever asks.

import SottoRelayProtocol
import Synchronization

/// Why a connection is over, once it is.
final class ClosureLatch: Sendable {
    private enum State {
        case open(waiters: [UInt64: Waiter], next: UInt64)
        case over(RelayClosure)
    }
    private typealias Waiter = CheckedContinuation<RelayClosure?, Never>

    private let state = Mutex(State.open(waiters: [:], next: 0))

    /// The reason, or nothing while the connection is open.
    var closure: RelayClosure? {
        state.withLock { state in if case .over(let closure) = state { closure } else { nil } }
    }

    /// The connection is over; the first reason stays.
    func close(_ closure: RelayClosure) {
        let waiters = state.withLock { state -> [Waiter] in
            guard case .open(let waiters, _) = state else { return [] }
            state = .over(closure)
            return Array(waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: closure) }
    }

    /// Waits for the end. Answers nothing when the task is cancelled before.
    func wait() async -> RelayClosure? {
        let ticket = state.withLock { state -> UInt64? in
            guard case .open(let waiters, let next) = state else { return nil }
            state = .open(waiters: waiters, next: next + 1)
            return next
        }
        guard let ticket else { return closure }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in add(waiter, ticket) }
        } onCancel: {
            cancel(ticket)
        }
    }

    private func add(_ waiter: Waiter, _ ticket: UInt64) {
        // A cancellation from here on finds the waiter; one before is seen under the lock.
        let answer = state.withLock { state -> RelayClosure?? in
            switch state {
            case .over(let closure): return .some(closure)
            case .open where Task.isCancelled: return .some(nil)
            case .open(var waiters, let next):
                waiters[ticket] = waiter
                state = .open(waiters: waiters, next: next)
                return nil
            }
        }
        if let answer { waiter.resume(returning: answer) }
    }

    private func cancel(_ ticket: UInt64) {
        let waiter = state.withLock { state -> Waiter? in
            guard case .open(var waiters, let next) = state else { return nil }
            let waiter = waiters.removeValue(forKey: ticket)
            state = .open(waiters: waiters, next: next)
            return waiter
        }
        waiter?.resume(returning: nil)
    }
}
