// The tables, what makes them durable, and what tells one version of them from another.

import Foundation
import GRDB
import SottoRelayProtocol
import SottoWire

/// The database's layout (spec/relay.md section 8).
enum RelaySchema {
    /// What makes each version of the layout out of the one before, the first out of nothing. A
    /// step that a release has carried is never changed: the next version is another step.
    static let steps = [firstTables, secondTables]

    /// The version of the layout that this code reads and writes.
    static var version: Int { steps.count }

    /// Makes the tables in a new database and what an older one lacks, in one transaction.
    ///
    /// - Throws: `RelayDataFolderError.newer`, before anything was written.
    static func open(
        _ database: Database, fresh: Incarnation, pagesMax: Int?, steps: [String] = steps
    ) throws -> Incarnation {
        let version = steps.count
        let found = try versionFound(in: database)
        guard found <= version else {
            throw RelayDataFolderError.newer(found: found, known: version)
        }
        try configure(database, pagesMax: pagesMax)
        if found < version {
            try database.inTransaction(.immediate) {
                for step in steps[found...] { try database.execute(sql: step) }
                try note(version, found == 0 ? fresh : nil, in: database)
                return .commit
            }
        }
        let bytes = try Data.fetchOne(database, sql: "SELECT incarnation FROM store")
        guard let bytes, let incarnation = try? Incarnation(bytes) else {
            throw RelayDataFolderError.unusable(reason: "the store has no incarnation")
        }
        return incarnation
    }

    /// The first version whose relays have a key for user names.
    static let firstWithNames = 2

    /// The version of the layout that a database has; 0 when it has none.
    static func versionFound(in database: Database) throws -> Int {
        guard try database.tableExists("store") else { return 0 }
        return try Int.fetchOne(database, sql: "SELECT version FROM store") ?? 0
    }

    private static func note(
        _ version: Int, _ fresh: Incarnation?, in database: Database
    ) throws {
        guard let fresh else {
            return try database.execute(
                sql: "UPDATE store SET version = ?", arguments: [version])
        }
        try database.execute(
            sql: "INSERT INTO store VALUES (1, ?, ?, 0)",
            arguments: [version, Data(fresh.bytes)])
    }

    /// Begins another life of the store: what it signs from now on is not what it signed before.
    /// Links are of the life in which they were made, and end with it [LINK-4].
    static func begin(_ incarnation: Incarnation, in database: Database) throws {
        try database.execute(
            sql: "UPDATE store SET incarnation = ?", arguments: [Data(incarnation.bytes)])
        try database.execute(sql: "DELETE FROM links; DELETE FROM commits;")
    }

    private static func configure(_ database: Database, pagesMax: Int?) throws {
        try database.execute(
            sql: """
                PRAGMA page_size = \(StoreLimits.pageBytes);
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA secure_delete = ON;
                PRAGMA temp_store = MEMORY;
                PRAGMA wal_autocheckpoint = \(StoreLimits.logPagesMax);
                PRAGMA cache_size = -\(StoreLimits.cacheKiB);
                """)
        if let pagesMax {
            try database.execute(sql: "PRAGMA max_page_count = \(pagesMax)")
        }
    }

    // Entries lie by day, so that what is oldest is found at the front, and within a day by mailbox
    // [SEAL-3]: in the order they came, neighbours would be the copies of one post. A second index
    // finds them by mailbox and number.
    private static let firstTables = """
        CREATE TABLE store (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          version INTEGER NOT NULL,
          incarnation BLOB NOT NULL,
          probes INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE mailboxes (
          id BLOB PRIMARY KEY,
          mailbox_key BLOB NOT NULL,
          sealing_key BLOB NOT NULL,
          token_generation INTEGER NOT NULL,
          acked INTEGER NOT NULL,
          newest INTEGER NOT NULL,
          entries INTEGER NOT NULL,
          bytes INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE entries (
          place INTEGER PRIMARY KEY,
          mailbox BLOB NOT NULL,
          sequence INTEGER NOT NULL,
          day INTEGER NOT NULL,
          sealed BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX entries_by_mailbox ON entries (mailbox, sequence);
        CREATE TABLE lanes (
          id BLOB PRIMARY KEY,
          epoch INTEGER NOT NULL,
          token_hash BLOB NOT NULL,
          number INTEGER NOT NULL,
          head BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE lane_epochs (
          lane BLOB NOT NULL,
          epoch INTEGER NOT NULL,
          token_hash BLOB NOT NULL,
          PRIMARY KEY (lane, epoch)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE posts (
          arrival INTEGER PRIMARY KEY,
          id BLOB NOT NULL UNIQUE,
          body_hash BLOB NOT NULL,
          answer BLOB NOT NULL,
          time INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE records (
          locator BLOB PRIMARY KEY,
          write_key BLOB NOT NULL,
          version INTEGER NOT NULL,
          sealed BLOB NOT NULL
        ) STRICT;
        CREATE TABLE stocks (
          locator BLOB PRIMARY KEY,
          write_key BLOB NOT NULL,
          version INTEGER NOT NULL,
          body_hash BLOB NOT NULL,
          oldest INTEGER NOT NULL,
          next INTEGER NOT NULL,
          last_resort BLOB,
          window_start INTEGER NOT NULL,
          taken INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE packages (
          locator BLOB NOT NULL,
          number INTEGER NOT NULL,
          sealed BLOB NOT NULL,
          PRIMARY KEY (locator, number)
        ) STRICT;
        """

