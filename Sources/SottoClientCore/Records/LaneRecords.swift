// Where a lane stands for this member: its head, its keys, and what we have in it.

package import SottoCrypto
package import SottoIdentity
package import SottoMLS
package import SottoRelayProtocol
package import SottoWire

/// A lane that we follow, advanced by mailbox entries alone.
package struct LaneRecord: Sendable, Storable {
    /// The group that the lane orders.
    package let group: GroupID
    /// The peer of the group's conversation.
    package let peer: AccountID
    /// The number of the newest entry that we checked; 0 before the first.
    package var number: UInt64
    /// The head after that entry; the lane's start has none.
    package var head: LaneHead?
    /// The keys of the current epoch, then of the kept past ones [CONV-4] [CONV-5].
    package var epochs: [EpochKeys]
    /// Whether the group is gone and what still comes is of no interest.
    package var isClosed = false
}

/// What a member exports at the start of an epoch.
package struct EpochKeys: Sendable {
    /// The epoch's number in the group.
    package let epoch: UInt64
    /// What the relay compares posts with.
    package let token: LaneToken
    /// What lane envelopes are sealed under.
    package let envelopeKey: Secret
}

/// The evidence for one entry of a lane.
package struct LaneHeadRecord: Sendable, Storable {
    /// The head as the relay signed it.
    package let head: SignedHead
}

/// A post that waits for its answer; posted again with the same bytes until it has one [ONCE-3].
package struct FlightRecord: Sendable, Storable {
    /// The post.
    package var post: Post
    /// The epoch that it was made in.
    package let epoch: UInt64
    /// What it carries.
    package let cargo: Cargo
    /// When it got its post id.
    package var since: Timestamp
    /// Whether the post came back through our own mailbox: the relay has accepted it, and its
    /// answer is still wanted for what it says of each mailbox [ONCE-4].
    package var isInLane = false
    /// What keeps it back where the peer had no room for it [ONCE-7].
    package var hold: PostHold?
}

/// How often a post found every mailbox of the peer full, and when it is tried again [ONCE-7].
package struct PostHold: Hashable, Sendable {
    /// How often.
    package let attempts: UInt32
    /// When it was the last time.
    package let at: Timestamp
    /// When it is tried again.
    package internal(set) var until: Timestamp
    /// The number that the lane gave to the last attempt.
    package let entry: UInt64
}

/// What a post of ours carries.
package enum Cargo: Hashable, Sendable {
    /// The commit that founds a group.
    case opening
    /// The message of this number.
    case message(Int64)
    /// Our name.
    case profile(String)
    /// Receipts.
    case receipts([Receipt])
}

/// An envelope of ours that will come back through our own mailbox [ONCE-4]; as often as it was
/// posted [ONCE-7].
package struct EchoRecord: Sendable, Storable {
    /// What it carries.
    package let cargo: Cargo
    /// The heads that the relay answered our posts of it with and that have not come back.
    package var expected: [SignedHead] = []
}

extension LaneRecord {
    func write(to writer: inout WireWriter) {
        writer.opaque(group.bytes)
        writer.value(peer)
        writer.uint64(number)
        writer.optional(head)
        writer.list(epochs) { writer, keys in
            writer.uint64(keys.epoch)
            writer.value(keys.token)
            writer.secret(keys.envelopeKey)
        }
        writer.flag(isClosed)
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        group = GroupID(try reader.opaque())
        peer = try reader.value()
        number = try reader.uint64()
        head = try reader.optional()
        epochs = try reader.list { (reader) throws(WireError) in
            EpochKeys(
                epoch: try reader.uint64(), token: try reader.value(),
                envelopeKey: try reader.secret())
        }
        isClosed = try reader.flag()
    }
}

extension LaneHeadRecord {
    func write(to writer: inout WireWriter) { writer.value(head) }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        head = try reader.value()
    }
}

extension FlightRecord {
    func write(to writer: inout WireWriter) {
        writer.value(post)
        writer.uint64(epoch)
        writer.value(cargo)
        writer.value(since)
        writer.flag(isInLane)
        writer.ifPresent(hold) { writer, hold in
            writer.uint32(hold.attempts)
            writer.value(hold.at)
            writer.value(hold.until)
            writer.uint64(hold.entry)
        }
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        post = try reader.value()
        epoch = try reader.uint64()
        cargo = try reader.value()
        since = try reader.value()
        isInLane = try reader.flag()
        hold = try reader.ifPresent { (reader) throws(WireError) in
            PostHold(
                attempts: try reader.uint32(), at: try reader.value(), until: try reader.value(),
                entry: try reader.uint64())
        }
    }
}

extension EchoRecord {
    func write(to writer: inout WireWriter) {
        writer.value(cargo)
        writer.list(expected) { $0.value($1) }
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        cargo = try reader.value()
        expected = try reader.list { (reader) throws(WireError) in try reader.value() }
    }
}

extension Cargo: WireCodable {
    package func encode(to writer: inout WireWriter) {
        switch self {
        case .opening: writer.uint8(1)
        case .message(let number):
            writer.uint8(2)
            writer.number(number)
        case .profile(let name):
            writer.uint8(3)
            writer.text(name)
        case .receipts(let receipts):
            writer.uint8(4)
            writer.list(receipts) { $1.write(to: &$0) }
        }
    }

    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.uint8() {
        case 1: self = .opening
        case 2: self = .message(try reader.number())
        case 3: self = .profile(try reader.text())
        case 4:
            self = .receipts(
                try reader.list { (reader) throws(WireError) in try Receipt(from: &reader) })
        case let other: throw .unknownValue(UInt64(other))
        }
    }
}
