// A relay store in memory, for simulations: as strict as the one on disk; it fails on demand.

package import SottoRelayCore
package import SottoRelayProtocol
import Synchronization

/// A store that lives as long as its process, and passes `RelayStoreConformance`.
package final class MemoryRelayStore: RelayStore {
    /// The life of this store.
    package let incarnation: Incarnation
    private let state = Mutex(State())

    /// An empty store.
    package init(incarnation: Incarnation) { self.incarnation = incarnation }

    private struct State {
        var tables = MemoryRelayTables()
        var failure: RelayStoreError?
        var writes = 0
    }

    /// Makes every write fail in this way from now on, or none.
    package func fail(with error: RelayStoreError?) {
        state.withLock { $0.failure = error }
    }

    /// How many transactions were made.
    package var transactions: Int { state.withLock { $0.writes } }

    /// What lies under each key.
    package func find(_ keys: [RowKey]) throws(RelayStoreError) -> [FoundRow] {
        state.withLock { state in keys.map { state.tables.find($0) } }
    }

    /// The mailboxes of the oldest entries that arrived before a day.
    package func expired(
        before day: UInt64, max: Int
    ) throws(RelayStoreError) -> [ExpiredEntries] {
        state.withLock { $0.tables.expired(before: day, max: max) }
    }

    /// Whether the oldest post was accepted before a moment.
    package func hasPosts(before moment: Timestamp) throws(RelayStoreError) -> Bool {
        state.withLock { $0.tables.hasPosts(before: moment) }
    }

    /// Does nothing: there is no log.
    package func fold() throws(RelayStoreError) {}

    /// Makes all changes, or none.
    package func write(_ changes: [RelayWrite]) throws(RelayStoreError) {
        try state.withLock { state throws(RelayStoreError) in
            if let failure = state.failure { throw failure }
            var tables = state.tables
            for change in changes { try tables.apply(change) }
            state.tables = tables
            state.writes += 1
        }
    }
}
