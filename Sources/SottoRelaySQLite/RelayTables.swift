// One statement for each thing that the relay's store is asked.

import Foundation
import GRDB
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// The tables of an open database, within one access to it.
struct RelayTables {
    let database: Database

    init(_ database: Database) { self.database = database }

    /// The one row of a statement that is prepared once.
    func row(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
        try Row.fetchOne(database.cachedStatement(sql: sql), arguments: arguments)
    }

    func run(_ sql: String, _ arguments: StatementArguments) throws {
        let statement = try database.cachedStatement(sql: sql)
        try statement.execute(arguments: arguments)
    }
}

// MARK: - Reading

extension RelayTables {
    /// What lies under a key.
    func find(_ key: RowKey) throws -> FoundRow {
        switch key {
        case .mailbox(let id): .mailbox(id, try mailbox(id))
        case .denied(let id): .denied(id, try denied(id))
        case .invitation(let hash): .invitation(hash, try invitation(hash))
        case .gaps(let id): .gaps(id, try gaps(id))
        case .pin(let token): .pin(token, try pin(token.pin))
        case .total(let id, let through):
            .total(id, through: through, try total(id, through: through))
        case .entries(let id, let after, let max):
            .entries(id, after: after, max: max, try entries(id, after: after, max: max))
        case .lane(let id): .lane(id, try lane(id))
        case .epoch(let id, let hash): .epoch(id, hash, try epoch(id, hash))
        case .links(let id, let from, let max):
            .links(id, from: from, max: max, try links(id, from: from, max: max))
        case .keptCommits(let id, let from, let max):
            .keptCommits(id, from: from, max: max, try keptCommits(id, from: from, max: max))
        case .post(let id): .post(id, try post(id))
        case .record(let locator): .record(locator, try record(locator))
        case .stock(let locator): .stock(locator, try stock(locator))
        case .package(let locator, let number):
            .package(locator, number: number, try package(locator, number))
        }
    }

    /// Mailboxes with entries that arrived before a day, until these have `max` together.
    func expired(before day: UInt64, max: Int) throws -> [ExpiredEntries] {
        var found: [ExpiredEntries] = []
        var left = max
        for expired in try oldest(before: day, max: max) where left > 0 {
            left -= try total(expired.mailbox, through: expired.through).entries
            found.append(expired)
        }
        return found
    }

    /// The mailboxes of the `max` entries that lie in front, as far as they are old enough.
    private func oldest(before day: UInt64, max: Int) throws -> [ExpiredEntries] {
        let found = try oldest(of: "entries", before: day, max: max)
        return try found.isEmpty ? oldest(of: "arrivals", before: day, max: max) : found
    }

    private func oldest(
        of table: String, before day: UInt64, max: Int
    ) throws -> [ExpiredEntries] {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT mailbox, sequence, day FROM \(table) ORDER BY place LIMIT ?"),
            arguments: [max])
        var through: [MailboxID: UInt64] = [:]
        var order: [MailboxID] = []
        while let row = try rows.next(), row.number(2) < day {
            let id: MailboxID = try row.name(0)
            if through[id] == nil { order.append(id) }
            through[id] = Swift.max(through[id] ?? 0, row.number(1))
        }
        return order.map { ExpiredEntries(mailbox: $0, through: through[$0] ?? 0) }
    }

    /// Whether the first post was accepted before a moment.
    func hasPosts(before moment: Timestamp) throws -> Bool {
        let first = try row("SELECT time FROM posts ORDER BY arrival LIMIT 1", [])
        return first.map { $0.number(0) < moment.milliseconds } ?? false
    }

    /// Whether a record or a stock was last put before a day.
    func hasUnused(before day: UInt64) throws -> Bool {
        for table in ["records", "stocks"] {
            let found = try row(
                "SELECT 1 FROM \(table) WHERE day < ? LIMIT 1", [day.stored])
            if found != nil { return true }
        }
        return false
    }

    private func total(_ id: MailboxID, through: UInt64) throws -> EntryTotal {
        let found = try row(
            """
            SELECT count(*), coalesce(sum(bytes), 0) FROM (
              SELECT length(sealed) AS bytes FROM entries WHERE mailbox = ?1 AND sequence <= ?2
              UNION ALL
              SELECT length(sealed) FROM arrivals WHERE mailbox = ?1 AND sequence <= ?2)
            """, [id.data, through.stored])
        guard let row = found else { return EntryTotal() }
        return EntryTotal(entries: row[0], bytes: row[1])
    }

    private func record(_ locator: Locator) throws -> RecordRow? {
        let found = try row(
            "SELECT write_key, version, sealed, day FROM records WHERE locator = ?",
            [locator.data])
        guard let row = found else { return nil }
        return RecordRow(
            writeKey: try row.name(0),
            record: Record(version: row.number(1), sealed: try row.bytes(2)), day: row.number(3))
    }

    private func stock(_ locator: Locator) throws -> StockRow? {
        let found = try row(
            """
            SELECT write_key, version, body_hash, oldest, next, last_resort, window_start, taken,
              day
            FROM stocks WHERE locator = ?
            """, [locator.data])
        guard let row = found else { return nil }
        let lastResort = row.hasNull(atIndex: 5) ? nil : try row.bytes(5)
        return StockRow(
            writeKey: try row.name(0), version: row.number(1), bodyHash: try row.name(2),
            oldest: row.number(3), next: row.number(4),
            lastResort: lastResort.map { SealedPackage(sealed: $0) },
            takes: row.window(6), day: row.number(8))
    }

    private func package(_ locator: Locator, _ number: UInt64) throws -> SealedPackage? {
        let found = try row(
            "SELECT sealed FROM packages WHERE locator = ? AND number = ?",
            [locator.data, number.stored])
        guard let row = found else { return nil }
        return SealedPackage(sealed: try row.bytes(0))
    }
}

