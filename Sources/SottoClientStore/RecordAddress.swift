// Which table and row a record lies in.

import SottoClientCore
import SottoMLS
import SottoRelayProtocol
import SottoWire

/// The place of a record in the database.
enum RecordAddress {
    /// A row of `records`.
    case record(kind: UInt8, id: [UInt8])
    /// A row of `group_records`.
    case group(id: [UInt8], GroupRecordKey)
    /// A row of `messages`.
    case message(Int64)
    /// A row of `messages`, by the keyed hash of its MIMI id.
    case messageOfContent([UInt8])
    /// Rows of `messages`.
    case unread(conversation: Int64, through: Int64)
    /// A row of `put_aside`.
    case putAside(Int64)
    /// A row of `alarms`.
    case alarm(AlarmRing, Int64)
}

extension ColumnSeal {
    /// Where a record lies. No id of ours or anybody's shows in it.
    func address(of key: RecordKey) -> RecordAddress {
        switch key {
        case .account: record(.account)
        case .publication: record(.publication)
        case .counters: record(.counters)
        case .worklist: record(.worklist)
        case .roster: record(.roster)
        case .keyPackage(let reference): record(.keyPackage, reference.bytes)
        case .conversation(let peer): record(.conversation, peer.bytes)
        case .contactName(let name): record(.contactName, Array(name.utf8))
        case .lane(let lane): record(.lane, lane.bytes)
        case .laneHead(let lane, let number): record(.laneHead, lane.bytes + number.wireBytes)
        case .flight(let group): record(.flight, group.bytes)
        case .echo(let envelope): record(.echo, envelope.bytes)
        case .consumer(let name): record(.consumer, Array(name.utf8))
        case .group(let group, let key): .group(id: rowKey(of: group), key)
        case .message(let number): .message(number)
        case .messageOfContent(let id): .messageOfContent(rowKey(ofContent: id.bytes))
        case .unread(let conversation, let through):
            .unread(conversation: conversation, through: through)
        case .putAside(let number): .putAside(number)
        case .alarm(let ring, let place): .alarm(ring, place)
        }
    }

    /// What the records of a group are found by.
    func rowKey(of group: GroupID) -> [UInt8] { rowKey(RecordKind.group.rawValue, group.bytes) }

    /// What a message is found by.
    func rowKey(ofContent id: [UInt8]) -> [UInt8] { rowKey(RecordKind.content.rawValue, id) }

    private func record(_ kind: RecordKind, _ id: [UInt8] = []) -> RecordAddress {
        .record(kind: kind.rawValue, id: rowKey(kind.rawValue, id))
    }
}

/// The column `kind`; numbers stay for good.
private enum RecordKind: UInt8 {
    case account = 1
    case publication = 2
    case counters = 3
    case worklist = 4
    case roster = 5
    case keyPackage = 6
    case conversation = 7
    case contactName = 8
    case lane = 9
    case laneHead = 10
    case flight = 11
    case echo = 12
    case consumer = 13
    case group = 14
    case content = 15
}

extension RecordAddress {
    /// What binds a sealed value to its row.
    var place: ColumnSeal.Place {
        switch self {
        case .record(let kind, let id): .init(table: "records", row: [kind] + id, column: "value")
        case .group(let id, let key):
            .init(table: "group_records", row: id + Self.row(of: key), column: "value")
        case .message(let number): Self.numbered("messages", number)
        case .putAside(let number): Self.numbered("put_aside", number)
        case .alarm(let ring, let place): Self.alarm(ring, place)
        // Found by something else than its row key: the row names its number.
        case .messageOfContent, .unread: Self.numbered("messages", 0)
        }
    }

    /// The place of a row that is found by its number.
    static func numbered(_ table: String, _ number: Int64) -> ColumnSeal.Place {
        .init(table: table, row: UInt64(bitPattern: number).wireBytes, column: "value")
    }

    /// The place of an alarm.
    static func alarm(_ ring: AlarmRing, _ place: Int64) -> ColumnSeal.Place {
        let row = [ring.rawValue] + UInt64(bitPattern: place).wireBytes
        return .init(table: "alarms", row: row, column: "value")
    }

    private static func row(of key: GroupRecordKey) -> [UInt8] {
        var writer = WireWriter()
        writer.uint8(key.kind)
        writer.uint64(key.epochNumber ?? .max)
        writer.uint32(key.sender?.value ?? .max)
        return writer.bytes
    }
}
