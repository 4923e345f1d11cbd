// What can be wrong with a record.

package import SottoWire

/// Why a record is not believed. Nothing of it is used.
package enum RecordError: Error, Equatable, Sendable {
    /// It was not sealed for this card, or was changed since.
    case notOpened
    /// A later version wrote it.
    case unknownVersion(UInt8)
    /// It opens and does not decode.
    case malformed(WireError)
    /// Its log is not valid.
    case deviceLog(DeviceLogError)
    /// Its account is not its log's.
    case otherAccount
    /// Its signer is no active device of the log.
    case signerNotActive
    /// The signer did not sign this.
    case badSignature
    /// It names no device.
    case noDevices
    /// It names more than 16 devices.
    case tooManyDevices
    /// It names a device twice.
    case repeatedDevice
    /// It names a device that the log does not.
    case deviceNotActive
    /// A device's sealing key has another length than its mechanism's.
    case invalidSealingKey
    /// A list of extensions is too long.
    case tooManyExtensions
    /// An extension type stands twice in one list [CARD-6].
    case repeatedExtension
    /// Its log is neither the one we know of this account nor a continuation of it [CARD-3].
    case forked
    /// It ends before it begins, or is valid for longer than 14 days.
    case invalidValidity
    /// It begins later than our clock allows for.
    case notYetValid(fromMs: UInt64)
    /// Its time is over: it serves no first contact.
    case expired(sinceMs: UInt64)
    /// Sealed, it would be over the relay's limit.
    case tooLarge
}
