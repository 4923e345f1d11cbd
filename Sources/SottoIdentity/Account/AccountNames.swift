// The names of an account and of the keys that belong to it.

package import SottoWire

/// What an ``AccountID`` is.
package enum AccountKind: FixedBytesKind { package static let byteCount = 32 }
/// What a ``DevicePublicKey`` is.
package enum DeviceKeyKind: FixedBytesKind { package static let byteCount = 32 }
/// What a ``RecoveryPublicKey`` is.
package enum RecoveryKeyKind: FixedBytesKind { package static let byteCount = 32 }
/// What a ``DeviceLogHead`` is.
package enum DeviceLogHeadKind: FixedBytesKind { package static let byteCount = 32 }

/// The name of an account: the hash of its device log's first entry (spec/identity.md, section 1).
package typealias AccountID = FixedBytes<AccountKind>
/// A device's Ed25519 public key, which is also the signature key of its MLS leaves.
package typealias DevicePublicKey = FixedBytes<DeviceKeyKind>
/// The Ed25519 public key whose private half lies in the recovery code alone.
package typealias RecoveryPublicKey = FixedBytes<RecoveryKeyKind>
/// The hash of a device log's last entry, which says where the log ends.
package typealias DeviceLogHead = FixedBytes<DeviceLogHeadKind>
