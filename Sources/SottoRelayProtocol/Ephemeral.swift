// What is forwarded to who is there and kept nowhere (spec/relay.md section 4, Ephemeral posts).

package import SottoWire

/// One envelope for those members of a lane that are connected [EPH-1].
package struct Ephemeral: Hashable, Sendable, WireCodable {
    /// The lane.
    package let lane: LaneID
    /// The token of an epoch of the lane that is open.
    package let laneToken: LaneToken
    /// What members open.
    package let envelope: ArraySlice<UInt8>
    /// Every mailbox of the lane's members, the sender's included.
    package let recipients: [Recipient]

    /// An ephemeral post.
    package init(
        lane: LaneID, laneToken: LaneToken, envelope: some Collection<UInt8>,
        recipients: [Recipient]
    ) {
        self.lane = lane
        self.laneToken = laneToken
        self.envelope = ArraySlice(envelope)
        self.recipients = recipients
    }

    /// Reads an ephemeral post; refuses a mailbox named twice, and what is over a limit.
    package init(from reader: inout WireReader) throws(WireError) {
        lane = try reader.value()
        laneToken = try reader.value()
        envelope = try reader.opaqueSlice(max: RelayLimits.ephemeralBytesMax)
        recipients = try reader.vector(max: RelayLimits.recipientsMax * Recipient.count)
        guard Set(recipients.map(\.mailbox)).count == recipients.count else { throw .malformed }
    }

    /// Writes an ephemeral post.
    package func encode(to writer: inout WireWriter) {
        writer.value(lane)
        writer.value(laneToken)
        writer.opaque(envelope)
        writer.vector(recipients)
    }
}

/// What an owner finds in an ephemeral delivery, once it has opened it.
package struct EphemeralEntry: Hashable, Sendable, WireCodable {
    /// The lane.
    package let lane: LaneID
    /// What members open.
    package let envelope: ArraySlice<UInt8>

    /// An envelope of a lane.
    package init(lane: LaneID, envelope: some Collection<UInt8>) {
        self.lane = lane
        self.envelope = ArraySlice(envelope)
    }

    /// Reads an entry.
    package init(from reader: inout WireReader) throws(WireError) {
        lane = try reader.value()
        envelope = try reader.opaqueSlice(max: RelayLimits.ephemeralBytesMax)
    }

    /// Writes an entry.
    package func encode(to writer: inout WireWriter) {
        writer.value(lane)
        writer.opaque(envelope)
    }
}

/// An ephemeral entry on its way to the owner of a mailbox, sealed like an entry under the number
/// 0, which no entry has [EPH-3].
package struct EphemeralDelivery: Hashable, Sendable, WireCodable {
    /// What `MailboxOpener` opens.
    package let sealed: [UInt8]

    /// The delivery of an ephemeral entry.
    package init(sealed: [UInt8]) { self.sealed = sealed }

    /// Reads a delivery.
    package init(from reader: inout WireReader) throws(WireError) {
        sealed = try reader.opaque(
            max: RelayLimits.ephemeralBytesMax + RelayLimits.entryOverheadMax)
    }

    /// Writes a delivery.
    package func encode(to writer: inout WireWriter) { writer.opaque(sealed) }
}

extension HelloExtension {
    /// Says that the client reads ephemeral deliveries [EPH-4].
    package static let ephemerals = HelloExtension(type: 1, data: [])
}
