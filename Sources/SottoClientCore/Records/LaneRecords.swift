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
    package let post: Post
    /// The epoch that it was made in.
    package let epoch: UInt64
    /// What it carries.
    package let cargo: Cargo
    /// When it was made.
    package let since: Timestamp
    /// Whether the post came back through our own mailbox: the relay has accepted it, and its
    /// answer is still wanted for what it says of each mailbox [ONCE-4].
    package var isInLane = false
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

/// An envelope of ours that will come back through our own mailbox [ONCE-4].
package struct EchoRecord: Sendable, Storable {
    /// What it carries.
    package let cargo: Cargo
    /// The head that the relay answered our post with, if it did.
    package var accepted: SignedHead?
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
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        post = try reader.value()
        epoch = try reader.uint64()
        cargo = try reader.value()
        since = try reader.value()
        isInLane = try reader.flag()
    }
}

extension EchoRecord {
    func write(to writer: inout WireWriter) {
        writer.value(cargo)
        writer.optional(accepted)
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        cargo = try reader.value()
        accepted = try reader.optional()
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
