// Stored state as values: one case a kind of record, and the bytes that each is kept as.

package import SottoCrypto
import SottoWire

/// One stored record. Each kind has a codec of its own, with a version byte.
package enum StoredRecord: Sendable {
    case account(OwnAccount)
    case publication(PublicationRecord)
    case counters(CountersRecord)
    case worklist(WorklistRecord)
    case roster(RosterRecord)
    case keyPackage(KeyPackageRecord)
    case conversation(ConversationRecord)
    case contactName(ContactNameRecord)
    case lane(LaneRecord)
    case laneHead(LaneHeadRecord)
    case flight(FlightRecord)
    case echo(EchoRecord)
    case group(Secret)
    case message(MessageRecord)
    case unread(UnreadRecord)
    case consumer(ConsumerRecord)
    case putAside(PutAsideRecord)
    case alarm(AlarmRecord)
}

extension StoredRecord {
    /// The bytes that the record is kept as; sealed before they reach a disk.
    package var stored: Secret {
        switch self {
        case .account(let record): record.stored
        case .publication(let record): record.stored
        case .counters(let record): record.stored
        case .worklist(let record): record.stored
        case .roster(let record): record.stored
        case .keyPackage(let record): record.stored
        case .conversation(let record): record.stored
        case .contactName(let record): record.stored
        case .lane(let record): record.stored
        case .laneHead(let record): record.stored
        case .flight(let record): record.stored
        case .echo(let record): record.stored
        case .group(let secret): secret
        case .message(let record): record.stored
        case .unread(let record): record.stored
        case .consumer(let record): record.stored
        case .putAside(let record): record.stored
        case .alarm(let record): record.stored
        }
    }

    /// Reads the record that lies under `key`.
    ///
    /// - Throws: `.damaged` when the bytes are no such record, `.newer` when a later version
    ///   wrote them.
    package init(stored bytes: Secret, for key: RecordKey) throws(StoredRecordError) {
        switch key {
        case .account: self = .account(try OwnAccount(stored: bytes))
        case .publication: self = .publication(try PublicationRecord(stored: bytes))
        case .counters: self = .counters(try CountersRecord(stored: bytes))
        case .worklist: self = .worklist(try WorklistRecord(stored: bytes))
        case .roster: self = .roster(try RosterRecord(stored: bytes))
        case .keyPackage: self = .keyPackage(try KeyPackageRecord(stored: bytes))
        case .conversation: self = .conversation(try ConversationRecord(stored: bytes))
        case .contactName: self = .contactName(try ContactNameRecord(stored: bytes))
        case .lane: self = .lane(try LaneRecord(stored: bytes))
        case .laneHead: self = .laneHead(try LaneHeadRecord(stored: bytes))
        case .flight: self = .flight(try FlightRecord(stored: bytes))
        case .echo: self = .echo(try EchoRecord(stored: bytes))
        case .group: self = .group(bytes)
        case .message, .messageOfContent: self = .message(try MessageRecord(stored: bytes))
        case .unread: self = .unread(try UnreadRecord(stored: bytes))
        case .consumer: self = .consumer(try ConsumerRecord(stored: bytes))
        case .putAside: self = .putAside(try PutAsideRecord(stored: bytes))
        case .alarm: self = .alarm(try AlarmRecord(stored: bytes))
        }
    }
}

/// Why stored bytes are no record.
package enum StoredRecordError: Error, Equatable, Sendable {
    /// The bytes do not decode: the store was changed by something else than us.
    case damaged
    /// A later version of Sotto wrote this record.
    case newer
}

/// A value that is kept in the store.
protocol Storable: Sendable {
    /// The version that is written.
    static var version: UInt8 { get }
    /// Writes what follows the version byte.
    func write(to writer: inout WireWriter)
    /// Reads what follows the version byte.
    init(version: UInt8, from reader: inout WireReader) throws(WireError)
}

extension Storable {
    static var version: UInt8 { 1 }

    /// Version byte and fields, in memory that is wiped.
    var stored: Secret {
        Secret.encoding { writer in
            writer.uint8(Self.version)
            write(to: &writer)
        }
    }

    /// Reads all of `bytes`.
    init(stored bytes: Secret) throws(StoredRecordError) {
        var isNewer = false
        do throws(WireError) {
            self = try bytes.decode { (reader) throws(WireError) -> Self in
                let version = try reader.uint8()
                guard 1...Self.version ~= version else {
                    isNewer = version > Self.version
                    throw .unknownValue(UInt64(version))
                }
                return try Self(version: version, from: &reader)
            }
        } catch {
            throw isNewer ? .newer : .damaged
        }
    }
}

extension WireWriter {
    /// A text as `opaque<V>` of UTF-8.
    mutating func text(_ text: String) { opaque(text.utf8) }

    /// A byte 0, or a byte 1 and what `body` writes.
    mutating func ifPresent<Value>(
        _ value: Value?, _ body: (inout WireWriter, Value) -> Void
    ) {
        uint8(value == nil ? 0 : 1)
        if let value { body(&self, value) }
    }

    /// A byte 0 or 1.
    mutating func flag(_ value: Bool) { uint8(value ? 1 : 0) }

    /// A row number or other number of ours, never negative.
    mutating func number(_ value: Int64) { uint64(UInt64(bitPattern: value)) }

    /// How many there are, then each.
    mutating func list<Value>(
        _ values: some Collection<Value>, _ body: (inout WireWriter, Value) -> Void
    ) {
        uint32(UInt32(truncatingIfNeeded: values.count))
        for value in values { body(&self, value) }
    }
}

extension WireReader {
    /// A text from `opaque<V>`. Throws `.malformed` where it is not UTF-8.
    mutating func text() throws(WireError) -> String {
        guard let text = String(validating: try opaqueSlice(), as: UTF8.self) else {
            throw .malformed
        }
        return text
    }

    /// What ``WireWriter/ifPresent(_:_:)`` wrote.
    mutating func ifPresent<Value>(
        _ body: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> Value? {
        try flag() ? try body(&self) : nil
    }

    /// What ``WireWriter/flag(_:)`` wrote.
    mutating func flag() throws(WireError) -> Bool {
        switch try uint8() {
        case 0: false
        case 1: true
        case let other: throw .unknownValue(UInt64(other))
        }
    }

    /// What ``WireWriter/number(_:)`` wrote.
    mutating func number() throws(WireError) -> Int64 { Int64(bitPattern: try uint64()) }

    /// What ``WireWriter/list(_:_:)`` wrote.
    mutating func list<Value>(
        _ body: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> [Value] {
        let count = try uint32()
        var values: [Value] = []
        for _ in 0..<count {
            guard remaining > 0 else { throw .truncated(needed: 1, available: 0) }
            values.append(try body(&self))
        }
        return values
    }
}
