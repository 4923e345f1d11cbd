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

    /// A store that was put back from a backup of another, which is what that holds now.
    package init(restoring backup: MemoryRelayStore, incarnation: Incarnation) {
        self.incarnation = incarnation
        var tables = backup.state.withLock { $0.tables }
        tables.forgetLinks()
        state.withLock { [tables] in $0.tables = tables }
    }

    private struct State {
        var tables = MemoryRelayTables()
        var failure: RelayStoreError?
        var isFull = false
        var hasFullLog = false
        var writes = 0
    }

    /// Makes every write fail in this way from now on, or none.
    package func fail(with error: RelayStoreError?) {
        state.withLock { $0.failure = error }
    }

    /// Makes every write fail for want of room that does not make some, or none any more.
    package func fill(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    /// Makes every write fail for want of room until the log is folded.
    package func fillLog() { state.withLock { $0.hasFullLog = true } }

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

    /// Lanes to which nobody posted since before a day.
    package func idleLanes(
        before day: UInt64, max: Int
    ) throws(RelayStoreError) -> [LaneID] {
        state.withLock { $0.tables.idleLanes(before: day, max: max) }
    }

    /// The next lanes that have links, and how far these are too old.
    package func linkAges(
        after lane: LaneID?, before day: UInt64, max: Int
    ) throws(RelayStoreError) -> [LinkAge] {
        state.withLock { $0.tables.linkAges(after: lane, before: day, max: max) }
    }

    /// Whether there is a token's lane that was last used before a day.
    package func hasPins(before day: UInt64) throws(RelayStoreError) -> Bool {
        state.withLock { $0.tables.hasPins(before: day) }
    }

    /// Whether there is a record or a stock whose last put came before a day.
    package func hasUnused(before day: UInt64) throws(RelayStoreError) -> Bool {
        state.withLock { $0.tables.hasUnused(before: day) }
    }

    /// Gives room back that a full log took.
    @discardableResult
    package func fold() throws(RelayStoreError) -> Bool {
        state.withLock { $0.hasFullLog = false }
        return false
    }

    /// How much there is.
    package func totals() throws(RelayStoreError) -> StoreTotals {
        state.withLock { $0.tables.totals }
    }

    /// Makes all changes, or none.
    package func write(_ changes: [RelayWrite]) throws(RelayStoreError) {
        try state.withLock { state throws(RelayStoreError) in
            if let failure = state.failure { throw failure }
            if state.hasFullLog || state.isFull && !RelayWrite.makeRoom(changes) { throw .full }
            var tables = state.tables
            for change in changes { try tables.apply(change) }
            state.tables = tables
            state.writes += 1
        }
    }
}
