// Ids, nonces and tokens that are drawn at random.

package import SottoWire

extension FixedBytes {
    /// A value drawn at random.
    package static func random(using entropy: inout Entropy) -> Self {
        Self(made: entropy.bytes(byteCount))
    }
}
