// The bounds of identities, cards and links (spec/identity.md).

package import SottoCrypto

/// Limits of this target; the codec's own come first.
package enum IdentityLimits {
    /// How many entries a device log may have [ID-2].
    package static let deviceLogEntriesMax = 64
    /// The longest device log that is read, in bytes; a genesis takes 296.
    package static let deviceLogBytesMax = 32_768
    /// How many devices a record may name [CARD-2].
    package static let recordDevicesMax = 16
    /// The longest sealed record, in bytes: its largest size class, sealed (spec/relay.md,
    /// section 10).
    package static let recordBytesMax = 65_536 + SymmetricSeal.overhead
    /// How long a record is valid, in milliseconds [CARD-1].
    package static let recordValidityMs: UInt64 = 14 * 24 * 3_600_000
    /// How far a record's first moment may lie ahead of our clock, in milliseconds [CARD-2].
    package static let clockToleranceMs: UInt64 = 3_600_000
    /// How many bytes a device's sealing key has: ML-KEM-768 beside X25519 (KEM 0x647a).
    package static let sealingKeyBytes = 1_216
    /// How many extensions a record or a device in it may carry.
    package static let recordExtensionsMax = 16
    /// The longest contact link that is read, in UTF-8 bytes, white space included [CARD-5].
    package static let linkBytesMax = 1_024
    /// The longest recovery code that is read, in UTF-8 bytes, separators included [ID-4].
    package static let recoveryCodeBytesMax = 256
    /// How many bytes a user name has [NAME-1].
    package static let userNameBytes = 3...32
    /// What one guess at a user name costs beside the question to the relay [NAME-2].
    package static let nameCost = Argon2id.Cost(memoryBytes: 64 << 20, passes: 3)
}
