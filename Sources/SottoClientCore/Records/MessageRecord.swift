// One message of a conversation, ours or the peer's.

package import SottoContent
package import SottoIdentity
package import SottoRelayProtocol
import SottoWire

/// A message as this home keeps it.
package struct MessageRecord: Hashable, Sendable, Storable {
    /// Its number in this home, which it keeps.
    package let number: Int64
    /// The conversation's number in this home.
    package let conversation: Int64
    /// The other account.
    package let peer: AccountID
    /// When it was written or arrived, by this device's clock.
    package let time: Timestamp
    /// What it says.
    package let body: MessageBody
    /// Which way it goes and how far it has come.
    package var course: MessageCourse
    /// How many mailboxes of the peer it was posted to.
    package var mailboxes = 0
    /// Its MIMI id; none while it waits to be encrypted.
    package var content: MessageID?
    /// Its place in the order of the lane [ONCE-1]; none until it came through our mailbox.
    package var place: Int64?
    /// Its number in the inbox [ONCE-6]; none for our own.
    package var inbox: Int64?
}

/// What a message says.
package enum MessageBody: Hashable, Sendable {
    /// A text in Markdown.
    case text(String)
    /// Content that decodes and that this version does not understand, as it came [CONT-6].
    case unsupported([UInt8])
}

/// Which way a message goes and how far it has come.
package enum MessageCourse: Hashable, Sendable {
    /// It came in.
    case incoming(isRead: Bool)
    /// It waits for the relay.
    case waiting
    /// The relay accepted it; so many mailboxes of the peer did not.
    case reached(MessageStage, missed: Int)
    /// It will not be sent.
    case failed(SendFault)
}

/// How far a message of ours has come. States only advance [RCPT-2].
package enum MessageStage: UInt8, Hashable, Sendable, Comparable {
    /// The relay accepted it durably.
    case sent = 1
    /// A device of the peer has stored it.
    case delivered = 2
    /// The peer has read it.
    case read = 3

    /// Whether the right one is further.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Why a message of ours will not be sent.
package enum SendFault: UInt8, Hashable, Sendable {
    /// The relay refuses it for good.
    case refusedByRelay = 1
    /// It does not fit into an envelope.
    case tooLarge = 2
    /// No mailbox of the peer takes what is said in the conversation any more.
    case refusedByMailbox = 3
}

extension MessageRecord {
    func write(to writer: inout WireWriter) {
        writer.number(number)
        writer.number(conversation)
        writer.value(peer)
        writer.value(time)
        switch body {
        case .text(let text):
            writer.uint8(1)
            writer.text(text)
        case .unsupported(let bytes):
            writer.uint8(2)
            writer.opaque(bytes)
        }
        write(course, to: &writer)
        writer.uint32(UInt32(truncatingIfNeeded: mailboxes))
        writer.optional(content)
        writer.ifPresent(place) { $0.number($1) }
        writer.ifPresent(inbox) { $0.number($1) }
    }

    private func write(_ course: MessageCourse, to writer: inout WireWriter) {
        switch course {
        case .incoming(let isRead):
            writer.uint8(1)
            writer.flag(isRead)
        case .waiting: writer.uint8(2)
        case .reached(let stage, let missed):
            writer.uint8(3)
            writer.uint8(stage.rawValue)
            writer.uint32(UInt32(truncatingIfNeeded: missed))
        case .failed(let fault):
            writer.uint8(4)
            writer.uint8(fault.rawValue)
        }
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        number = try reader.number()
        conversation = try reader.number()
        peer = try reader.value()
        time = try reader.value()
        switch try reader.uint8() {
        case 1: body = .text(try reader.text())
        case 2: body = .unsupported(try reader.opaque())
        case let other: throw .unknownValue(UInt64(other))
        }
        course = try Self.course(from: &reader)
        mailboxes = Int(try reader.uint32())
        content = try reader.optional()
        place = try reader.ifPresent { (reader) throws(WireError) in try reader.number() }
        inbox = try reader.ifPresent { (reader) throws(WireError) in try reader.number() }
    }

    private static func course(
        from reader: inout WireReader
    ) throws(WireError) -> MessageCourse {
        switch try reader.uint8() {
        case 1: return .incoming(isRead: try reader.flag())
        case 2: return .waiting
        case 3:
            let stage = MessageStage(rawValue: try reader.uint8())
            guard let stage else { throw .malformed }
            return .reached(stage, missed: Int(try reader.uint32()))
        case 4:
            let fault = SendFault(rawValue: try reader.uint8())
            guard let fault else { throw .malformed }
            return .failed(fault)
        case let other: throw .unknownValue(UInt64(other))
        }
    }
}
