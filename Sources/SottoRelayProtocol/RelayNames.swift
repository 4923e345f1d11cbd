// What relays and mailboxes are called, and the keys behind the names (relay.md sections 1, 3).

package import SottoWire

/// A relay's Ed25519 public key, made at its first start.
package typealias RelayKey = FixedBytes<RelayKeyKind>
/// What a ``RelayKey`` is.
package enum RelayKeyKind: FixedBytesKind { package static let byteCount = 32 }

/// The name that a link pins: the labelled hash of a relay's key.
package typealias RelayID = FixedBytes<RelayIDKind>
/// What a ``RelayID`` is.
package enum RelayIDKind: FixedBytesKind { package static let byteCount = 32 }

/// One life of a relay's store; a store restored from a backup begins another.
package typealias Incarnation = FixedBytes<IncarnationKind>
/// What a ``Incarnation`` is.
package enum IncarnationKind: FixedBytesKind { package static let byteCount = 16 }

/// A mailbox's name, random and chosen by its device.
package typealias MailboxID = FixedBytes<MailboxIDKind>
/// What a ``MailboxID`` is.
package enum MailboxIDKind: FixedBytesKind { package static let byteCount = 16 }

/// The Ed25519 public key that owns a mailbox; unrelated to the device's.
package typealias MailboxKey = FixedBytes<MailboxKeyKind>
/// What a ``MailboxKey`` is.
package enum MailboxKeyKind: FixedBytesKind { package static let byteCount = 32 }

/// The X25519 public key that a mailbox's entries are sealed to.
package typealias SealingKey = FixedBytes<SealingKeyKind>
/// What a ``SealingKey`` is.
package enum SealingKeyKind: FixedBytesKind { package static let byteCount = 32 }

/// One end's fresh contribution to a connection.
package typealias HelloNonce = FixedBytes<HelloNonceKind>
/// What a ``HelloNonce`` is.
package enum HelloNonceKind: FixedBytesKind { package static let byteCount = 32 }

extension RelayKey {
    /// The name of the relay that holds this key [RELAY-1].
    package var id: RelayID { .hash(Label.relayID, bytes) }
}

/// Where something for one device is sent: a mailbox, and the relay that keeps it.
package struct MailboxAddress: Hashable, Sendable, WireCodable {
    /// The relay.
    package let relay: RelayID
    /// The mailbox there.
    package let mailbox: MailboxID

    /// The address of a mailbox at a relay.
    package init(relay: RelayID, mailbox: MailboxID) {
        self.relay = relay
        self.mailbox = mailbox
    }

    /// Reads an address.
    package init(from reader: inout WireReader) throws(WireError) {
        relay = try reader.value()
        mailbox = try reader.value()
    }

    /// Writes an address.
    package func encode(to writer: inout WireWriter) {
        writer.value(relay)
        writer.value(mailbox)
    }
}
