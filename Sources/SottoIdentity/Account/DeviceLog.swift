// The account: an append-only log of signed entries, and the only place that calls one valid.

package import SottoCrypto
package import SottoWire

/// Entries that claim to be an account's log.
package struct UnverifiedDeviceLog: Hashable, Sendable, WireCodable {
    /// What stands in `entries<V>`, as received.
    package let entries: [UInt8]

    package init(from reader: inout WireReader) throws(WireError) {
        entries = try reader.opaque(max: IdentityLimits.deviceLogBytesMax)
    }

    fileprivate init(entries: [UInt8]) { self.entries = entries }

    package func encode(to writer: inout WireWriter) { writer.opaque(entries) }
}

/// An account's device log whose every index, link and signature holds [ID-2].
///
/// Only ``init(validating:)`` and ``found(device:recovery:)`` make one.
package struct DeviceLog: Hashable, Sendable {
    /// The name that this log has for good [ID-3].
    package let account: AccountID
    /// The hash of the last entry.
    package let head: DeviceLogHead
    /// How many entries there are, 1 to 64.
    package let length: Int
    /// The keys of the devices that are in, in the order in which they came.
    package let devices: [DevicePublicKey]
    /// The key that the recovery code holds.
    package let recoveryKey: RecoveryPublicKey
    /// The entries as they travel.
    package let unverified: UnverifiedDeviceLog

    /// Makes an account: its genesis, signed by the first device and the recovery key [ID-1].
    ///
    /// - Throws: `sameKeys` when one key is given for both.
    package static func found(
        device: SignaturePrivateKey, recovery: SignaturePrivateKey
    ) throws(DeviceLogError) -> DeviceLog {
        let statement = DeviceLogEntry.genesisStatement(
            device: DevicePublicKey(made: device.publicKey),
            recovery: RecoveryPublicKey(made: recovery.publicKey))
        var writer = WireWriter()
        writer.fixed(statement)
        writer.vector([device, recovery].map { DeviceLogSignature(statement, by: $0) })
        return try DeviceLog(validating: UnverifiedDeviceLog(entries: writer.bytes))
    }

    /// Checks a log that came from outside.
    package init(validating log: UnverifiedDeviceLog) throws(DeviceLogError) {
        let entries = try Self.entries(of: log)
        guard let first = entries.first, let last = entries.last else { throw .empty }
        guard case .genesis(let device, let recovery) = first.change else { throw .empty }
        var previous = DeviceLogHead.zero
        for (index, entry) in entries.enumerated() {
            guard entry.index == index, entry.previous == previous else {
                throw .brokenLink(index: index)
            }
            try Self.check(entry, at: index)
            previous = Self.head(after: entry)
        }
        account = AccountID(made: SHA256.hash(first.bytes))
        head = Self.head(after: last)
        length = entries.count
        devices = [device]
        recoveryKey = recovery
        unverified = log
    }

    /// Whether `key` belongs to a device that is in.
    package func isActive(_ key: DevicePublicKey) -> Bool { devices.contains(key) }

    /// Whether this log is `known` or goes on where `known` ends [CARD-3].
    package func continues(_ known: DeviceLog) -> Bool {
        unverified.entries.starts(with: known.unverified.entries)
    }

    private static func entries(
        of log: UnverifiedDeviceLog
    ) throws(DeviceLogError) -> [DeviceLogEntry] {
        var reader = WireReader(log.entries)
        var entries: [DeviceLogEntry] = []
        while reader.remaining > 0 {
            guard entries.count < IdentityLimits.deviceLogEntriesMax else { throw .tooLong }
            entries.append(try DeviceLogEntry(from: &reader))
        }
        return entries
    }

    private static func check(_ entry: DeviceLogEntry, at index: Int) throws(DeviceLogError) {
        switch entry.change {
        case .genesis(let device, let recovery):
            guard index == 0 else { throw .misplacedGenesis(index: index) }
            guard device.bytes != recovery.bytes else { throw .sameKeys }
            guard entry.isSigned(by: [device.bytes, recovery.bytes]) else {
                throw .badSignatures(index: index)
            }
        }
    }

    private static func head(after entry: DeviceLogEntry) -> DeviceLogHead {
        DeviceLogHead(made: Labelled.hash(DeviceLogEntry.label, entry.bytes))
    }
}

/// Why entries are no valid device log.
package enum DeviceLogError: Error, Equatable, Sendable {
    /// The bytes are not entries.
    case malformed(WireError)
    /// There is no entry.
    case empty
    /// There are more than 64 entries.
    case tooLong
    /// An entry is of a version that this reader does not know.
    case unknownVersion(UInt8)
    /// An entry is of a type that this reader does not know: a later version may.
    case unknownEntryType(UInt8)
    /// The entry at this place has another index or does not name the entry before it.
    case brokenLink(index: Int)
    /// A genesis stands behind the first place.
    case misplacedGenesis(index: Int)
    /// The entry at this place is not signed by exactly the keys it needs.
    case badSignatures(index: Int)
    /// The device key and the recovery key are one.
    case sameKeys
}
