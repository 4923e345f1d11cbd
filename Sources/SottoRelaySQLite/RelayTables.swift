// One statement for each thing that the relay's store is asked.

import Foundation
import GRDB
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// The tables of an open database, within one access to it.
struct RelayTables {
    private let database: Database

    init(_ database: Database) { self.database = database }

    /// The one row of a statement that is prepared once.
    private func row(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
        try Row.fetchOne(database.cachedStatement(sql: sql), arguments: arguments)
    }

    private func run(_ sql: String, _ arguments: StatementArguments) throws {
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
        case .total(let id, let through):
            .total(id, through: through, try total(id, through: through))
        case .entries(let id, let after, let max):
            .entries(id, after: after, max: max, try entries(id, after: after, max: max))
        case .lane(let id): .lane(id, try lane(id))
        case .epoch(let id, let hash): .epoch(id, hash, try epoch(id, hash))
        case .post(let id): .post(id, try post(id))
        case .record(let locator): .record(locator, try record(locator))
        case .stock(let locator): .stock(locator, try stock(locator))
        case .package(let locator, let number):
            .package(locator, number: number, try package(locator, number))
        }
    }

    /// The mailboxes of the oldest entries that arrived before a day.
    func expired(before day: UInt64, max: Int) throws -> [ExpiredEntries] {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT mailbox, sequence, day FROM entries ORDER BY arrival LIMIT ?"),
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

    private func mailbox(_ id: MailboxID) throws -> MailboxRow? {
        let found = try row(
            """
            SELECT mailbox_key, sealing_key, token_generation, acked, newest, entries, bytes
            FROM mailboxes WHERE id = ?
            """, [id.data])
        guard let row = found else { return nil }
        return MailboxRow(
            mailboxKey: try row.name(0), sealingKey: try row.name(1),
            tokenGeneration: UInt32(clamping: row.number(2)), acked: row.number(3),
            newest: row.number(4), entries: row[5], bytes: row[6])
    }

    private func total(_ id: MailboxID, through: UInt64) throws -> EntryTotal {
        let found = try row(
            """
            SELECT count(*), coalesce(sum(length(sealed)), 0)
            FROM entries WHERE mailbox = ? AND sequence <= ?
            """, [id.data, through.stored])
        guard let row = found else { return EntryTotal() }
        return EntryTotal(entries: row[0], bytes: row[1])
    }

    private func entries(_ id: MailboxID, after: UInt64, max: Int) throws -> [Delivery] {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT sequence, sealed FROM entries
                    WHERE mailbox = ? AND sequence > ? ORDER BY sequence LIMIT ?
                    """), arguments: [id.data, after.stored, max])
        var found: [Delivery] = []
        var bytes = 0
        while bytes < RelayCoreLimits.fetchBytesMax, let row = try rows.next() {
            let delivery = Delivery(sequence: row.number(0), sealed: try row.bytes(1))
            found.append(delivery)
            bytes += delivery.sealed.count
        }
        return found
    }

    private func lane(_ id: LaneID) throws -> LaneRow? {
        let found = try row(
            "SELECT epoch, token_hash, number, head FROM lanes WHERE id = ?", [id.data])
        guard let row = found else { return nil }
        return LaneRow(
            epoch: row.number(0), tokenHash: try row.name(1), number: row.number(2),
            head: try row.name(3))
    }

    private func epoch(_ id: LaneID, _ hash: LaneTokenHash) throws -> UInt64? {
        let found = try row(
            "SELECT max(epoch) FROM lane_epochs WHERE lane = ? AND token_hash = ?",
            [id.data, hash.data])
        guard let row = found, !row.hasNull(atIndex: 0) else { return nil }
        return row.number(0)
    }

    private func post(_ id: PostID) throws -> PostRow? {
        let found = try row(
            "SELECT body_hash, answer, time FROM posts WHERE id = ?", [id.data])
        guard let row = found else { return nil }
        return PostRow(
            bodyHash: try row.name(0), answer: try row.bytes(1),
            time: Timestamp(milliseconds: row.number(2)))
    }

    private func record(_ locator: Locator) throws -> RecordRow? {
        let found = try row(
            "SELECT write_key, version, sealed FROM records WHERE locator = ?",
            [locator.data])
        guard let row = found else { return nil }
        return RecordRow(
            writeKey: try row.name(0),
            record: Record(version: row.number(1), sealed: try row.bytes(2)))
    }

    private func stock(_ locator: Locator) throws -> StockRow? {
        let found = try row(
            """
            SELECT write_key, version, body_hash, oldest, next, last_resort, window_start, taken
            FROM stocks WHERE locator = ?
            """, [locator.data])
        guard let row = found else { return nil }
        let lastResort = row.hasNull(atIndex: 5) ? nil : try row.bytes(5)
        return StockRow(
            writeKey: try row.name(0), version: row.number(1), bodyHash: try row.name(2),
            oldest: row.number(3), next: row.number(4),
            lastResort: lastResort.map { SealedPackage(sealed: $0) },
            windowStart: Timestamp(milliseconds: row.number(6)),
            takenInWindow: UInt32(clamping: row.number(7)))
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
        case .entry(let id, let delivery, let day):
            try run(
                "INSERT INTO entries (mailbox, sequence, day, sealed) VALUES (?, ?, ?, ?)",
                [id.data, delivery.sequence.stored, day.stored, Data(delivery.sealed)])
        case .removeEntries(let id, let through):
            try run(
                "DELETE FROM entries WHERE mailbox = ? AND sequence <= ?",
                [id.data, through.stored])
        case .lane(let id, let row):
            try run(
                "INSERT OR REPLACE INTO lanes VALUES (?, ?, ?, ?, ?)",
                [
                    id.data, row.epoch.stored, row.tokenHash.data, row.number.stored,
                    row.head.data,
                ])
        case .epoch(let id, let epoch, let hash, let oldest):
            try run(
                "INSERT OR REPLACE INTO lane_epochs VALUES (?, ?, ?)",
                [id.data, epoch.stored, hash.data])
            try run(
                "DELETE FROM lane_epochs WHERE lane = ? AND epoch < ?",
                [id.data, oldest.stored])
        case .post(let id, let row):
            try run(
                """
                INSERT OR REPLACE INTO posts (id, body_hash, answer, time) VALUES (?, ?, ?, ?)
                """,
                [
                    id.data, row.bodyHash.data, Data(row.answer),
                    row.time.milliseconds.stored,
                ])
        case .removePosts(let before, let max):
            try removePosts(before: before, max: max)
        case .record(let locator, let row):
            try run(
                "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)",
                [
                    locator.data, row.writeKey.data, row.record.version.stored,
                    Data(row.record.sealed),
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
        case .probe: try run("UPDATE store SET probes = (probes + 1) & 255", [])
        }
    }

    private func put(_ id: MailboxID, _ row: MailboxRow) throws {
        try run(
            "INSERT OR REPLACE INTO mailboxes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                id.data, row.mailboxKey.data, row.sealingKey.data,
                UInt64(row.tokenGeneration).stored, row.acked.stored, row.newest.stored,
                row.entries, row.bytes,
            ])
    }

    private func put(_ locator: Locator, _ row: StockRow) throws {
        try run(
            "INSERT OR REPLACE INTO stocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                locator.data, row.writeKey.data, row.version.stored, row.bodyHash.data,
                row.oldest.stored, row.next.stored, row.lastResort.map { Data($0.sealed) },
                row.windowStart.milliseconds.stored, Int64(row.takenInWindow),
            ])
    }

    /// Removes from the front of the table, where the oldest posts lie, up to one that is kept.
    private func removePosts(before: Timestamp, max: Int) throws {
        try run(
            """
            DELETE FROM posts WHERE arrival IN (
              SELECT arrival FROM (SELECT arrival, time FROM posts ORDER BY arrival LIMIT ?)
              WHERE time < ?)
            """, [max, before.milliseconds.stored])
    }
}
