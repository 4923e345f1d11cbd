// The three extensions that tie MLS to accounts, mailboxes and lanes (spec/identity.md, section 2).

package import SottoWire

/// The extension numbers of ours.
package enum IdentityExtensionType {
    /// Leaf: the device log of the leaf's account.
    package static let deviceLog: UInt16 = 0xF050
    /// Leaf: the device's mailbox and the token that this group posts to it with.
    package static let mailbox: UInt16 = 0xF051
    /// GroupContext: the group's lane and the key of the relay that orders it.
    package static let lane: UInt16 = 0xF052
}

/// What a leaf says about its account; ``LeafIdentity`` checks it.
package struct DeviceLogExtension: Hashable, Sendable, WireCodable {
    let head: DeviceLogHead
    let length: UInt32
    let log: UnverifiedDeviceLog

    /// The extension for a leaf of `log`'s account: the whole log [ID-6].
    package init(_ log: DeviceLog) {
        head = log.head
        length = UInt32(log.length)
        self.log = log.unverified
    }

    package init(from reader: inout WireReader) throws(WireError) {
        head = try reader.value()
        length = try reader.uint32()
        log = try reader.value()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(head)
        writer.uint32(length)
        writer.value(log)
    }
}

/// Where the device of a leaf receives, and what a post of this group shows there.
package struct MailboxExtension: Hashable, Sendable, WireCodable {
    /// The device's mailbox.
    package let address: MailboxAddressField
    /// The delivery token of this conversation.
    package let token: DeliveryTokenField

    /// An extension of its two parts.
    package init(address: MailboxAddressField, token: DeliveryTokenField) {
        self.address = address
        self.token = token
    }

    package init(from reader: inout WireReader) throws(WireError) {
        address = try reader.value()
        token = try reader.value()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(address)
        writer.value(token)
    }
}

/// The lane that orders a group, in its GroupContext.
package struct LaneExtension: Hashable, Sendable, WireCodable {
    /// The lane.
    package let lane: LaneIDField
    /// The key that signs the lane's heads.
    package let relayKey: RelayKeyField

    /// An extension of its two parts.
    package init(lane: LaneIDField, relayKey: RelayKeyField) {
        self.lane = lane
        self.relayKey = relayKey
    }

    package init(from reader: inout WireReader) throws(WireError) {
        lane = try reader.value()
        relayKey = try reader.value()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(lane)
        writer.value(relayKey)
    }
}
