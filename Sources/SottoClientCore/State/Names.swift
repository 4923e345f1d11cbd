// The same ids under the names that neighbouring layers give them.

package import SottoIdentity
package import SottoMLS
package import SottoRelayProtocol
package import SottoWire

extension FixedBytes {
    /// The same bytes as a value of another kind: identity carries the relay's ids as opaque
    /// fields.
    package func renamed<Other: FixedBytesKind>(as _: Other.Type = Other.self) -> FixedBytes<Other>
    {
        FixedBytes<Other>(made: bytes)
    }
}

extension MailboxAddress {
    /// The address as identity's records and extensions carry it.
    package var field: MailboxAddressField {
        MailboxAddressField(relay: relay.renamed(), mailbox: mailbox.renamed())
    }

    /// The address that a record or extension carries.
    package init(_ field: MailboxAddressField) {
        self.init(relay: field.relay.renamed(), mailbox: field.mailbox.renamed())
    }
}

extension DeliveryToken {
    /// The token as the mailbox extension carries it.
    package var field: DeliveryTokenField { DeliveryTokenField(made: wireBytes) }

    /// The token that a mailbox extension carries.
    package init(_ field: DeliveryTokenField) throws(WireError) {
        try self.init(wireBytes: field.bytes)
    }
}

extension ExtensionType {
    /// Leaf: the device log [ID-6].
    package static let deviceLog = ExtensionType(rawValue: IdentityExtensionType.deviceLog)
    /// Leaf: the mailbox and the group's delivery token.
    package static let mailbox = ExtensionType(rawValue: IdentityExtensionType.mailbox)
    /// GroupContext: the lane and its relay's key.
    package static let lane = ExtensionType(rawValue: IdentityExtensionType.lane)
}

extension UnixTime {
    /// The second that a moment lies in.
    package init(_ time: Timestamp) { self.init(seconds: time.milliseconds / 1_000) }
}
