// What a relay's database holds, as anybody who reads its disk would see it: for operators.
import Foundation
import GRDB

/// The tables of a store, with how much they hold and how it begins.
package struct StoreInspection: Equatable, Sendable {
    /// One table.
    package struct Table: Equatable, Sendable {
        /// Its name in the database.
        package let name: String
        /// How many rows it has.
        package let rows: Int
        /// The bytes of all its values, without indexes and SQLite's own.
        package let bytes: Int
        /// Its columns in order.
        package let columns: [Column]
    }

    /// One column.
    package struct Column: Equatable, Sendable {
        /// Its name in the database.
        package let name: String
        /// The bytes of its largest value.
        package let bytesMax: Int
        /// The value in the table's first row; nil if there is none.
        package let first: Value?
    }

    /// A value as it is stored.
    package enum Value: Equatable, Sendable {
        /// A number.
        case number(Int64)
        /// Text.
        case text(String)
        /// The first bytes of an opaque value, at most `sampleBytesMax`, and how many it has.
        case bytes([UInt8], count: Int)
    }

    /// How many bytes of an opaque value are shown.
    package static let sampleBytesMax = 12

    /// The tables by name.
    package let tables: [Table]
    /// The size of the database as SQLite counts it, free pages included.
    package let databaseBytes: Int

    /// Why nothing can be shown.
    package enum Failure: Error, Equatable, Sendable {
        /// There is no database in that folder, or it is none; the text says which.
        case unreadable(String)
    }

    /// Reads what there is. Changes nothing; a relay may serve the same file meanwhile.
    ///
    /// - Parameter folder: The relay's data folder.
    package init(folder: String) throws(Failure) {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "inspection"
        guard FileManager.default.fileExists(atPath: folder + "/relay.db") else {
            throw .unreadable("it has no relay.db")
        }
        do {
            let database = try DatabaseQueue(
                path: folder + "/relay.db", configuration: configuration)
            self = try database.read { try StoreInspection($0) }
        } catch {
            throw .unreadable((error as? DatabaseError)?.message ?? "\(error)")
        }
    }

    private init(_ database: Database) throws {
        let names = try String.fetchAll(
            database,
            sql: """
                SELECT name FROM sqlite_master
                WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name
                """)
        tables = try names.map { try Self.table($0, database) }
        let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        databaseBytes = try pages * (Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0)
    }

    private static func table(_ name: String, _ database: Database) throws -> Table {
        let quoted = name.quotedDatabaseIdentifier
        let columns = try database.columns(in: name).map(\.name)
        let lengths = columns.map { "length(CAST(\($0.quotedDatabaseIdentifier) AS BLOB))" }
        let sums = lengths.map { "coalesce(sum(\($0)), 0), coalesce(max(\($0)), 0)" }
        let sizes = try Row.fetchOne(
            database, sql: "SELECT count(*), \(sums.joined(separator: ", ")) FROM \(quoted)")
        let first = try Row.fetchOne(database, sql: "SELECT * FROM \(quoted) LIMIT 1")
        func size(_ index: Int) -> Int { sizes?[index] ?? 0 }
        return Table(
            name: name, rows: size(0),
            bytes: columns.indices.reduce(0) { $0 + size(1 + 2 * $1) },
            columns: columns.enumerated().map { index, column in
                Column(name: column, bytesMax: size(2 + 2 * index), first: value(first, column))
            })
    }

    private static func value(_ row: Row?, _ column: String) -> Value? {
        guard let stored: DatabaseValue = row?[column] else { return nil }
        switch stored.storage {
        case .null: return nil
        case .int64(let number): return .number(number)
        case .double(let number): return .text("\(number)")
        case .string(let text): return .text(text)
        case .blob(let data): return .bytes(Array(data.prefix(sampleBytesMax)), count: data.count)
        }
    }
}
