// Mailboxes: who owns them, what is delivered, what is gone (spec/relay.md section 3).

import SottoCrypto
import SottoRelayProtocol
import SottoWire

extension RelayCore {
    /// Opens a mailbox, or finds it open under the same keys [MBX-1].
    mutating func register(
        _ verified: Verified<Register>, on connection: ConnectionID, _ now: Timestamp,
        _ entropy: inout Entropy
    ) throws(Pending) -> Owned {
        let register = verified.request
        let id = register.mailbox
        if let row = try row(rows.mailboxes.find(id), .mailbox(id)) {
            guard row.mailboxKey == register.mailboxKey, row.sealingKey == register.sealingKey
            else { throw .refused(.notPermitted) }
            owners.change(connection, to: id)
            return Owned(acked: row.acked, newest: row.newest)
        }
        // Entries of the mailbox that was closed may still be on their way to the store.
        guard !batch.closed.contains(id) else {
            throw .refused(.rateLimited(retryAfter: RelayCoreLimits.fullBatchRetry))
        }
        do {
            // Nothing could ever be sealed to a key with which nothing can be agreed.
            _ = try sealer.key(
                for: id, sealingKey: register.sealingKey, now: now, using: &entropy)
        } catch {
            throw .refused(.malformed)
        }
        try admit(verified, now)
        change(
            id,
            to: MailboxRow(mailboxKey: register.mailboxKey, sealingKey: register.sealingKey))
        owners.change(connection, to: id)
        return Owned(acked: 0, newest: 0)
    }

    /// Makes a connection the owner's [MBX-2].
    mutating func authenticate(
        _ proof: Authenticate, _ binding: ConnectionBinding, on connection: ConnectionID
    ) throws(Pending) -> Owned {
        let id = proof.mailbox
        let row = try row(rows.mailboxes.find(id), .mailbox(id))
        // An unknown mailbox costs a check too: how long a refusal takes must not tell it apart.
        let key = row?.mailboxKey ?? MailboxKey(made: identity.relayKey.bytes)
        do { try proof.verify(by: key, on: binding) } catch {
            throw .refused(.notPermitted)
        }
        guard let row else { throw .refused(.notPermitted) }
        owners.change(connection, to: id)
        return Owned(acked: row.acked, newest: row.newest)
    }

    /// Makes a connection the one that a mailbox's entries go to [MBX-6].
    mutating func subscribe(_ connection: ConnectionID) throws(Pending) -> Owned {
        let (id, row) = try owned(by: connection)
        if let older = subscribers[id], older != connection {
            batch.notices.append(RelayReply(connection: older, event: .superseded))
        }
        subscribers.change(id, to: connection)
        return Owned(acked: row.acked, newest: row.newest)
    }

    /// Removes entries that their owner has [MBX-5].
    ///
    /// Only what was on disk before this batch can have been delivered, and so be acknowledged.
    mutating func acknowledge(
        _ sequence: UInt64, for connection: ConnectionID
    ) throws(Pending) {
        var (id, row) = try owned(by: connection)
        let before = rows.mailboxes.beforeBatch(id)
        guard sequence <= before?.newest ?? 0 else { throw .refused(.malformed) }
        guard sequence > row.acked else { return }
        _ = try? gaps(of: id, row)
        let total: EntryTotal
        if let before, sequence == before.newest {
            total = EntryTotal(entries: before.entries, bytes: before.bytes)
        } else {
            let key = RelayRows.TotalKey(mailbox: id, through: sequence)
            total =
                try self.row(rows.totals.find(key), .total(id, through: sequence))
                ?? EntryTotal()
        }
        try forgetGaps(of: id, &row, through: sequence)
        let released = batch.released[id] ?? EntryTotal()
        row.acked = sequence
        row.entries -= total.entries - released.entries
        row.bytes -= total.bytes - released.bytes
        batch.released[id] = total
        batch.writes.append(.removeEntries(id, through: sequence))
        change(id, to: row)
    }

    /// Entries for a subscriber that has fallen behind [MBX-4].
    mutating func fetch(
        _ request: FetchRequest, for connection: ConnectionID
    ) -> FetchedEntries? {
        guard let id = owners[connection], subscribers[id] == connection else { return nil }
        let max = min(request.max, RelayCoreLimits.fetchEntriesMax)
        let key = RelayRows.EntriesKey(mailbox: id, after: request.after, max: max)
        let found = try? row(
            rows.entries.find(key), .entries(id, after: request.after, max: max))
        let mailbox = try? row(rows.mailboxes.find(id), .mailbox(id))
        guard let entries = found ?? nil, mailbox ?? nil != nil,
            let before = rows.mailboxes.beforeBatch(id)
        else { return nil }
        let bytes = entries.reduce(0) { $0 + $1.sealed.count }
        let isAll = entries.count < max && bytes < RelayCoreLimits.fetchBytesMax
        let last = entries.last?.sequence ?? request.after
        return FetchedEntries(
            subscription: request.subscription, entries: entries,
            through: isAll ? Swift.max(last, before.newest) : last)
    }

    /// Forgets a connection.
    mutating func disconnect(_ connection: ConnectionID) {
        questions.change(connection, to: nil)
        guard let id = owners[connection] else { return }
        owners.change(connection, to: nil)
        if subscribers[id] == connection { subscribers.change(id, to: nil) }
    }
}
