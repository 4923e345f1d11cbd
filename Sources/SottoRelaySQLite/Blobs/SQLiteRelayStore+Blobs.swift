// Which blobs there are, in the same database as everything else.

import Foundation
import GRDB
package import SottoRelayCore
package import SottoRelayProtocol
import SottoWire

extension SQLiteRelayStore: BlobIndex {
    /// The upload of this name.
    package func upload(_ id: UploadID) throws(RelayStoreError) -> UploadRow? {
        try access { database in
            let row = try Row.fetchOne(
                database.cachedStatement(
                    sql: "SELECT bytes, blob, expires FROM uploads WHERE id = ?"),
                arguments: [id.data])
            return try row.map { row in
                UploadRow(
                    bytes: row.number(0),
                    state: row.hasNull(atIndex: 1) ? .open : .complete(try row.name(1)),
                    expires: row.number(2))
            }
        }
    }

    /// The blob at this address.
    package func blob(_ id: BlobID) throws(RelayStoreError) -> BlobRow? {
        try access { database in
            let row = try Row.fetchOne(
                database.cachedStatement(sql: "SELECT bytes, expires FROM blobs WHERE id = ?"),
                arguments: [id.data])
            return row.map { BlobRow(bytes: $0.number(0), expires: $0.number(1)) }
        }
    }

    /// The bytes of all blobs and open uploads, a number that each change keeps.
    package func blobBytes() throws(RelayStoreError) -> UInt64 {
        try access { database in
            let row = try Row.fetchOne(
                database.cachedStatement(sql: "SELECT bytes FROM blob_usage"), arguments: [])
            return row?.number(0) ?? 0
        }
    }

    /// Uploads that are forgotten on a day.
    package func expiredUploads(
        on day: UInt64, max: Int
    ) throws(RelayStoreError) -> [UploadID] {
        try names(
            "SELECT id FROM uploads WHERE expires <= ? ORDER BY expires LIMIT ?",
            [day.stored, max])
    }

    /// Blobs that are removed on a day.
    package func expiredBlobs(on day: UInt64, max: Int) throws(RelayStoreError) -> [BlobID] {
        try names(
            "SELECT id FROM blobs WHERE expires <= ? ORDER BY expires LIMIT ?",
            [day.stored, max])
    }

    /// Blobs in the order of their addresses.
    package func blobs(after id: BlobID?, max: Int) throws(RelayStoreError) -> [BlobID] {
        try names(
            "SELECT id FROM blobs WHERE id > ? ORDER BY id LIMIT ?", [id?.data ?? Data(), max])
    }

    /// Makes all changes in one transaction.
    package func change(_ writes: [BlobWrite]) throws(RelayStoreError) {
        try access { database in
            try database.inTransaction(.immediate) {
                for write in writes { try Self.apply(write, database) }
                return .commit
            }
        }
    }

    private func names<Kind>(
        _ sql: String, _ arguments: StatementArguments
    ) throws(RelayStoreError) -> [FixedBytes<Kind>] {
        try access { database in
            try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments)
                .map { try $0.name(0) }
        }
    }

    // What is counted follows from the rows by triggers (RelaySchema), so that no path forgets it.
    private static func apply(_ write: BlobWrite, _ database: Database) throws {
        func run(_ sql: String, _ arguments: StatementArguments) throws {
            try database.cachedStatement(sql: sql).execute(arguments: arguments)
        }
        switch write {
        case .upload(let id, let row):
            try run("DELETE FROM uploads WHERE id = ?", [id.data])
            guard let row else { return }
            var blob: Data?
            if case .complete(let id) = row.state { blob = id.data }
            try run(
                "INSERT INTO uploads (id, bytes, blob, expires) VALUES (?, ?, ?, ?)",
                [id.data, row.bytes.stored, blob, row.expires.stored])
        case .blob(let id, let row):
            try run("DELETE FROM blobs WHERE id = ?", [id.data])
            guard let row else { return }
            try run(
                "INSERT INTO blobs (id, bytes, expires) VALUES (?, ?, ?)",
                [id.data, row.bytes.stored, row.expires.stored])
        }
    }
}
