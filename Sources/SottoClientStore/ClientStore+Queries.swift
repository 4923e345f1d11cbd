// What people ask for: read-only, past the engine.

import GRDB
package import SottoClientCore

/// A conversation as a list shows it.
package struct ConversationSummary: Sendable {
    /// The conversation.
    package let conversation: ConversationRecord
    /// How many incoming messages are not read.
    package let unread: Int
    /// The newest message.
    package let last: MessageRecord?
}

/// What has changed since a generation.
package struct StoreChanges: Sendable {
    /// The generation that this reaches.
    package let generation: Int64
    /// The messages that were written, in the order in which they were.
    package let messages: [MessageRecord]
    /// The alarms that were raised.
    package let alarms: [AlarmRecord]
    /// Whether these are all; else the rest must be looked up.
    package let isComplete: Bool
}

extension ClientStore {
    /// What lies under a key.
    package func record(_ key: RecordKey) throws(StoreError) -> StoredRecord? {
        try read { tables in try tables.load(key) }
    }

    /// Every conversation, in the order in which they began.
    package func conversations() throws(StoreError) -> [ConversationSummary] {
        try read { tables in
            try tables.conversations().map { conversation in
                let unread = try Int.fetchOne(
                    tables.database,
                    sql: "SELECT count(*) FROM messages WHERE conversation = ? AND state = 0",
                    arguments: [conversation.row])
                let last = try tables.messages(
                    "conversation = ? ORDER BY place DESC, number DESC LIMIT 1",
                    [conversation.row])
                return ConversationSummary(
                    conversation: conversation, unread: unread ?? 0, last: last.first)
            }
        }
    }

    /// Everybody that there is a conversation with, in the order in which they began.
    package func peers() throws(StoreError) -> [ConversationRecord] {
        try read { tables in try tables.conversations() }
    }

    /// The newest messages of a conversation before one of them, the oldest first [ONCE-1].
    package func log(
        of conversation: Int64, limit: Int, before: Int64?
    ) throws(StoreError) -> [MessageRecord] {
        let limit = min(limit, StoreLimits.rowsOfQueryMax)
        return try read { tables in
            guard let before else {
                return try tables.messages(
                    "conversation = ? ORDER BY place DESC, number DESC LIMIT ?",
                    [conversation, limit]
                ).reversed()
            }
            return try tables.messages(
                """
                conversation = ?1 AND (place, number) <
                    (SELECT place, number FROM messages WHERE number = ?2)
                ORDER BY place DESC, number DESC LIMIT ?3
                """, [conversation, before, limit]
            ).reversed()
        }
    }

    /// The incoming messages of a conversation that are not read, the oldest first.
    package func unread(of conversation: Int64) throws(StoreError) -> [MessageRecord] {
        try read { tables in
            try tables.messages(
                "conversation = ? AND state = 0 ORDER BY place, number LIMIT ?",
                [conversation, StoreLimits.rowsOfQueryMax])
        }
    }

    /// The number of the newest message of this home; 0 if there is none.
    package func newestMessage() throws(StoreError) -> Int64 {
        try read { tables in
            try Int64.fetchOne(tables.database, sql: "SELECT max(number) FROM messages") ?? 0
        }
    }

    /// How many messages of ours wait to be sent.
    package func waiting() throws(StoreError) -> Int {
        try read { tables in
            try Int.fetchOne(
                tables.database, sql: "SELECT count(*) FROM messages WHERE state = 2") ?? 0
        }
    }

    /// What a consumer has not acknowledged, in the order in which it came [ONCE-6].
    package func inbox(of consumer: String, limit: Int) throws(StoreError) -> [MessageRecord] {
        try read { tables in
            var acknowledged: Int64 = 0
            if case .consumer(let record)? = try tables.load(.consumer(consumer)) {
                acknowledged = record.acknowledged
            }
            return try tables.messages(
                "inbox > ? ORDER BY inbox LIMIT ?",
                [acknowledged, min(limit, StoreLimits.rowsOfQueryMax)])
        }
    }

    /// The generation of the newest transaction, whoever made it.
    package func newestGeneration() throws(StoreError) -> Int64 {
        try read { tables in try Self.generation(in: tables.database) }
    }

    /// The newest alarms, the newest first.
    package func alarms(limit: Int) throws(StoreError) -> [AlarmRecord] {
        try read { tables in
            try tables.alarms(
                "1 ORDER BY number DESC LIMIT ?", [min(limit, StoreLimits.rowsOfQueryMax)])
        }
    }

    /// The alarms that the user was not shown yet, the oldest first [ALARM-2].
    package func unseenAlarms() throws(StoreError) -> [AlarmRecord] {
        try read { tables in
            guard case .counters(let counters)? = try tables.load(.counters),
                counters.alarmsSeen + 1 < counters.alarm
            else { return [] }
            return try tables.alarms(
                "number > ? ORDER BY number LIMIT ?",
                [counters.alarmsSeen, StoreLimits.rowsOfQueryMax])
        }
    }

    /// What was written after a generation, by whomever.
    package func changes(since generation: Int64) throws(StoreError) -> StoreChanges {
        try read { tables in
            let messages = try tables.messages(
                "changed > ? ORDER BY changed, number LIMIT ?",
                [generation, StoreLimits.rowsOfQueryMax])
            let alarms = try tables.alarms(
                "changed > ? ORDER BY number LIMIT ?", [generation, StoreLimits.rowsOfQueryMax])
            return StoreChanges(
                generation: try Self.generation(in: tables.database), messages: messages,
                alarms: alarms,
                isComplete: max(messages.count, alarms.count) < StoreLimits.rowsOfQueryMax)
        }
    }

    private func read<Value>(_ body: (RecordTables) throws -> Value) throws(StoreError) -> Value {
        do {
            return try database.read { database in
                try body(RecordTables(database: database, seal: seal, generation: 0))
            }
        } catch {
            throw StoreError(error)
        }
    }
}

extension RecordTables {
    /// The conversations of the roster.
    fileprivate func conversations() throws -> [ConversationRecord] {
        guard case .roster(let roster)? = try load(.roster) else { return [] }
        return try roster.peers.compactMap { peer in
            guard case .conversation(let conversation)? = try load(.conversation(peer)) else {
                return nil
            }
            return conversation
        }
    }

    /// Alarms by a condition of ours and what it compares with.
    fileprivate func alarms(
        _ condition: String, _ arguments: StatementArguments
    ) throws -> [AlarmRecord] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT ring, place, number, value FROM alarms WHERE \(condition)"),
            arguments: arguments
        ).map { row in
            let number: Int64 = row["number"]
            let place: Int64 = row["place"]
            guard let ring = AlarmRing(rawValue: row["ring"]),
                case .alarm(let alarm) = try record(
                    row, at: RecordAddress.alarm(ring, place), for: .alarm(ring, place)),
                alarm.number == number
            else { throw StoreError.doesNotOpen }
            return alarm
        }
    }

    /// Messages by a condition of ours and what it compares with.
    fileprivate func messages(
        _ condition: String, _ arguments: StatementArguments
    ) throws -> [MessageRecord] {
        try Row.fetchAll(
            database.cachedStatement(sql: "SELECT number, value FROM messages WHERE \(condition)"),
            arguments: arguments
        ).map { try message($0) }
    }
}
