// What an account takes away when it leaves (spec/relay.md sections 3 and 5).

import SottoRelayProtocol

extension RelayCore {
    /// Removes a mailbox and every entry in it [MBX-8].
    mutating func closeMailbox(of connection: ConnectionID) throws(Pending) {
        let (id, _) = try owned(by: connection)
        if let subscriber = subscribers[id], subscriber != connection {
            batch.notices.append(RelayReply(connection: subscriber, event: .superseded))
        }
        subscribers.change(id, to: nil)
        // Whoever registers the id next is somebody else.
        for owner in owners.keys(of: id) { owners.change(owner, to: nil) }
        rows.mailboxes.change(id, to: nil)
        rows.denied.change(id, to: nil)
        rows.gaps.change(id, to: nil)
        deliverySecrets[id] = nil
        batch.closed.insert(id)
        batch.writes.append(.removeMailbox(id))
    }

    /// Removes a record or a stock [DIR-5]. What is not there is gone already.
    mutating func remove(_ removal: Removal) throws(Pending) {
        let locator = removal.locator
        switch removal.kind {
        case .record:
            guard let row = try row(rows.records.find(locator), .record(locator)) else { return }
            try check(removal, row.writeKey, row.record.version)
            rows.records.change(locator, to: nil)
            batch.writes.append(.removeRecord(locator))
        case .stock:
            guard let row = try row(rows.stocks.find(locator), .stock(locator)) else { return }
            try check(removal, row.writeKey, row.version)
            rows.stocks.change(locator, to: nil)
            batch.removedStocks.insert(locator)
            batch.writes.append(.removeStock(locator))
        }
    }

    private func check(
        _ removal: Removal, _ writeKey: WriteKey, _ version: UInt64
    ) throws(Pending) {
        guard writeKey == removal.writeKey else { throw .refused(.notPermitted) }
        guard version == removal.version else { throw .refused(.conflict) }
    }
}
