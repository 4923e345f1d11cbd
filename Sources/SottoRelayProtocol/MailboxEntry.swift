// What lies in a mailbox, once its owner has opened it (section 3, Mailbox sealing).

package import SottoWire

/// One entry of a mailbox.
package struct MailboxEntry: Hashable, Sendable, WireCodable {
    /// The sequence number of the entry before this one, 0 for none [MBX-3].
    package let previous: UInt64
    /// What was posted.
    package let content: MailboxContent

    /// An entry that follows another.
    package init(previous: UInt64, content: MailboxContent) {
        self.previous = previous
        self.content = content
    }

    /// Reads an entry.
    package init(from reader: inout WireReader) throws(WireError) {
        previous = try reader.uint64()
        content = try reader.value()
    }

    /// Writes an entry.
    package func encode(to writer: inout WireWriter) {
        writer.uint64(previous)
        writer.value(content)
    }
}

/// What a mailbox entry carries.
package enum MailboxContent: Hashable, Sendable, WireCodable {
    /// An entry of a lane.
    case lane(LaneEntry)
    /// An invitation into a lane.
    case welcome(WelcomeEntry)
    /// Entries of a lane are missing, for which there was no room.
    case gap(GapMark)

    /// Reads a type and what belongs to it.
    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.uint8() {
        case 1: self = .lane(try reader.value())
        case 2: self = .welcome(try reader.value())
        case 3: self = .gap(try reader.value())
        case let other: throw .unknownValue(UInt64(other))
        }
    }

    /// Writes a type and what belongs to it.
    package func encode(to writer: inout WireWriter) {
        switch self {
        case .lane(let entry):
            writer.uint8(1)
            writer.value(entry)
        case .welcome(let entry):
            writer.uint8(2)
            writer.value(entry)
        case .gap(let mark):
            writer.uint8(3)
            writer.value(mark)
        }
    }
}

/// One entry of a lane, with all that its head was computed from.
package struct LaneEntry: Hashable, Sendable, WireCodable {
    /// The lane's head after this entry.
    package let head: SignedHead
    /// What the entry did to its lane.
    package let kind: PostKind
    /// The commit's next token hash; zero for a message.
    package let nextTokenHash: LaneTokenHash
    /// The lane's head before this entry.
    package let previousHead: HeadHash
    /// What members open.
    package let envelope: ArraySlice<UInt8>

    /// An entry of a lane.
    package init(
        head: SignedHead, kind: PostKind, nextTokenHash: LaneTokenHash, previousHead: HeadHash,
        envelope: some Collection<UInt8>
    ) {
        self.head = head
        self.kind = kind
        self.nextTokenHash = nextTokenHash
        self.previousHead = previousHead
        self.envelope = ArraySlice(envelope)
    }

    /// Checks that the relay signed this entry's head and that the head is the one to which
    /// the entry and the head before it lead. Whether that head before it is the one the
    /// member holds is for the member to compare [HEAD-2].
    package func verify(with verifier: inout HeadVerifier) throws(HeadError) -> VerifiedHead {
        let verified = try verifier.verify(head)
        guard head.claim.number > 0 else { throw .doesNotFollow }
        let before = LaneHead(
            lane: head.claim.lane, incarnation: head.claim.incarnation,
            number: head.claim.number - 1, hash: previousHead)
        let expected = before.following(
            kind: kind, nextTokenHash: nextTokenHash, envelope: .of(envelope))
        guard expected == head.claim else { throw .doesNotFollow }
        return verified
    }

    /// Reads an entry of a lane.
    package init(from reader: inout WireReader) throws(WireError) {
        head = try reader.value()
        kind = try reader.value()
        nextTokenHash = try reader.value()
        previousHead = try reader.value()
        envelope = try reader.opaqueSlice(max: RelayLimits.envelopeBytesMax)
    }

    /// Writes an entry of a lane.
    package func encode(to writer: inout WireWriter) {
        writer.reserve(RelayLimits.entryOverheadMax + envelope.count)
        writer.value(head)
        writer.value(kind)
        writer.value(nextTokenHash)
        writer.value(previousHead)
        writer.opaque(envelope)
    }
}

/// An invitation: the envelope for the newcomer, and where the lane stood after the commit.
package struct WelcomeEntry: Hashable, Sendable, WireCodable {
    /// The lane's head after the commit that adds the newcomer.
    package let head: SignedHead
    /// What the newcomer opens.
    package let envelope: ArraySlice<UInt8>

    /// An invitation.
    package init(head: SignedHead, envelope: some Collection<UInt8>) {
        self.head = head
        self.envelope = ArraySlice(envelope)
    }

    /// Reads an invitation.
    package init(from reader: inout WireReader) throws(WireError) {
        head = try reader.value()
        envelope = try reader.opaqueSlice(max: RelayLimits.welcomeBytesMax)
    }

    /// Writes an invitation.
    package func encode(to writer: inout WireWriter) {
        writer.reserve(RelayLimits.entryOverheadMax + envelope.count)
        writer.value(head)
        writer.opaque(envelope)
    }
}

/// What stands for the entries of a lane that a full mailbox could not take [MBX-9].
package struct GapMark: Hashable, Sendable, WireCodable {
    /// The lane.
    package let lane: LaneID
    /// The number of the first entry that is missing.
    package let number: UInt64

    /// A gap that begins with a number.
    package init(lane: LaneID, number: UInt64) {
        self.lane = lane
        self.number = number
    }

    /// Reads a mark.
    package init(from reader: inout WireReader) throws(WireError) {
        lane = try reader.value()
        number = try reader.uint64()
    }

    /// Writes a mark.
    package func encode(to writer: inout WireWriter) {
        writer.value(lane)
        writer.uint64(number)
    }
}
