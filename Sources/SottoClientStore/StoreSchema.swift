// The tables of a home, and the version that they belong to.

import GRDB

/// The layout of `sotto.db`. What is not sealed is listed in spec/conversation.md [REST-2].
enum StoreSchema {
    /// The version of this layout; also in the file's header.
    static let version: Int32 = 1

    /// Makes the tables of a new store.
    static func create(in database: Database) throws {
        for statement in statements { try database.execute(sql: statement) }
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    private static let statements = [
        """
        CREATE TABLE store (
            one INTEGER PRIMARY KEY CHECK (one = 1), id BLOB NOT NULL, data_key BLOB NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE lease (
            one INTEGER PRIMARY KEY CHECK (one = 1), generation INTEGER NOT NULL,
            receiver BLOB, receiver_until INTEGER NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE records (
            kind INTEGER NOT NULL, id BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, id)
        ) STRICT
        """,
        """
        CREATE TABLE group_records (
            id BLOB NOT NULL, kind INTEGER NOT NULL, epoch INTEGER NOT NULL,
            sender INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (id, kind, epoch, sender)
        ) STRICT
        """,
        """
        CREATE TABLE messages (
            number INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, state INTEGER NOT NULL,
            place INTEGER NOT NULL, inbox INTEGER, content BLOB, changed INTEGER NOT NULL,
            value BLOB NOT NULL
        ) STRICT
        """,
        "CREATE INDEX messages_order ON messages (conversation, place, number)",
        "CREATE INDEX messages_changed ON messages (changed)",
        "CREATE INDEX messages_unread ON messages (conversation, number) WHERE state = 0",
        "CREATE UNIQUE INDEX messages_inbox ON messages (inbox) WHERE inbox IS NOT NULL",
        "CREATE UNIQUE INDEX messages_content ON messages (content) WHERE content IS NOT NULL",
        "CREATE TABLE put_aside (number INTEGER PRIMARY KEY, value BLOB NOT NULL) STRICT",
        """
        CREATE TABLE alarms (
            ring INTEGER NOT NULL, place INTEGER NOT NULL, number INTEGER NOT NULL,
            changed INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (ring, place)
        ) STRICT
        """,
        "CREATE UNIQUE INDEX alarms_order ON alarms (number)",
    ]
}
