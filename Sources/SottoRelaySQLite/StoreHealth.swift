// Whether a relay's database is sound, looked at without changing it.

import Foundation
import GRDB

/// What is found when a database is looked through.
public enum StoreHealth {
    /// Looks through the database of a data folder, beside a relay that serves it or without one.
    ///
    /// - Returns: What is wrong with it, in SQLite's words; nothing if it is sound.
    public static func problems(folder: String) throws(RelayDataFolderError) -> [String] {
        guard FileManager.default.fileExists(atPath: folder + "/relay.db") else {
            throw .notARelay
        }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let queue = try DatabaseQueue(
                path: folder + "/relay.db", configuration: configuration)
            return try queue.read { try problems(in: $0) }
        } catch {
            let reason = (error as? DatabaseError)?.message ?? error.localizedDescription
            throw .unusable(reason: reason)
        }
    }

    static func problems(in database: Database) throws -> [String] {
        let found = try String.fetchAll(
            database, sql: "PRAGMA integrity_check(\(StoreLimits.problemsShown))")
        return found == ["ok"] ? [] : found
    }
}
