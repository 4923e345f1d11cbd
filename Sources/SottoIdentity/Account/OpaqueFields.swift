// Values of the relay's protocol that identity carries without looking into them.

package import SottoWire

// Who shares an arrow with the relay's protocol turns these into its types and back, byte for byte.

/// What a ``RelayIDField`` is.
package enum RelayIDFieldKind: FixedBytesKind { package static let byteCount = 32 }
/// What a ``RelayKeyField`` is.
package enum RelayKeyFieldKind: FixedBytesKind { package static let byteCount = 32 }
/// What a ``MailboxIDField`` is.
package enum MailboxIDFieldKind: FixedBytesKind { package static let byteCount = 16 }
/// What a ``LaneIDField`` is.
package enum LaneIDFieldKind: FixedBytesKind { package static let byteCount = 32 }

/// The `RelayID` of spec/relay.md, section 1.
package typealias RelayIDField = FixedBytes<RelayIDFieldKind>
/// The `RelayKey` of spec/relay.md, section 1.
package typealias RelayKeyField = FixedBytes<RelayKeyFieldKind>
/// The `MailboxID` of spec/relay.md, section 1.
package typealias MailboxIDField = FixedBytes<MailboxIDFieldKind>
/// The `LaneID` of spec/relay.md, section 4.
package typealias LaneIDField = FixedBytes<LaneIDFieldKind>

/// The `MailboxAddress` of spec/relay.md, section 1: where a device's mail lies.
package struct MailboxAddressField: Hashable, Sendable, WireCodable {
    /// The relay that holds the mailbox.
    package let relay: RelayIDField
    /// The mailbox there.
    package let mailbox: MailboxIDField

    /// An address of its two parts.
    package init(relay: RelayIDField, mailbox: MailboxIDField) {
        self.relay = relay
        self.mailbox = mailbox
    }

    package init(from reader: inout WireReader) throws(WireError) {
        relay = try reader.value()
        mailbox = try reader.value()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(relay)
        writer.value(mailbox)
    }
}

/// The `DeliveryToken` of spec/relay.md, section 3: 48 bytes.
package struct DeliveryTokenField: Hashable, Sendable, WireCodable {
    private let label: FixedBytes<Label>
    private let tag: FixedBytes<Tag>

    private enum Label: FixedBytesKind { static let byteCount = 16 }
    private enum Tag: FixedBytesKind { static let byteCount = 32 }

    /// The field of a token's 48 bytes. Another number is a mistake of ours and stops the program.
    package init(made bytes: [UInt8]) {
        label = FixedBytes(made: Array(bytes.prefix(FixedBytes<Label>.byteCount)))
        tag = FixedBytes(made: Array(bytes.dropFirst(FixedBytes<Label>.byteCount)))
    }

    /// The token's bytes.
    package var bytes: [UInt8] { wireBytes }

    package init(from reader: inout WireReader) throws(WireError) {
        label = try reader.value()
        tag = try reader.value()
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(label)
        writer.value(tag)
    }
}
