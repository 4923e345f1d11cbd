// Genesis entries and logs for vectors, well-formed and with one defect.

import SottoCrypto
import SottoIdentity
import SottoWire

/// A genesis entry; what is not changed is right.
struct DeviceLogBuilder {
    var version: UInt8 = 1
    var index: UInt32 = 0
    var previous = [UInt8](repeating: 0, count: 32)
    var type: UInt8 = 1
    let device: SignaturePrivateKey
    var recovery: SignaturePrivateKey
    var signers: [SignaturePrivateKey]

    init(device: SignaturePrivateKey, recovery: SignaturePrivateKey) {
        self.device = device
        self.recovery = recovery
        signers = [device, recovery]
    }

    var entry: [UInt8] {
        var statement = WireWriter()
        statement.uint8(version)
        statement.uint32(index)
        statement.fixed(previous)
        statement.uint8(type)
        statement.fixed(device.publicKey)
        statement.fixed(recovery.publicKey)
        let bytes = statement.bytes
        var writer = WireWriter()
        writer.fixed(bytes)
        writer.lengthPrefixed { writer in
            for signer in signers {
                writer.fixed(signer.publicKey)
                writer.fixed(Labelled.sign(signer, "device log entry", bytes))
            }
        }
        return writer.bytes
    }

    /// The log of this entry, then of `others`.
    func log(_ others: [UInt8]...) -> [UInt8] { Self.log([entry] + others) }

    static func log(_ entries: [[UInt8]]) -> [UInt8] {
        var writer = WireWriter()
        writer.opaque(entries.flatMap { $0 })
        return writer.bytes
    }
}
