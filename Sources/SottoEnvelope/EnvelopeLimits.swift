// The bounds of envelopes (spec/relay.md, section 10).

/// Limits of this target, which are the relay's.
package enum EnvelopeLimits {
    /// The longest lane envelope, in bytes.
    package static let laneEnvelopeBytesMax = 262_144
    /// The longest device envelope, in bytes.
    package static let deviceEnvelopeBytesMax = 131_072
}
