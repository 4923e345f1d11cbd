// The bounds that hold for everything read from bytes, whoever sent them.

/// Limits of the codec; formats above it set tighter ones of their own.
package enum WireLimits {
    /// The longest `opaque<V>` that is read unless the caller says otherwise, in bytes.
    package static let opaqueBytesMax = 1 << 26
    /// The longest vector of values that is read unless the caller says otherwise, in bytes.
    package static let vectorBytesMax = 1 << 26
    /// The largest number that a variable-size length can say (RFC 9420 section 2.1.2).
    package static let varintMax = (1 << 30) - 1
    /// The bytes of the text of a relay's origin: the longest host name, scheme and port.
    package static let originBytesMax = 270

    /// The longest CBOR item that is read, in bytes: an envelope's largest size class [WIRE-7].
    package static let cborBytesMax = 262_144
    /// How deep CBOR items may lie in each other, the outermost counted.
    package static let cborDepthMax = 16
    /// How many CBOR data items one encoded item may hold, itself included.
    package static let cborItemsMax = 65_536
}
