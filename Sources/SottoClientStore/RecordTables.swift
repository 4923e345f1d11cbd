// Reading and writing records in one transaction.

import Foundation
import GRDB
import SottoClientCore
import SottoCrypto
import SottoMLS
import SottoWire

/// The tables of a store within one transaction.
struct RecordTables {
    let database: Database
    let seal: ColumnSeal
    /// The generation that this transaction makes.
    let generation: Int64
}

// MARK: - Reading

extension RecordTables {
    /// What lies under a key.
    func load(_ key: RecordKey) throws -> StoredRecord? {
        let address = seal.address(of: key)
        switch address {
        case .record(let kind, let id):
            let row = try first(
                "SELECT value FROM records WHERE kind = ? AND id = ?", [Int64(kind), id.data])
            return try row.map { try record($0, at: address.place, for: key) }
        case .group(let id, let part):
            let row = try first(
                """
                SELECT value FROM group_records
                WHERE id = ? AND kind = ? AND epoch = ? AND sender = ?
                """, [id.data, Int64(part.kind), part.epochColumn, part.senderColumn])
            return try row.map { try record($0, at: address.place, for: key) }
        case .message(let number):
            return try message("SELECT number, value FROM messages WHERE number = ?", [number])
        case .messageOfContent(let content):
            return try message(
                "SELECT number, value FROM messages WHERE content = ?", [content.data])
        case .unread(let conversation, let through):
            let numbers = try Int64.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT number FROM messages
                        WHERE conversation = ? AND number <= ? AND state = 0
                        ORDER BY number LIMIT ?
                        """),
                arguments: [conversation, through, ClientLimits.readsOfStepMax])
            return .unread(UnreadRecord(numbers: numbers))
        case .putAside(let number):
            let row = try first("SELECT value FROM put_aside WHERE number = ?", [number])
            return try row.map { try record($0, at: address.place, for: key) }
        case .alarm(let ring, let place):
            let row = try first(
                "SELECT value FROM alarms WHERE ring = ? AND place = ?",
                [Int64(ring.rawValue), place])
            return try row.map { try record($0, at: address.place, for: key) }
        }
    }

    /// The message of a row that names its number.
    func message(_ row: Row) throws -> MessageRecord {
        let number: Int64 = row["number"]
        let opened = try record(
            row, at: RecordAddress.numbered("messages", number), for: .message(number))
        guard case .message(let message) = opened, message.number == number else {
            throw StoreError.doesNotOpen
        }
        return message
    }

    /// The record of a row.
    func record(_ row: Row, at place: ColumnSeal.Place, for key: RecordKey) throws -> StoredRecord {
        try StoredRecord(stored: try seal.open(try row.bytes("value"), at: place), for: key)
    }

    private func first(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
        try Row.fetchOne(try database.cachedStatement(sql: sql), arguments: arguments)
    }

    private func message(_ sql: String, _ arguments: StatementArguments) throws -> StoredRecord? {
        try first(sql, arguments).map { .message(try message($0)) }
    }
}

// MARK: - Writing

extension RecordTables {
    /// Keeps a record, or with `nil` deletes it.
    func write(
        _ record: StoredRecord?, under key: RecordKey, using entropy: inout Entropy
    ) throws {
        let address = seal.address(of: key)
        guard let record else { return try delete(address) }
        let value = seal.seal(record.stored, at: address.place, using: &entropy).data
        switch address {
        case .record(let kind, let id):
            try execute(
                "INSERT OR REPLACE INTO records VALUES (?, ?, ?)", [Int64(kind), id.data, value])
        case .group(let id, let part):
            try execute(
                "INSERT OR REPLACE INTO group_records VALUES (?, ?, ?, ?, ?)",
                [id.data, Int64(part.kind), part.epochColumn, part.senderColumn, value])
        case .message(let number):
            guard case .message(let message) = record else { throw StoreError.doesNotOpen }
            try execute(
                "INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    number, message.conversation, message.course.stateColumn,
                    message.place ?? Int64.max, message.inbox,
                    message.content.map { seal.rowKey(ofContent: $0.bytes).data }, generation,
                    value,
                ])
        case .putAside(let number):
            try execute("INSERT OR REPLACE INTO put_aside VALUES (?, ?)", [number, value])
        case .alarm(let ring, let place):
            guard case .alarm(let alarm) = record else { throw StoreError.doesNotOpen }
            try execute(
                "INSERT OR REPLACE INTO alarms VALUES (?, ?, ?, ?, ?)",
                [Int64(ring.rawValue), place, alarm.number, generation, value])
        case .messageOfContent, .unread: throw StoreError.doesNotOpen
        }
    }

    /// Deletes every MLS record of a group, or of one epoch of it.
    func deleteGroup(_ group: GroupID, epoch: UInt64? = nil) throws {
        let id = seal.rowKey(of: group).data
        if let epoch {
            try execute(
                "DELETE FROM group_records WHERE id = ? AND epoch = ?",
                [id, Int64(bitPattern: epoch)])
        } else {
            try execute("DELETE FROM group_records WHERE id = ?", [id])
        }
    }

    private func delete(_ address: RecordAddress) throws {
        switch address {
        case .record(let kind, let id):
            try execute("DELETE FROM records WHERE kind = ? AND id = ?", [Int64(kind), id.data])
        case .group(let id, let part):
            try execute(
                """
                DELETE FROM group_records
                WHERE id = ? AND kind = ? AND epoch = ? AND sender = ?
                """, [id.data, Int64(part.kind), part.epochColumn, part.senderColumn])
        case .message(let number):
            try execute("DELETE FROM messages WHERE number = ?", [number])
        case .putAside(let number):
            try execute("DELETE FROM put_aside WHERE number = ?", [number])
        case .alarm(let ring, let place):
            try execute(
                "DELETE FROM alarms WHERE ring = ? AND place = ?", [Int64(ring.rawValue), place])
        case .messageOfContent, .unread: throw StoreError.doesNotOpen
        }
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}

extension GroupRecordKey {
    /// The column `epoch`: -1 for records that belong to no epoch.
    fileprivate var epochColumn: Int64 { epochNumber.map { Int64(bitPattern: $0) } ?? -1 }
    /// The column `sender`: -1 for records that belong to no sender.
    fileprivate var senderColumn: Int64 { sender.map { Int64($0.value) } ?? -1 }
}

extension MessageCourse {
    /// The column `state`: 0 for what is to be read.
    fileprivate var stateColumn: Int64 {
        switch self {
        case .incoming(let isRead): isRead ? 1 : 0
        case .waiting: 2
        case .reached(let stage, _): 2 + Int64(stage.rawValue)
        case .failed: 6
        }
    }
}
