// The bounds of loops over what keys are made of.

enum CryptoLimits {
    /// How many candidates for a private key are tried. RFC 9180 section 7.1.3 numbers them with
    /// one byte; that the second is needed happens once in 2^32 derivations on P-256, and never
    /// elsewhere.
    static let keyCandidatesMax = 256
}
