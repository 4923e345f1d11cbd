// The relay's store on one disk: SQLite, written by one connection, durable when a write returns.

import Foundation
import GRDB
package import SottoRelayCore
package import SottoRelayProtocol
import SottoWire
import Synchronization

/// A store in one database file (spec/relay.md section 8).
///
/// Transactions are synced before `write` returns. Deleted content is overwritten with zeros.
package final class SQLiteRelayStore: RelayStore {
    /// The life of this store, made with its file.
    package let incarnation: Incarnation
    /// Where the database lies.
    let path: String
    private let queue: DatabaseQueue
    private let lock: FolderLock?
    private let freeBytes: @Sendable () -> Int
    /// The last of the arrivals that the present round of moving is about.
    private let settling = Mutex<Int64>(0)

    /// Opens the database at a path, or makes it.
    ///
    /// - Parameters:
    ///   - fresh: The incarnation that a new database gets.
    ///   - lock: Held for as long as the store is.
    ///   - pagesMax: The pages that the file may have, for tests of a full disk.
    ///   - freeBytes: What is free on the disk, if somebody else than the system is to say.
    /// - Throws: `.newer` with the file left as it is; `.unusable` when SQLite refuses.
    package init(
        path: String, fresh: Incarnation, lock: FolderLock? = nil, pagesMax: Int? = nil,
        freeBytes: (@Sendable () -> Int)? = nil
    ) throws(RelayDataFolderError) {
        self.path = path
        self.lock = lock
        self.freeBytes = freeBytes ?? { DiskSpace.freeBytes(at: path) }
        do {
            let queue = try DatabaseQueue(path: path, configuration: Self.configuration)
            incarnation = try queue.writeWithoutTransaction { database in
                try RelaySchema.open(database, fresh: fresh, pagesMax: pagesMax)
            }
            self.queue = queue
        } catch let error as RelayDataFolderError {
            throw error
        } catch let error as DatabaseError {
            throw .unusable(reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        } catch {
            throw .unusable(reason: "the database cannot be opened")
        }
    }

    /// Begins another life of the store [OPS-4]; this object keeps to the one before and is done.
    func begin(_ incarnation: Incarnation) throws(RelayStoreError) {
        try access { database in try RelaySchema.begin(incarnation, in: database) }
    }

    /// The version of the layout that this code reads and writes.
    package static var version: Int { RelaySchema.version }

    /// The version of the layout that the file at a path has; 0 when there is none.
    static func version(at path: String) throws(RelayDataFolderError) -> Int {
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            return try queue.read { database in try RelaySchema.versionFound(in: database) }
        } catch {
            throw .unusable(reason: "the database cannot be opened")
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.label = "relay"
        return configuration
    }

    /// What lies under each key.
    package func find(_ keys: [RowKey]) throws(RelayStoreError) -> [FoundRow] {
        try access { database in
            // In one transaction: each would otherwise lock and unlock the file for itself.
            var found: [FoundRow] = []
            found.reserveCapacity(keys.count)
            try database.inTransaction(.deferred) {
                let tables = RelayTables(database)
                for key in keys { found.append(try tables.find(key)) }
                return .commit
            }
            return found
        }
    }

    /// The mailboxes of the oldest entries that arrived before a day.
    package func expired(
        before day: UInt64, max: Int
    ) throws(RelayStoreError) -> [ExpiredEntries] {
        try access { database in try RelayTables(database).expired(before: day, max: max) }
    }

    /// Whether the post that came first of those remembered was accepted before a moment.
    package func hasPosts(before moment: Timestamp) throws(RelayStoreError) -> Bool {
        try access { database in try RelayTables(database).hasPosts(before: moment) }
    }

    /// Lanes to which nobody posted since before a day.
    package func idleLanes(
        before day: UInt64, max: Int
    ) throws(RelayStoreError) -> [LaneID] {
        try access { database in try RelayTables(database).idleLanes(before: day, max: max) }
    }

    /// The next lanes that have links, and how far these are too old.
    package func linkAges(
        after lane: LaneID?, before day: UInt64, max: Int
    ) throws(RelayStoreError) -> [LinkAge] {
        try access { database in
            try RelayTables(database).linkAges(after: lane, before: day, max: max)
        }
    }

    /// Whether there is a token's lane that was last used before a day.
    package func hasPins(before day: UInt64) throws(RelayStoreError) -> Bool {
        try access { database in try RelayTables(database).hasPins(before: day) }
    }

    /// Whether there is a record or a stock whose last put came before a day.
    package func hasUnused(before day: UInt64) throws(RelayStoreError) -> Bool {
        try access { database in try RelayTables(database).hasUnused(before: day) }
    }

    /// Moves entries that came in before the last time that this was done to where they lie by
    /// mailbox, a portion of them. Then folds the write-ahead log into the database and empties it,
    /// so that nothing that was removed stays there, nor where each transaction began; left for
    /// another time while somebody inspects the database.
    @discardableResult
    package func fold() throws(RelayStoreError) -> Bool {
        // A log that is full takes no moving, and is folded all the more.
        let isMore = (try? settle()) ?? false
        guard !isMore || freeBytes() < 2 * StoreLimits.bytesKeptFree else { return true }
        try access { database in
            do {
                try database.checkpoint(.truncate)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {}
        }
        return isMore
    }

    /// Moves a portion of what came in before the last round of moving was over, which is one
    /// round long enough for most of it to be gone.
    private func settle() throws(RelayStoreError) -> Bool {
        guard freeBytes() >= StoreLimits.bytesKeptFree else { return false }
        let last = settling.withLock { $0 }
        return try access { database in
            var isMore = false
            let tables = RelayTables(database)
            try database.inTransaction(.immediate) {
                isMore = try tables.settle(through: last, max: StoreLimits.settledMax)
                return .commit
            }
            if !isMore {
                let next = try tables.lastArrival()
                settling.withLock { $0 = next }
            }
            return isMore
        }
    }

    /// Makes all changes in one transaction that is on disk when this returns.
    ///
    /// Throws `.full` where the disk has no room, and where it has little and the changes do not
    /// make some [OPS-5].
    package func write(_ changes: [RelayWrite]) throws(RelayStoreError) {
        guard RelayWrite.makeRoom(changes) || freeBytes() >= StoreLimits.bytesKeptFree else {
            throw .full
        }
        try access { database in
            try database.inTransaction(.immediate) {
                let tables = RelayTables(database)
                for change in changes { try tables.apply(change) }
                return .commit
            }
        }
    }

    /// A quota or a limit on the size of files makes the system refuse to write, too.
    private static func saysFull(_ error: DatabaseError) -> Bool {
        error.resultCode == .SQLITE_FULL || error.extendedResultCode == .SQLITE_IOERR_WRITE
    }

    func access<Value>(
        _ body: (Database) throws -> Value
    ) throws(RelayStoreError) -> Value {
        do {
            return try queue.writeWithoutTransaction(body)
        } catch let error as DatabaseError {
            if Self.saysFull(error) { throw .full }
            throw .failed(code: error.extendedResultCode.rawValue)
        } catch {
            // A row that does not decode: the file was damaged or written by somebody else.
            throw .failed(code: ResultCode.SQLITE_CORRUPT.rawValue)
        }
    }
}
