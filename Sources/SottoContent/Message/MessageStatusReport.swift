// Reports on what became of messages: delivered, read (draft-mahy-mimi-message-status-01).

import SottoWire

/// What became of a message at who received it. Unknown numbers are kept.
package struct MessageStatus: RawRepresentable, Hashable, Sendable {
    /// The number in the draft, 0 to 255.
    package let rawValue: UInt8

    /// The status of this number.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Marked as not read.
    package static let unread = MessageStatus(rawValue: 0)
    /// A device has it.
    package static let delivered = MessageStatus(rawValue: 1)
    /// The receiver read it.
    package static let read = MessageStatus(rawValue: 2)
    /// Its time is over.
    package static let expired = MessageStatus(rawValue: 3)
    /// It was deleted.
    package static let deleted = MessageStatus(rawValue: 4)
    /// It was hidden.
    package static let hidden = MessageStatus(rawValue: 5)
    /// It could not be received.
    package static let error = MessageStatus(rawValue: 6)
}

/// The statuses of messages of one conversation [CONT-1].
package struct MessageStatusReport: Hashable, Sendable {
    /// A message and what became of it.
    package struct Entry: Hashable, Sendable {
        /// The message.
        package let message: MessageID
        /// What became of it.
        package let status: MessageStatus

        /// An entry of its parts.
        package init(_ message: MessageID, _ status: MessageStatus) {
            self.message = message
            self.status = status
        }
    }

    /// The entries, in the sender's order.
    package let entries: [Entry]

    /// A report of these entries.
    ///
    /// - Throws: `tooLarge` for more than 1,024 [CONT-7].
    package init(_ entries: [Entry]) throws(ContentError) {
        guard entries.count <= ContentLimits.statusesMax else { throw .tooLarge }
        self.entries = entries
    }

    /// Reads a report.
    package init(decoding bytes: [UInt8]) throws(ContentError) {
        guard case .array(let items) = try CBORValue(content: bytes) else { throw .notInSchema }
        var entries: [Entry] = []
        for item in items { entries.append(try Entry(item)) }
        try self.init(entries)
    }

    /// The one encoding of the report.
    package var encoded: [UInt8] { CBORValue.array(entries.map(\.item)).encoded }
}

extension MessageStatusReport.Entry {
    fileprivate init(_ item: CBORValue) throws(ContentError) {
        guard case .array(let fields) = item, fields.count == 2,
            case .bytes(let message) = fields[0], case .unsigned(let status) = fields[1],
            let number = UInt8(exactly: status)
        else { throw .notInSchema }
        do { self.init(try MessageID(message), MessageStatus(rawValue: number)) } catch {
            throw .notInSchema
        }
    }

    fileprivate var item: CBORValue {
        .array([.bytes(message.bytes), .unsigned(UInt64(status.rawValue))])
    }
}
