// One entry of a device log, as it was received.

import SottoCrypto
import SottoWire

/// What an entry states and who signed it; nothing in it has been checked.
struct DeviceLogEntry {
    /// What an entry does to the account.
    enum Change: Equatable {
        case genesis(device: DevicePublicKey, recovery: RecoveryPublicKey)
    }

    let index: UInt32
    let previous: DeviceLogHead
    let change: Change
    let signatures: [DeviceLogSignature]
    /// The statement as received: what the signatures are over.
    let statement: ArraySlice<UInt8>
    /// The whole entry as received: what the next entry and the account's id are hashes of.
    let bytes: ArraySlice<UInt8>

    static let label = "device log entry"
    static let version: UInt8 = 1

    /// Reads one entry.
    ///
    /// - Throws: `unknownVersion` and `unknownEntryType` where a later version may know more.
    init(from reader: inout WireReader) throws(DeviceLogError) {
        var problem: DeviceLogError?
        do {
            let entry = try reader.capturing { (reader) throws(WireError) in
                let statement = try reader.capturing { (reader) throws(WireError) in
                    try Self.statement(from: &reader, problem: &problem)
                }
                let signatures = try reader.vector(of: DeviceLogSignature.self, max: 4 * 96)
                return (statement, signatures)
            }
            let ((fields, statement), signatures) = entry.value
            (index, previous, change) = fields
            self.statement = statement
            self.signatures = signatures
            bytes = entry.bytes
        } catch {
            throw problem ?? .malformed(error)
        }
    }

    private static func statement(
        from reader: inout WireReader, problem: inout DeviceLogError?
    ) throws(WireError) -> (UInt32, DeviceLogHead, Change) {
        let version = try reader.uint8()
        guard version == Self.version else {
            problem = .unknownVersion(version)
            throw .unknownValue(UInt64(version))
        }
        let index = try reader.uint32()
        let previous = try reader.value(DeviceLogHead.self)
        let type = try reader.uint8()
        guard type == genesisType else {
            problem = .unknownEntryType(type)
            throw .unknownValue(UInt64(type))
        }
        let device = try reader.value(DevicePublicKey.self)
        let recovery = try reader.value(RecoveryPublicKey.self)
        return (index, previous, .genesis(device: device, recovery: recovery))
    }

    /// The statement of an account's first entry.
    static func genesisStatement(
        device: DevicePublicKey, recovery: RecoveryPublicKey
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.uint8(version)
        writer.uint32(0)
        writer.value(DeviceLogHead.zero)
        writer.uint8(genesisType)
        writer.value(device)
        writer.value(recovery)
        return writer.bytes
    }

    private static let genesisType: UInt8 = 1

    /// Whether the entry carries exactly one good signature of each of `keys`, in that order.
    func isSigned(by keys: [[UInt8]]) -> Bool {
        guard signatures.map(\.key) == keys else { return false }
        return signatures.allSatisfy { signed in
            do {
                try Labelled.verify(
                    publicKey: signed.key, signature: signed.signature, Self.label, statement)
                return true
            } catch {
                return false
            }
        }
    }
}

/// A signature over a statement, beside the key that made it.
struct DeviceLogSignature: WireCodable {
    let key: [UInt8]
    let signature: [UInt8]

    init(_ statement: [UInt8], by key: SignaturePrivateKey) {
        self.key = key.publicKey
        signature = Labelled.sign(key, DeviceLogEntry.label, statement)
    }

    init(from reader: inout WireReader) throws(WireError) {
        key = try reader.fixed(32)
        signature = try reader.fixed(64)
    }

    func encode(to writer: inout WireWriter) {
        writer.fixed(key)
        writer.fixed(signature)
    }
}
