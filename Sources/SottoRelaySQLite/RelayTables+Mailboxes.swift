// Mailboxes, what they deny, and the lanes of their tokens, as rows.

import Foundation
import GRDB
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

extension RelayTables {
    func mailbox(_ id: MailboxID) throws -> MailboxRow? {
        let found = try row(
            """
            SELECT mailbox_key, sealing_key, token_generation, acked, newest, entries, bytes,
              denied, is_open, open_since, open_count, stray_since, stray_count, gaps
            FROM mailboxes WHERE id = ?
            """, [id.data])
        guard let row = found else { return nil }
        var mailbox = MailboxRow(
            mailboxKey: try row.name(0), sealingKey: try row.name(1),
            tokenGeneration: UInt32(clamping: row.number(2)), acked: row.number(3),
            newest: row.number(4), entries: row[5], bytes: row[6])
        mailbox.denied = row[7]
        mailbox.isOpen = row[8]
        mailbox.openWelcomes = row.window(9)
        mailbox.strayWelcomes = row.window(11)
        mailbox.gaps = row[13]
        return mailbox
    }

    func put(_ id: MailboxID, _ row: MailboxRow) throws {
        let statement = try bound(
            """
            INSERT OR REPLACE INTO mailboxes (
              id, mailbox_key, sealing_key, token_generation, acked, newest, entries, bytes,
              denied, is_open, open_since, open_count, stray_since, stray_count, gaps)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        statement.bind(1, id)
        statement.bind(2, row.mailboxKey)
        statement.bind(3, row.sealingKey)
        statement.bind(4, UInt64(row.tokenGeneration))
        statement.bind(5, row.acked)
        statement.bind(6, row.newest)
        statement.bind(7, Int64(row.entries))
        statement.bind(8, Int64(row.bytes))
        statement.bind(9, Int64(row.denied))
        statement.bind(10, Int64(row.isOpen ? 1 : 0))
        statement.bind(11, row.openWelcomes.since.milliseconds)
        statement.bind(12, Int64(row.openWelcomes.count))
        statement.bind(13, row.strayWelcomes.since.milliseconds)
        statement.bind(14, Int64(row.strayWelcomes.count))
        statement.bind(15, Int64(row.gaps))
        try statement.run()
    }

    func denied(_ id: MailboxID) throws -> [TokenLabel] {
        guard let row = try row("SELECT labels FROM denied WHERE mailbox = ?", [id.data]) else {
            return []
        }
        return try Deny(wireBytes: row.bytes(0)).labels
    }

    func put(_ id: MailboxID, _ labels: [TokenLabel]) throws {
        if labels.isEmpty { return try run("DELETE FROM denied WHERE mailbox = ?", [id.data]) }
        try run(
            "INSERT OR REPLACE INTO denied VALUES (?, ?)",
            [id.data, Data(Deny(labels: labels).wireBytes)])
    }

    func gaps(_ id: MailboxID) throws -> [GapRow] {
        guard let row = try row("SELECT marks FROM gaps WHERE mailbox = ?", [id.data]) else {
            return []
        }
        var reader = WireReader(try row.bytes(0))
        var marks: [GapRow] = []
        while reader.remaining > 0 {
            marks.append(GapRow(name: try reader.value(), sequence: try reader.uint64()))
        }
        return marks
    }

    func put(_ id: MailboxID, _ marks: [GapRow]) throws {
        if marks.isEmpty { return try run("DELETE FROM gaps WHERE mailbox = ?", [id.data]) }
        var writer = WireWriter()
        for mark in marks {
            writer.value(mark.name)
            writer.uint64(mark.sequence)
        }
        try run("INSERT OR REPLACE INTO gaps VALUES (?, ?)", [id.data, Data(writer.bytes)])
    }

    func pin(_ token: TokenPin) throws -> PinRow? {
        let found = try row("SELECT lane, day FROM pins WHERE token = ?", [token.data])
        guard let row = found else { return nil }
        return PinRow(lane: try row.name(0), day: row.number(1))
    }

    func put(_ token: TokenPin, _ row: PinRow) throws {
        try run(
            "INSERT OR REPLACE INTO pins VALUES (?, ?, ?)",
            [token.data, row.lane.data, row.day.stored])
    }

    /// Whether there is a token's lane that was last used before a day.
    func hasPins(before day: UInt64) throws -> Bool {
        try row("SELECT 1 FROM pins WHERE day < ? LIMIT 1", [day.stored]) != nil
    }

    func removePins(before day: UInt64, max: Int) throws {
        try run(
            """
            DELETE FROM pins WHERE token IN (
              SELECT token FROM pins WHERE day < ? ORDER BY day LIMIT ?)
            """, [day.stored, max])
    }
}

extension Row {
    /// A window of time that was stored in two columns, its beginning and its count.
    func window(_ column: Int) -> RateWindow {
        RateWindow(
            since: Timestamp(milliseconds: number(column)),
            count: UInt32(clamping: number(column + 1)))
    }
}
