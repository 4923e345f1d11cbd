// How much the store holds: counted on a connection of its own, beside the one that writes.

import Foundation
import GRDB
package import SottoRelayCore

extension SQLiteRelayStore {
    /// How much there is. Reads a snapshot and keeps nobody from writing; counting a million
    /// mailboxes takes about a tenth of a second.
    package func totals() throws(RelayStoreError) -> StoreTotals {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.label = "totals"
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            var totals = try queue.read { try Self.totals(in: $0) }
            totals.databaseBytes = ["", "-wal"].reduce(0) { $0 + Self.size(of: path + $1) }
            totals.diskFreeBytes = DiskSpace.freeBytes(at: path)
            return totals
        } catch {
            throw .failed(code: (error as? DatabaseError)?.extendedResultCode.rawValue ?? 0)
        }
    }

    private static func totals(in database: Database) throws -> StoreTotals {
        var totals = StoreTotals()
        let mailboxes = try Row.fetchOne(
            database,
            sql: """
                SELECT count(*), coalesce(sum(entries > 0), 0), coalesce(sum(entries), 0),
                  coalesce(sum(bytes), 0)
                FROM mailboxes
                """)
        if let mailboxes {
            totals.mailboxes = mailboxes[0]
            totals.mailboxesWaiting = mailboxes[1]
            totals.entries = mailboxes[2]
            totals.entryBytes = mailboxes[3]
        }
        func count(_ table: String) throws -> Int {
            try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
        }
        totals.lanes = try count("lanes")
        totals.records = try count("records")
        totals.stocks = try count("stocks")
        return totals
    }

    private static func size(of path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.size] as? Int ?? 0
    }
}
