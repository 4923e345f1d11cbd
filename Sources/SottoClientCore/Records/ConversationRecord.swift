// A direct conversation: one peer account, the groups shared with it, and what waits for it.

package import SottoContent
import SottoCrypto
package import SottoIdentity
package import SottoMLS
package import SottoRelayProtocol
package import SottoWire

/// What we know of a peer, and where the conversation with it stands.
package struct ConversationRecord: Equatable, Sendable, Storable {
    /// The conversation's number in this home.
    package let row: Int64
    /// The other account.
    package let peer: AccountID
    /// The peer's device log as last seen.
    package var log: UnverifiedDeviceLog?
    /// The peer's card, if its link was added.
    package var card: Card?
    /// Whether the user took the peer as a contact.
    package var isContact = false
    /// The name that the user gave.
    package var name: String?
    /// The name that the peer's profile suggests [CONT-5].
    package var suggestedName: String?
    /// Whether anything may be sent [CHAT-5].
    package var isAccepted = false
    /// Whether the user compared safety numbers [ID-9].
    package var isVerified = false
    /// The groups that are not closed, in the order in which we met them.
    package var groups: [DirectGroup] = []
    /// The messages that wait to be sent, the oldest first.
    package var queue: [Int64] = []
    /// The receipts that wait to be sent, the oldest first.
    package var receipts: [Receipt] = []
    /// Our name as the peer was told last.
    package var profileSent: String?

    /// A conversation with a peer that we just met.
    package init(row: Int64, peer: AccountID) {
        self.row = row
        self.peer = peer
    }
}

/// A group of a direct conversation.
package struct DirectGroup: Hashable, Sendable {
    /// The group.
    package let id: GroupID
    /// The lane that orders it.
    package let lane: LaneID
    /// Its place among unsettled groups: the lowest is active [CHAT-3].
    package let rank: GroupRank
    /// Whether we have sent content in it.
    package var weSpoke = false
    /// Whether the peer has sent content in it.
    package var peerSpoke = false
    /// The epoch in which the relay answered `stale`; nothing is sent before the next.
    package var staleEpoch: UInt64?
    /// Since when that epoch is over for the relay and not for us.
    package var staleSince: Timestamp?
    /// Since when another group is active, or none.
    package var lostAt: Timestamp?
    /// Whether the peer has left it, or says that we have: nothing is sent in it [CHAT-6].
    package var isOver = false

    /// Whether both accounts have sent content in it.
    package var isSettled: Bool { weSpoke && peerSpoke }
}

/// What ``GroupRank`` is.
package enum GroupRankKind: FixedBytesKind { package static let byteCount = 32 }
/// `H("direct group", ...)`, by which both sides pick the same of two groups [CHAT-3].
package typealias GroupRank = FixedBytes<GroupRankKind>

/// A receipt that waits to be sent.
package struct Receipt: Hashable, Sendable {
    /// The message.
    package let content: MessageID
    /// What happened to it.
    package let stage: ReceiptStage
}

/// What a receipt tells.
package enum ReceiptStage: UInt8, Hashable, Sendable, Comparable {
    /// The message lies in the recipient's store.
    case delivered = 1
    /// The recipient's user has read it.
    case read = 2

    /// Whether the right one tells more.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension ConversationRecord {
    /// The group that what is sent goes to [CHAT-3]: of those that are not over the first that
    /// both have spoken in, else the one of the lowest rank.
    package var activeIndex: Int? {
        let open = groups.indices.filter { !groups[$0].isOver }
        if let settled = open.first(where: { groups[$0].isSettled }) { return settled }
        return open.min { groups[$0].rank < groups[$1].rank }
    }

    /// The place of a group.
    func index(of group: GroupID) -> Int? { groups.firstIndex { $0.id == group } }
}

extension ConversationRecord {
    func write(to writer: inout WireWriter) {
        writer.number(row)
        writer.value(peer)
        writer.optional(log)
        writer.ifPresent(card) { $0.secret($1.secret) }
        writer.flag(isContact)
        writer.ifPresent(name) { $0.text($1) }
        writer.ifPresent(suggestedName) { $0.text($1) }
        writer.flag(isAccepted)
        writer.flag(isVerified)
        writer.list(groups) { $1.write(to: &$0) }
        writer.list(queue) { $0.number($1) }
        writer.list(receipts) { $1.write(to: &$0) }
        writer.ifPresent(profileSent) { $0.text($1) }
    }

    init(version: UInt8, from reader: inout WireReader) throws(WireError) {
        row = try reader.number()
        peer = try reader.value()
        log = try reader.optional()
        card = try reader.ifPresent { (reader) throws(WireError) in
            try Card(try reader.secret())
        }
        isContact = try reader.flag()
        name = try reader.ifPresent { (reader) throws(WireError) in try reader.text() }
        suggestedName = try reader.ifPresent { (reader) throws(WireError) in try reader.text() }
        isAccepted = try reader.flag()
        isVerified = try reader.flag()
        groups = try reader.list { (reader) throws(WireError) in try DirectGroup(from: &reader) }
        queue = try reader.list { (reader) throws(WireError) in try reader.number() }
        receipts = try reader.list { (reader) throws(WireError) in try Receipt(from: &reader) }
        profileSent = try reader.ifPresent { (reader) throws(WireError) in try reader.text() }
    }
}

extension DirectGroup {
    fileprivate func write(to writer: inout WireWriter) {
        writer.opaque(id.bytes)
        writer.value(lane)
        writer.value(rank)
        writer.flag(weSpoke)
        writer.flag(peerSpoke)
        writer.optional(staleEpoch)
        writer.optional(staleSince)
        writer.optional(lostAt)
        writer.flag(isOver)
    }

    fileprivate init(from reader: inout WireReader) throws(WireError) {
        id = GroupID(try reader.opaque())
        lane = try reader.value()
        rank = try reader.value()
        weSpoke = try reader.flag()
        peerSpoke = try reader.flag()
        staleEpoch = try reader.optional()
        staleSince = try reader.optional()
        lostAt = try reader.optional()
        isOver = try reader.flag()
    }
}

extension Receipt {
    func write(to writer: inout WireWriter) {
        writer.value(content)
        writer.uint8(stage.rawValue)
    }

    init(from reader: inout WireReader) throws(WireError) {
        content = try reader.value()
        let number = try reader.uint8()
        guard let stage = ReceiptStage(rawValue: number) else {
            throw .unknownValue(UInt64(number))
        }
        self.stage = stage
    }
}
