// A store whose transactions are timed: the one place that knows how long the disk takes.

import NIOCore
import SottoRelayCore
import SottoRelayProtocol

/// Passes everything on to another store.
struct MeteredStore: RelayStore {
    private let store: any RelayStore
    private let meters: RelayMeters

    init(_ store: any RelayStore, meters: RelayMeters) {
        self.store = store
        self.meters = meters
    }

    var incarnation: Incarnation { store.incarnation }

    func find(_ keys: [RowKey]) throws(RelayStoreError) -> [FoundRow] { try store.find(keys) }

    func expired(before day: UInt64, max: Int) throws(RelayStoreError) -> [ExpiredEntries] {
        try store.expired(before: day, max: max)
    }

    func hasPosts(before moment: Timestamp) throws(RelayStoreError) -> Bool {
        try store.hasPosts(before: moment)
    }

    func idleLanes(before day: UInt64, max: Int) throws(RelayStoreError) -> [LaneID] {
        try store.idleLanes(before: day, max: max)
    }

    func linkAges(
        after lane: LaneID?, before day: UInt64, max: Int
    ) throws(RelayStoreError) -> [LinkAge] {
        try store.linkAges(after: lane, before: day, max: max)
    }

    func hasPins(before day: UInt64) throws(RelayStoreError) -> Bool {
        try store.hasPins(before: day)
    }

    func hasUnused(before day: UInt64) throws(RelayStoreError) -> Bool {
        try store.hasUnused(before: day)
    }

    func fold() throws(RelayStoreError) -> Bool { try store.fold() }

    func totals() throws(RelayStoreError) -> StoreTotals { try store.totals() }

    func write(_ changes: [RelayWrite]) throws(RelayStoreError) {
        let start = NIODeadline.now()
        try store.write(changes)
        meters.committed(in: NIODeadline.now() - start)
    }
}
