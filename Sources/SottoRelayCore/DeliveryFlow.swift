// When which entry leaves: credit, the order of numbers, and a connection that reads slowly.

import SottoRelayProtocol

/// One subscription on one connection.
///
/// Entries that come in while the subscriber keeps up are delivered from memory. One that has
/// no credit or does not read falls behind: nothing is kept for it, and what it missed is
/// fetched once it can take it.
struct DeliveryFlow: Sendable, Equatable {
    private let subscription: UInt64
    private var credit: UInt32
    private var delivered: UInt64
    private var newest: UInt64
    private var isFetching = false

    /// A subscription that begins after the acknowledged entry.
    init(subscription: UInt64, credit: UInt32, owned: Owned) {
        self.subscription = subscription
        self.credit = min(credit, RelayLimits.creditMax)
        delivered = owned.acked
        newest = owned.newest
    }

    /// Adds credit up to its limit [MBX-4].
    mutating func add(_ more: UInt32) {
        credit = min(credit, RelayLimits.creditMax)
        credit += min(more, RelayLimits.creditMax - credit)
    }

    /// Whether an entry that came in is delivered now.
    mutating func stored(_ delivery: Delivery, isWritable: Bool) -> Bool {
        let keepsUp = delivered == newest && !isFetching
        newest = max(newest, delivery.sequence)
        guard keepsUp, isWritable, credit > 0, delivery.sequence > delivered else {
            return false
        }
        credit -= 1
        delivered = delivery.sequence
        return true
    }

    /// The entries to deliver of those that were fetched.
    mutating func fetched(_ fetched: FetchedEntries) -> ArraySlice<Delivery> {
        guard fetched.subscription == subscription, isFetching else { return [] }
        isFetching = false
        let entries = fetched.entries.prefix(Int(credit))
        credit -= UInt32(entries.count)
        let isAll = entries.count == fetched.entries.count
        delivered = isAll ? fetched.through : entries.last?.sequence ?? delivered
        newest = max(newest, delivered)
        return entries
    }

    /// What to fetch next, if anything is wanted and can be taken.
    mutating func wanted(isWritable: Bool) -> FetchRequest? {
        guard !isFetching, isWritable, credit > 0, delivered < newest else { return nil }
        isFetching = true
        return FetchRequest(
            subscription: subscription, after: delivered,
            max: min(Int(credit), RelayCoreLimits.fetchEntriesMax))
    }
}
