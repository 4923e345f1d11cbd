// How much the store holds, looked at when somebody asks and not more often than it may cost.

import Metrics
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import SottoRelayCore

/// The totals of a store, a few seconds old at most.
final class StoreGauges: Sendable {
    private let store: any RelayStore
    private let gauges: [(gauge: Gauge, value: @Sendable (StoreTotals) -> Int)]
    private let last = NIOLockedValueBox<(at: NIODeadline, totals: StoreTotals)?>(nil)

    init(_ store: any RelayStore, factory: any MetricsFactory) {
        self.store = store
        let values: [(MeterName, @Sendable (StoreTotals) -> Int)] = [
            (.mailboxes, { $0.mailboxes }), (.mailboxesWaiting, { $0.mailboxesWaiting }),
            (.lanes, { $0.lanes }), (.entriesWaiting, { $0.entries }),
            (.bytesWaiting, { $0.entryBytes }), (.records, { $0.records }),
            (.stocks, { $0.stocks }), (.databaseBytes, { $0.databaseBytes }),
            (.diskFree, { $0.diskFreeBytes }),
        ]
        gauges = values.map { name, value in
            (Gauge(label: name.rawValue, factory: factory), value)
        }
    }

    /// The totals; nothing when the store cannot be read.
    func totals(on loop: any EventLoop) -> EventLoopFuture<StoreTotals?> {
        let known = last.withLockedValue { $0 }
        if let known, NIODeadline.now() - known.at < ServerLimits.totalsAge {
            return loop.makeSucceededFuture(known.totals)
        }
        return NIOThreadPool.singleton.runIfActive(eventLoop: loop) { self.look() }
            .recover { _ in nil }
    }

    private func look() -> StoreTotals? {
        guard let totals = try? store.totals() else { return nil }
        last.withLockedValue { $0 = (NIODeadline.now(), totals) }
        for (gauge, value) in gauges { gauge.record(value(totals)) }
        return totals
    }
}
