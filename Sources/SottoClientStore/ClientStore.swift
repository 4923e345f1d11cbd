// A home on disk: opened, kept consistent between processes, closed.

import GRDB
package import SottoCrypto

/// The store of one client: SQLite with a write-ahead log, every secret and content sealed.
///
/// Several processes may have one home open. Each transaction takes the lease row and moves its
/// generation on, so that a process notices what others wrote.
package struct ClientStore {
    let database: DatabaseQueue
    let seal: ColumnSeal
    /// Decoded records, good while nobody else writes.
    var cache = RecordCache()
    /// The generation of our last transaction, or that the store was opened at.
    package internal(set) var generation: Int64

    /// Makes a home and an empty store in it.
    ///
    /// - Throws: `.homeExists`; any other failure leaves nothing behind.
    package static func create(
        home: HomeFolder, using entropy: inout Entropy
    ) throws(StoreError) -> ClientStore {
        let key = try home.make(using: &entropy)
        let storeID = entropy.bytes(16)
        let dataKey = entropy.secret(32)
        let wrapped = ColumnSeal.wrap(dataKey, storeID: storeID, under: key, using: &entropy)
        do {
            let database = try connect(home)
            try database.inTransaction(.immediate) { database in
                try StoreSchema.create(in: database)
                try database.execute(
                    sql: "INSERT INTO store VALUES (1, ?, ?)",
                    arguments: [storeID.data, wrapped.data])
                try database.execute(sql: "INSERT INTO lease VALUES (1, 0, NULL, 0)")
                return .commit
            }
            return ClientStore(
                database: database, seal: ColumnSeal(storeID: storeID, dataKey: dataKey),
                generation: 0)
        } catch {
            home.remove()
            throw StoreError(error)
        }
    }

    /// Opens a home.
    ///
    /// - Throws: `.noHome`, `.newer` [REST-4], `.doesNotOpen`.
    package static func open(home: HomeFolder) throws(StoreError) -> ClientStore {
        let key = try home.key()
        if let version = try home.databaseVersion(), version > StoreSchema.version { throw .newer }
        do {
            let database = try connect(home)
            let (row, generation) = try database.read { database in
                let version = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                guard version <= StoreSchema.version else { throw StoreError.newer }
                // Cut off before there was anything in it.
                guard version != 0 else { throw StoreError.noHome }
                guard version == StoreSchema.version,
                    let row = try Row.fetchOne(database, sql: "SELECT id, data_key FROM store")
                else { throw StoreError.doesNotOpen }
                return (row, try Self.generation(in: database))
            }
            let storeID: [UInt8] = try row.bytes("id")
            let seal = try ColumnSeal(
                storeID: storeID, wrapped: try row.bytes("data_key"), under: key)
            return ClientStore(database: database, seal: seal, generation: generation)
        } catch {
            throw StoreError(error)
        }
    }

    /// Ends the use of the store: what the write-ahead log holds goes into the database, and the
    /// log is emptied [REST-3].
    package consuming func close() {
        // Another process may be writing; it then empties the log when it closes.
        try? database.writeWithoutTransaction { database in
            _ = try database.checkpoint(.truncate)
        }
        try? database.close()
    }

    private static func connect(_ home: HomeFolder) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(StoreLimits.busyWait / .seconds(1))
        configuration.label = "sotto.store"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA secure_delete = ON")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return try DatabaseQueue(path: home.databasePath, configuration: configuration)
    }

    static func generation(in database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT generation FROM lease") ?? 0
    }
}
