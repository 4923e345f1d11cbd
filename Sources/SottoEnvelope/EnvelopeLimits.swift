// The bounds of envelopes (spec/relay.md, section 10).

import SottoCrypto

/// Limits of this target, which are the relay's: the largest size class, and what sealing adds.
package enum EnvelopeLimits {
    /// The longest lane envelope, in bytes.
    package static let laneEnvelopeBytesMax = 262_144 + SymmetricSeal.overhead
    /// The longest device envelope, in bytes: a version, an encapsulation, a length and a tag more
    /// than what it seals.
    package static let deviceEnvelopeBytesMax = 131_072 + 1 + 1_120 + 4 + 16
}
