// What arrives in a mailbox, taken one by one, and the credit that is given back for it.

package import SottoRelayProtocol
import Synchronization

/// The entries of the subscribed mailbox, in order [MBX-4]. For one consumer.
///
/// The relay sends no more than the credit of the subscription ahead of what was taken, so a slow
/// consumer holds up the relay and nothing piles up here. When the connection ends, what has
/// arrived is still given out; then the reason is thrown, unless the connection was closed from
/// this side. The sequence keeps its connection alive.
package struct RelayDeliveries: AsyncSequence, Sendable {
    /// What the stream behind carries.
    enum Event: Sendable {
        case delivery(Delivery)
        case over(RelayClosure)
    }

    /// An entry, sealed.
    package typealias Element = Delivery
    /// Why there are no more.
    package typealias Failure = RelayClosure

    private let events: AsyncStream<Event>
    private let taken: TakenCount

    init(_ events: AsyncStream<Event>, on connection: RelayConnection, credit: UInt32) {
        self.events = events
        taken = TakenCount(reportEvery: Swift.max(1, credit / 4), to: connection)
    }

    /// Starts to take entries.
    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(events: events.makeAsyncIterator(), taken: taken)
    }

    /// Takes entries one by one.
    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var events: AsyncStream<Event>.AsyncIterator
        fileprivate let taken: TakenCount

        /// The next entry; nothing after the connection was closed from this side, or when the
        /// task is cancelled.
        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(RelayClosure) -> Delivery? {
            switch await events.next(isolation: actor) {
            case .delivery(let delivery):
                taken.add()
                return delivery
            case .over(.byUs), nil: return nil
            case .over(let closure): throw closure
            }
        }

        /// The next entry.
        package mutating func next() async throws(RelayClosure) -> Delivery? {
            try await next(isolation: nil)
        }
    }
}

/// Counts what was taken and reports it in portions, since each report goes to another thread.
private final class TakenCount: Sendable {
    private let reportEvery: UInt32
    private let connection: RelayConnection
    private let count = Atomic<UInt32>(0)

    init(reportEvery: UInt32, to connection: RelayConnection) {
        self.reportEvery = reportEvery
        self.connection = connection
    }

    func add() {
        let (_, new) = count.wrappingAdd(1, ordering: .relaxed)
        guard new >= reportEvery else { return }
        connection.took(count.exchange(0, ordering: .relaxed))
    }
}
