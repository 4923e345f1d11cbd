// Entries and accepted posts, as rows: what each message writes and removes.

import Foundation
import GRDB
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

extension RelayTables {
    func bound(_ sql: String) throws -> BoundStatement {
        try BoundStatement(sql, in: database)
    }

    func entries(_ id: MailboxID, after: UInt64, max: Int) throws -> [Delivery] {
        let statement = try bound(
            """
            SELECT sequence, sealed FROM entries WHERE mailbox = ?1 AND sequence > ?2
            UNION ALL
            SELECT sequence, sealed FROM arrivals WHERE mailbox = ?1 AND sequence > ?2
            ORDER BY sequence LIMIT ?3
            """)
        statement.bind(1, id)
        statement.bind(2, after)
        statement.bind(3, Int64(max))
        defer { statement.reset() }
        var found: [Delivery] = []
        var bytes = 0
        while bytes < RelayCoreLimits.fetchBytesMax, try statement.next() {
            let delivery = Delivery(sequence: statement.number(0), sealed: statement.bytes(1))
            found.append(delivery)
            bytes += delivery.sealed.count
        }
        return found
    }

    /// Puts an entry behind those that came before it.
    func insert(_ delivery: Delivery, of id: MailboxID, day: UInt64) throws {
        let statement = try bound(
            "INSERT INTO arrivals (mailbox, sequence, day, sealed) VALUES (?, ?, ?, ?)")
        statement.bind(1, id)
        statement.bind(2, delivery.sequence)
        statement.bind(3, day)
        try statement.run(with: 4, delivery.sealed)
    }

    func removeEntries(of id: MailboxID, through sequence: UInt64) throws {
        for table in ["arrivals", "entries"] {
            let statement = try bound(
                "DELETE FROM \(table) WHERE mailbox = ? AND sequence <= ?")
            statement.bind(1, id)
            statement.bind(2, sequence)
            try statement.run()
        }
    }

    func post(_ id: PostID) throws -> PostRow? {
        let statement = try bound("SELECT body_hash, answer, time FROM posts WHERE id = ?")
        statement.bind(1, id)
        defer { statement.reset() }
        guard try statement.next() else { return nil }
        var answer = WireReader(statement.bytes(1))
        let row = PostRow(
            bodyHash: try PostBodyHash(statement.bytes(0)), head: try answer.value(),
            statuses: try answer.vector(), time: Timestamp(milliseconds: statement.number(2)))
        try answer.finish()
        return row
    }

    func put(_ id: PostID, _ row: PostRow) throws {
        let statement = try bound(
            "INSERT OR REPLACE INTO posts (id, body_hash, answer, time) VALUES (?, ?, ?, ?)")
        statement.bind(1, id)
        statement.bind(2, row.bodyHash)
        statement.bind(4, row.time.milliseconds)
        var answer = WireWriter()
        answer.reserve(256)
        answer.value(row.head)
        answer.vector(row.statuses)
        try statement.run(with: 3, answer.bytes)
    }

    /// Removes from the front of the table, where the oldest posts lie, up to one that is kept.
    func removePosts(before: Timestamp, max: Int) throws {
        try run(
            """
            DELETE FROM posts WHERE arrival IN (
              SELECT arrival FROM (SELECT arrival, time FROM posts ORDER BY arrival LIMIT ?)
              WHERE time < ?)
            """, [max, before.milliseconds.stored])
    }
}
