// Records for vectors, well-formed and with one defect.

import SottoCrypto
import SottoIdentity
import SottoWire

/// An account's record, every field by hand; what is not changed is right.
struct RecordBuilder {
    var version: UInt8 = 1
    var account: [UInt8]
    var log: [UInt8]
    var notBefore: Int
    var notAfter: Int
    var devices: [[UInt8]]
    var extensions: [UInt8] = []
    var signer: SignaturePrivateKey
    var signature: [UInt8]?

    var bytes: [UInt8] {
        var writer = WireWriter()
        writer.uint8(version)
        writer.fixed(account)
        writer.fixed(log)
        writer.uint64(UInt64(notBefore))
        writer.uint64(UInt64(notAfter))
        writer.opaque(devices.flatMap { $0 })
        writer.opaque(extensions)
        writer.fixed(signer.publicKey)
        writer.fixed(signature ?? Labelled.sign(signer, "record", writer.bytes))
        return writer.bytes
    }

    /// A device of the record.
    static func device(
        key: [UInt8], mailbox: [UInt8], stock: [UInt8], sealingKey: [UInt8],
        extensions: [UInt8] = []
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.fixed(key)
        writer.fixed(mailbox)
        writer.fixed(stock)
        writer.opaque(sealingKey)
        writer.opaque(extensions)
        return writer.bytes
    }

    /// An extension of a record or of a device.
    static func typed(_ type: UInt16, _ data: [UInt8]) -> [UInt8] {
        var writer = WireWriter()
        writer.uint16(type)
        writer.opaque(data)
        return writer.bytes
    }
}
