// The rows of a message in SQLite: what is stored for it and deleted, synced as the relay does.

import Foundation
import GRDB

struct RowParts {
    let bytes: Int
    let copies: Int
    let batch: Int

    /// The CPU time of one message's share of the transactions that store and delete it.
    func measure() throws -> Duration {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("sotto-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let queue = try DatabaseQueue(path: folder.appendingPathComponent("rows.db").path)
        return try queue.writeWithoutTransaction { database in
            try database.execute(sql: Self.layout)
            let rounds = max(12, 20_000 / batch)
            try run(database, after: 0, rounds: rounds / 4)
            let before = CPUTime.ofThisThread()
            try run(database, after: rounds / 4, rounds: rounds)
            return (CPUTime.ofThisThread() - before) / (rounds * batch)
        }
    }

    private func run(_ database: Database, after base: Int, rounds: Int) throws {
        let entry = try database.makeStatement(
            sql: "INSERT INTO entries (mailbox, sequence, sealed) VALUES (?, ?, ?)")
        let post = try database.makeStatement(sql: "INSERT INTO posts (id, answer) VALUES (?, ?)")
        let state = try database.makeStatement(
            sql: "INSERT OR REPLACE INTO states VALUES (?, ?)")
        let removal = try database.makeStatement(
            sql: "DELETE FROM entries WHERE mailbox = ? AND sequence <= ?")
        let sealed = Data(count: bytes + 400)
        var generator = SystemRandomNumberGenerator()
        for round in 1...rounds {
            try database.inTransaction(.immediate) {
                for index in 0..<batch {
                    var id = Data()
                    for _ in 0..<2 {
                        withUnsafeBytes(of: generator.next()) { id.append(contentsOf: $0) }
                    }
                    try post.execute(arguments: [id, Data(count: 100)])
                    for copy in 0..<copies {
                        let mailbox = index % Self.pairs + copy * Self.pairs
                        try entry.execute(
                            arguments: [mailbox, (round + base) * batch + index, sealed])
                    }
                }
                for index in 0..<min(batch, Self.pairs) * (1 + copies) {
                    try state.execute(arguments: [index, Data(count: 120)])
                }
                for index in 0..<min(batch, Self.pairs) * copies {
                    try removal.execute(arguments: [index, (round + base) * batch - 1])
                }
                return .commit
            }
        }
    }

    private static let pairs = 50

    private static let layout = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA secure_delete = ON;
        PRAGMA cache_size = -65536;
        CREATE TABLE entries (
          place INTEGER PRIMARY KEY, mailbox INTEGER NOT NULL, sequence INTEGER NOT NULL,
          sealed BLOB NOT NULL);
        CREATE UNIQUE INDEX entries_by_mailbox ON entries (mailbox, sequence);
        CREATE TABLE posts (id BLOB PRIMARY KEY, answer BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE states (id INTEGER PRIMARY KEY, state BLOB NOT NULL);
        """
}
