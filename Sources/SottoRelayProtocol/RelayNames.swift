// What relays and mailboxes are called, and the keys behind the names (relay.md sections 1, 3).

package import SottoWire

/// A relay's Ed25519 public key, made at its first start.
package typealias RelayKey = FixedBytes<RelayKeyKind>

/// The name that a link pins: the labelled hash of a relay's key.
package typealias RelayID = FixedBytes<RelayIDKind>

/// One life of a relay's store; a store restored from a backup begins another.
package typealias Incarnation = FixedBytes<IncarnationKind>

/// A mailbox's name, random and chosen by its device.
package typealias MailboxID = FixedBytes<MailboxIDKind>

/// The Ed25519 public key that owns a mailbox; unrelated to the device's.
package typealias MailboxKey = FixedBytes<MailboxKeyKind>

/// The X25519 public key that a mailbox's entries are sealed to.
package typealias SealingKey = FixedBytes<SealingKeyKind>

/// One end's fresh contribution to a connection.
package typealias HelloNonce = FixedBytes<HelloNonceKind>

// MARK: - Kinds

/// The kind of a `RelayKey`.
package enum RelayKeyKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

/// The kind of a `RelayID`.
package enum RelayIDKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

/// The kind of a `Incarnation`.
package enum IncarnationKind: FixedBytesKind {
    /// 16.
    package static let byteCount = 16
}

/// The kind of a `MailboxID`.
package enum MailboxIDKind: FixedBytesKind {
    /// 16.
    package static let byteCount = 16
}

/// The kind of a `MailboxKey`.
package enum MailboxKeyKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

/// The kind of a `SealingKey`.
package enum SealingKeyKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

/// The kind of a `HelloNonce`.
package enum HelloNonceKind: FixedBytesKind {
    /// 32.
    package static let byteCount = 32
}

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
