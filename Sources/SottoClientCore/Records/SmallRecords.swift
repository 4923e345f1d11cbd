// The records that hold little: counters, lists of conversations, key packages, consumers.

package import SottoCrypto
package import SottoIdentity
package import SottoRelayProtocol
import SottoWire

/// The mailbox cursor and the next numbers of everything that is numbered, from 1.
package struct CountersRecord: Hashable, Sendable, Storable {
    /// The newest mailbox entry that was taken in [ONCE-2].
    package var mailbox: UInt64 = 0
    /// The next message.
    package var message: Int64 = 1
    /// The next place in the order of conversations.
    package var place: Int64 = 1
    /// The next entry of the inbox.
    package var inbox: Int64 = 1
    /// The next conversation.
    package var conversation: Int64 = 1
    /// The next entry that is put aside.
    package var putAside: Int64 = 1
    /// The next alarm.
    package var alarm: Int64 = 1
    /// The newest alarm that the user was shown.
    package var alarmsSeen: Int64 = 0
    /// The next place in each ring of alarms, in the order of ``AlarmRing``.
    private var places = AlarmRing.allCases.map { _ in Int64(1) }

    /// The next place in a ring of alarms.
    package internal(set) subscript(ring: AlarmRing) -> Int64 {
        get { places[Int(ring.rawValue) - 1] }
        set { places[Int(ring.rawValue) - 1] = newValue }
    }

    /// Nothing is numbered yet.
    package init() {}
}

/// The conversations that have something to do.
package struct WorklistRecord: Hashable, Sendable, Storable {
    /// One a conversation, in the order in which they got work.
    package var entries: [WorkItem] = []
}

/// A conversation that has something to do.
package struct WorkItem: Hashable, Sendable {
    /// The peer.
    package let peer: AccountID
    /// Whether something waits to be sent; else only time must pass.
    package var isWaiting: Bool
    /// Why it did not go on, and since when.
    package var obstacle: Obstacle?
}

/// Why a conversation does not go on.
package struct Obstacle: Hashable, Sendable {
    /// The reason.
    package let reason: ObstacleReason
    /// When it was met.
    package let at: Timestamp
    /// Until when nothing is tried, in whichever process.
    package var until: Timestamp?
}

/// Why a conversation does not go on.
package enum ObstacleReason: UInt8, Hashable, Sendable {
    /// There is no record under the peer's card.
    case noRecord = 1
    /// The peer's record has expired: it serves no first contact [CARD-2].
    case recordExpired = 2
    /// What lies under the peer's card is no valid record.
    case recordInvalid = 3
    /// The peer's device log is not the one we know.
    case accountForked = 4
    /// The peer has no usable key package.
    case noKeyPackage = 5
    /// The peer's mailbox takes nothing.
    case mailboxFull = 6
    /// The relay refuses for good.
    case refusedByRelay = 7
    /// There is neither a group nor a link to found one with.
    case noLink = 8
    /// The relay asks to wait.
    case rateLimited = 9
    /// The relay answers what no relay may answer.
    case relayMisbehaves = 10
    /// The relay cannot store anything now, or is going down.
    case relayUnavailable = 11
}

/// Every conversation, in the order in which they began.
package struct RosterRecord: Hashable, Sendable, Storable {
    /// The peers.
    package var peers: [AccountID] = []
}

/// The private half of a key package of ours.
package struct KeyPackageRecord: Sendable, Storable {
    /// The encoding of SottoMLS's `OwnKeyPackage`.
    package let own: Secret
    /// Whether it is kept when it was used.
    package let isLastResort: Bool
}

/// Which contact has a name.
package struct ContactNameRecord: Hashable, Sendable, Storable {
    /// The contact.
    package let peer: AccountID
}

/// The unread messages of a conversation; found by the store, never written.
package struct UnreadRecord: Hashable, Sendable, Storable {
    /// Their numbers, the oldest first.
    package let numbers: [Int64]

    /// The answer to a look-up.
    package init(numbers: [Int64]) { self.numbers = numbers }
}

/// How far a consumer of the inbox has come [ONCE-6].
package struct ConsumerRecord: Hashable, Sendable, Storable {
    /// The consumer's name.
    package let name: String
    /// The newest entry that it acknowledged.
    package var acknowledged: Int64
}

extension CountersRecord {
    func write(to writer: inout WireWriter) {
        writer.uint64(mailbox)
        for number in [message, place, inbox, conversation, putAside, alarm, alarmsSeen] {
            writer.number(number)
        }
        for place in places { writer.number(place) }
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        mailbox = try reader.uint64()
        message = try reader.number()
        place = try reader.number()
        inbox = try reader.number()
        conversation = try reader.number()
        putAside = try reader.number()
        alarm = try reader.number()
        alarmsSeen = try reader.number()
        for ring in AlarmRing.allCases { self[ring] = try reader.number() }
    }
}

extension WorklistRecord {
    func write(to writer: inout WireWriter) {
        writer.list(entries) { writer, item in
            writer.value(item.peer)
            writer.flag(item.isWaiting)
            writer.ifPresent(item.obstacle) { writer, obstacle in
                writer.uint8(obstacle.reason.rawValue)
                writer.value(obstacle.at)
                writer.optional(obstacle.until)
            }
        }
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        entries = try reader.list { (reader) throws(WireError) in
            WorkItem(
                peer: try reader.value(), isWaiting: try reader.flag(),
                obstacle: try reader.ifPresent { (reader) throws(WireError) in
                    let number = try reader.uint8()
                    guard let reason = ObstacleReason(rawValue: number) else { throw .malformed }
                    return Obstacle(
                        reason: reason, at: try reader.value(), until: try reader.optional())
                })
        }
    }
}

extension RosterRecord {
    func write(to writer: inout WireWriter) { writer.list(peers) { $0.value($1) } }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        peers = try reader.list { (reader) throws(WireError) in try reader.value() }
    }
}

extension KeyPackageRecord {
    func write(to writer: inout WireWriter) {
        writer.secret(own)
        writer.flag(isLastResort)
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        own = try reader.secret()
        isLastResort = try reader.flag()
    }
}

extension ContactNameRecord {
    func write(to writer: inout WireWriter) { writer.value(peer) }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        peer = try reader.value()
    }
}

extension UnreadRecord {
    func write(to writer: inout WireWriter) { writer.list(numbers) { $0.number($1) } }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        numbers = try reader.list { (reader) throws(WireError) in try reader.number() }
    }
}

extension ConsumerRecord {
    func write(to writer: inout WireWriter) {
        writer.text(name)
        writer.number(acknowledged)
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        name = try reader.text()
        acknowledged = try reader.number()
    }
}