// MARK: - Writing

extension RelayTables {
    /// Makes one change.
    func apply(_ change: RelayWrite) throws {
        switch change {
        case .mailbox(let id, let row): try put(id, row)
        case .entry(let id, let delivery, let day): try insert(delivery, of: id, day: day)
        case .denied(let id, let labels): try put(id, labels)
        case .invitation(let hash, let row): try put(hash, row)
        case .removeInvitations(let before):
            try run("DELETE FROM invitations WHERE expires < ?", [before.milliseconds.stored])
        case .gaps(let id, let marks): try put(id, marks)
        case .pin(let token, let row): try put(token.pin, row)
        case .removeEntries(let id, let through):
            try removeEntries(of: id, through: through)
        case .lane(let id, let row): try put(id, row)
        case .epoch(let id, let row): try put(id, row)
        case .pruneEpochs(let id, let pruning): try prune(id, pruning)
        case .link(let id, let row): try put(id, row)
        case .keepCommit(let id, let commit): try put(id, commit)
        case .removeLinks(let id, let below): try removeLinks(id, below: below)
        case .removeLane(let id): try remove(id)
        case .removePins(let before, let max): try removePins(before: before, max: max)
        case .post(let id, let row): try put(id, row)
        case .removePosts(let before, let max):
            try removePosts(before: before, max: max)
        case .record(let locator, let row):
            try run(
                "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)",
                [
                    locator.data, row.writeKey.data, row.record.version.stored,
                    Data(row.record.sealed), row.day.stored,
                ])
        case .stock(let locator, let row): try put(locator, row)
        case .package(let locator, let number, let package):
            try run(
                "INSERT INTO packages VALUES (?, ?, ?)",
                [locator.data, number.stored, Data(package.sealed)])
        case .removePackage(let locator, let number):
            try run(
                "DELETE FROM packages WHERE locator = ? AND number = ?",
                [locator.data, number.stored])
        case .removeMailbox(let id):
            for table in ["arrivals", "entries", "denied", "gaps"] {
                try run("DELETE FROM \(table) WHERE mailbox = ?", [id.data])
            }
            try run("DELETE FROM mailboxes WHERE id = ?", [id.data])
        case .removeRecord(let locator):
            try run("DELETE FROM records WHERE locator = ?", [locator.data])
        case .removeStock(let locator):
            try run("DELETE FROM packages WHERE locator = ?", [locator.data])
            try run("DELETE FROM stocks WHERE locator = ?", [locator.data])
        case .removeUnused(let before, let max): try removeUnused(before: before, max: max)
        case .probe: try run("UPDATE store SET probes = (probes + 1) & 255", [])
        }
    }

    private func put(_ locator: Locator, _ row: StockRow) throws {
        try run(
            "INSERT OR REPLACE INTO stocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                locator.data, row.writeKey.data, row.version.stored, row.bodyHash.data,
                row.oldest.stored, row.next.stored, row.lastResort.map { Data($0.sealed) },
                row.takes.since.milliseconds.stored, Int64(row.takes.count), row.day.stored,
            ])
    }

    /// Removes what was not put for long, the oldest first, and the packages of such stocks.
    private func removeUnused(before day: UInt64, max: Int) throws {
        func oldest(_ table: String) -> String {
            "(SELECT locator FROM \(table) WHERE day < ? ORDER BY day, locator LIMIT ?)"
        }
        for (table, unused) in [
            ("records", "records"), ("packages", "stocks"), ("stocks", "stocks"),
        ] {
            try run(
                "DELETE FROM \(table) WHERE locator IN " + oldest(unused), [day.stored, max])
        }
    }
}
