// A prepared statement for what every message needs: bytes are bound where they lie.

import Foundation
import GRDB
import GRDBSQLite
import SottoWire

/// A statement that is prepared once a connection. GRDB's own way of binding makes an object of
/// each value, which takes as long as what SQLite does with it.
///
/// Used within one access to its database, by whoever has it.
struct BoundStatement {
    private let statement: Statement
    private var pointer: OpaquePointer { statement.sqliteStatement }

    init(_ sql: String, in database: Database) throws {
        statement = try database.cachedStatement(sql: sql)
        sqlite3_reset(statement.sqliteStatement)
    }

    /// Sets a parameter, counted from 1, to a number.
    func bind(_ parameter: Int32, _ number: Int64) {
        sqlite3_bind_int64(pointer, parameter, number)
    }

    /// Sets a parameter to a number that was made by `stored`.
    func bind(_ parameter: Int32, _ number: UInt64) { bind(parameter, number.stored) }

    /// Sets a parameter to NULL, which all are before they are set.
    func bindNothing(_ parameter: Int32) { sqlite3_bind_null(pointer, parameter) }

    /// Sets a parameter to a name, key or hash.
    func bind<Kind>(_ parameter: Int32, _ name: FixedBytes<Kind>) {
        name.withUnsafeBytes { bytes in bind(parameter, bytes, Self.copied) }
    }

    /// Sets a parameter to bytes.
    func bind(_ parameter: Int32, _ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in bind(parameter, bytes, Self.copied) }
    }

    /// Runs to the end with a parameter set to bytes that are not copied for it.
    func run(with parameter: Int32, _ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { bytes in
            bind(parameter, bytes, nil)
            defer { sqlite3_bind_null(pointer, parameter) }
            try run()
        }
    }

    /// Runs to the end.
    func run() throws {
        defer { sqlite3_reset(pointer) }
        while try next() {}
    }

    /// Moves to the next row. Who stops before there is none calls `reset`.
    func next() throws -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code))
        }
    }

    func reset() { sqlite3_reset(pointer) }

    /// A number that was stored with `stored`, of the row's column, counted from 0.
    func number(_ column: Int32) -> UInt64 {
        UInt64(clamping: sqlite3_column_int64(pointer, column))
    }

    /// The bytes of a blob.
    func bytes(_ column: Int32) -> [UInt8] {
        let start = sqlite3_column_blob(pointer, column)
        let count = Int(sqlite3_column_bytes(pointer, column))
        return Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }

    private func bind(
        _ parameter: Int32, _ bytes: UnsafeRawBufferPointer, _ keeping: sqlite3_destructor_type?
    ) {
        // No bytes are an empty blob all the same, which takes an address that is not nil.
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            sqlite3_bind_zeroblob(pointer, parameter, 0)
            return
        }
        sqlite3_bind_blob(pointer, parameter, start, Int32(bytes.count), keeping)
    }

    /// SQLite's word for bytes that it copies at once (`SQLITE_TRANSIENT`).
    private static var copied: sqlite3_destructor_type? {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }
}