    // Entries come into `arrivals`, one behind the other, and those that are still there after a
    // minute or two move to their place in `entries`. A table that grows at its end is a fraction
    // of the work of one with rows everywhere, and most entries are fetched at once.
    // Of the answer to a post its proof is left out: between the head, of 88 bytes, and the
    // statuses lie its time and place, 16 bytes, a path of up to ten hashes with its length, and
    // the signature.
    // What is pinned lies in the order of its hashes, which tells nothing of what came together.
    private static let secondTables = """
        ALTER TABLE mailboxes ADD COLUMN denied INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE mailboxes ADD COLUMN is_open INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE mailboxes ADD COLUMN open_since INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE mailboxes ADD COLUMN open_count INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE mailboxes ADD COLUMN stray_since INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE mailboxes ADD COLUMN stray_count INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE denied (
          mailbox BLOB PRIMARY KEY,
          labels BLOB NOT NULL
        ) STRICT;
        ALTER TABLE mailboxes ADD COLUMN gaps INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE gaps (
          mailbox BLOB PRIMARY KEY,
          marks BLOB NOT NULL
        ) STRICT;
        CREATE TABLE pins (
          token BLOB PRIMARY KEY,
          lane BLOB NOT NULL,
          day INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX pins_by_day ON pins (day);
        ALTER TABLE lanes ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
        UPDATE lanes SET day = unixepoch() / 86400;
        CREATE INDEX lanes_by_day ON lanes (day);
        ALTER TABLE lanes ADD COLUMN began INTEGER NOT NULL DEFAULT 0;
        UPDATE lanes SET began = epoch;
        ALTER TABLE lanes ADD COLUMN alternatives_since INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE lanes ADD COLUMN alternatives_count INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE epochs (
          lane BLOB NOT NULL,
          began INTEGER NOT NULL,
          depth INTEGER NOT NULL,
          token_hash BLOB NOT NULL,
          ended INTEGER NOT NULL,
          time INTEGER NOT NULL,
          PRIMARY KEY (lane, began)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO epochs SELECT lane, epoch, epoch, token_hash, epoch + 1, 0 FROM lane_epochs;
        DROP TABLE lane_epochs;
        CREATE TABLE links (
          lane BLOB NOT NULL,
          number INTEGER NOT NULL,
          kind INTEGER NOT NULL,
          next_token BLOB,
          previous BLOB NOT NULL,
          envelope_hash BLOB NOT NULL,
          day INTEGER NOT NULL,
          PRIMARY KEY (lane, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE commits (
          lane BLOB NOT NULL,
          number INTEGER NOT NULL,
          sealed BLOB NOT NULL,
          PRIMARY KEY (lane, number)
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE records ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE stocks ADD COLUMN day INTEGER NOT NULL DEFAULT 0;
        UPDATE records SET day = unixepoch() / 86400;
        UPDATE stocks SET day = unixepoch() / 86400;
        CREATE INDEX records_by_day ON records (day);
        CREATE INDEX stocks_by_day ON stocks (day);
        CREATE TABLE uploads (
          id BLOB PRIMARY KEY,
          bytes INTEGER NOT NULL,
          blob BLOB,
          expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX uploads_by_day ON uploads (expires);
        CREATE TABLE blobs (
          id BLOB PRIMARY KEY,
          bytes INTEGER NOT NULL,
          expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX blobs_by_day ON blobs (expires);
        CREATE TABLE blob_usage (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          bytes INTEGER NOT NULL
        ) STRICT;
        INSERT INTO blob_usage VALUES (1, 0);
        CREATE TRIGGER upload_begins AFTER INSERT ON uploads WHEN new.blob IS NULL
          BEGIN UPDATE blob_usage SET bytes = bytes + new.bytes; END;
        CREATE TRIGGER upload_ends AFTER DELETE ON uploads WHEN old.blob IS NULL
          BEGIN UPDATE blob_usage SET bytes = bytes - old.bytes; END;
        CREATE TRIGGER blob_begins AFTER INSERT ON blobs
          BEGIN UPDATE blob_usage SET bytes = bytes + new.bytes; END;
        CREATE TRIGGER blob_ends AFTER DELETE ON blobs
          BEGIN UPDATE blob_usage SET bytes = bytes - old.bytes; END;
        CREATE TABLE arrivals (
          place INTEGER PRIMARY KEY,
          mailbox BLOB NOT NULL,
          sequence INTEGER NOT NULL,
          day INTEGER NOT NULL,
          sealed BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX arrivals_by_mailbox ON arrivals (mailbox, sequence);
        UPDATE posts SET answer = CAST(substr(answer, 1, 88) || substr(answer, 169 +
          CASE hex(substr(answer, 105, 2))
            WHEN '4040' THEN 66 WHEN '4060' THEN 98 WHEN '4080' THEN 130 WHEN '40A0' THEN 162
            WHEN '40C0' THEN 194 WHEN '40E0' THEN 226 WHEN '4100' THEN 258 WHEN '4120' THEN 290
            WHEN '4140' THEN 322 ELSE CASE hex(substr(answer, 105, 1)) WHEN '20' THEN 33 ELSE 1 END
          END) AS BLOB);
        CREATE TABLE invitations (
          hash BLOB PRIMARY KEY,
          uses INTEGER NOT NULL,
          expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
