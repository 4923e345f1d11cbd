// Who a leaf of a group belongs to, proved by what the leaf itself carries.

import SottoCrypto
package import SottoWire

/// A leaf whose credential, signature key and device log agree [ID-5].
package struct LeafIdentity: Hashable, Sendable {
    /// The account whose device the leaf is.
    package let account: AccountID
    /// The device.
    package let device: DevicePublicKey
    /// The account's log as the leaf carries it.
    package let log: DeviceLog

    /// Checks a leaf.
    ///
    /// - Parameters:
    ///   - identity: What the leaf's basic credential says.
    ///   - signatureKey: The leaf's signature key.
    ///   - deviceLog: The data of the leaf's extension 0xF050.
    package init(
        credential identity: [UInt8], signatureKey: [UInt8], deviceLog: [UInt8]
    ) throws(LeafIdentityError) {
        let log = try Self.log(in: deviceLog)
        guard identity == log.account.bytes else { throw .otherAccount }
        guard let device = log.devices.first(where: { $0.bytes == signatureKey }) else {
            throw .deviceNotActive
        }
        account = log.account
        self.device = device
        self.log = log
    }

    private static func log(in bytes: [UInt8]) throws(LeafIdentityError) -> DeviceLog {
        let carried: DeviceLogExtension
        do { carried = try DeviceLogExtension(wireBytes: bytes) } catch { throw .malformed(error) }
        let log: DeviceLog
        do { log = try DeviceLog(validating: carried.log) } catch { throw .deviceLog(error) }
        guard carried.head == log.head, carried.length == log.length else { throw .otherHead }
        return log
    }
}

/// Why a leaf proves no identity; such a leaf is refused [ID-7].
package enum LeafIdentityError: Error, Equatable, Sendable {
    /// The extension does not decode.
    case malformed(WireError)
    /// The log it carries is not valid.
    case deviceLog(DeviceLogError)
    /// Head or length are not those of the log beside them.
    case otherHead
    /// The credential names another account than the log's.
    case otherAccount
    /// The leaf's signature key is no active device of the log.
    case deviceNotActive
}
