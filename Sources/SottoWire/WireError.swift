// What can be wrong with bytes that claim to be one of our formats.

/// Why bytes could not be read. Nothing was kept of them.
package enum WireError: Error, Equatable, Sendable {
    /// The bytes end before the value does.
    case truncated(needed: Int, available: Int)
    /// This many bytes were left that no field explains.
    case trailingBytes(Int)
    /// A length or number is written in more bytes than it needs (RFC 9420 section 2.1.2).
    case nonMinimalLength
    /// A length is larger than the reader allows; nothing of it was allocated.
    case lengthOverLimit(length: Int, limit: Int)
    /// An enumerated field holds a number without a meaning here.
    case unknownValue(UInt64)
    /// The bytes break a rule of their format that has no case of its own.
    case malformed
}
