// What a record says of one device, and the extensions that later versions add.

package import SottoWire

/// How one device of an account is reached (spec/identity.md, section 3).
package struct RecordDevice: Hashable, Sendable, WireCodable {
    /// The device.
    package let deviceKey: DevicePublicKey
    /// Its mailbox.
    package let mailbox: MailboxAddressField
    /// Where its key packages are stocked.
    package let stock: StockLocator
    /// The HPKE public key that device envelopes to it are sealed to (KEM 0x647a), 1,216 bytes.
    package let sealingKey: [UInt8]
    /// What this version does not know is kept and ignored [CARD-6].
    package let extensions: [RecordExtension]

    /// A device of its parts.
    package init(
        deviceKey: DevicePublicKey, mailbox: MailboxAddressField, stock: StockLocator,
        sealingKey: [UInt8], extensions: [RecordExtension] = []
    ) {
        self.deviceKey = deviceKey
        self.mailbox = mailbox
        self.stock = stock
        self.sealingKey = sealingKey
        self.extensions = extensions
    }

    package init(from reader: inout WireReader) throws(WireError) {
        deviceKey = try reader.value()
        mailbox = try reader.value()
        stock = try reader.value()
        sealingKey = try reader.opaque(max: IdentityLimits.sealingKeyBytes)
        extensions = try reader.vector(max: IdentityLimits.recordBytesMax)
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(deviceKey)
        writer.value(mailbox)
        writer.value(stock)
        writer.opaque(sealingKey)
        writer.vector(extensions)
    }
}

/// A typed addition to a record or to a device in it.
package struct RecordExtension: Hashable, Sendable, WireCodable {
    /// What the data is.
    package let type: UInt16
    /// The data, opaque here.
    package let data: [UInt8]

    /// An extension of its parts.
    package init(type: UInt16, data: [UInt8]) {
        self.type = type
        self.data = data
    }

    package init(from reader: inout WireReader) throws(WireError) {
        type = try reader.uint16()
        data = try reader.opaque(max: IdentityLimits.recordBytesMax)
    }

    package func encode(to writer: inout WireWriter) {
        writer.uint16(type)
        writer.opaque(data)
    }
}
