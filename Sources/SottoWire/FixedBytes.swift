// Ids, public keys, hashes: values that are a fixed number of bytes and differ in what they name.

/// What a kind of fixed-size value is: an empty enum that names it and says its size.
package protocol FixedBytesKind {
    /// How many bytes each value has.
    static var byteCount: Int { get }
}

/// Exactly `Kind.byteCount` bytes that name one kind of thing.
///
/// Two kinds do not mix: an id of an account is no id of a group. Values order as their bytes do.
/// The description shows no byte, so that an id that reaches a log by mistake says nothing.
package struct FixedBytes<Kind: FixedBytesKind>: Hashable, Sendable {
    /// The bytes, `Kind.byteCount` of them.
    package let bytes: [UInt8]

    /// Takes bytes of the right number.
    ///
    /// - Throws: `.truncated` or `.trailingBytes` when there are too few or too many.
    package init(_ bytes: some Collection<UInt8>) throws(WireError) {
        let count = bytes.count
        guard count >= Self.byteCount else {
            throw .truncated(needed: Self.byteCount, available: count)
        }
        guard count == Self.byteCount else { throw .trailingBytes(count - Self.byteCount) }
        self.bytes = Array(bytes)
    }

    /// Takes bytes that a function of ours made with this size: a hash, a derived key.
    ///
    /// A wrong number is a mistake of ours and stops the program; bytes from outside go through
    /// ``init(_:)``.
    package init(made bytes: [UInt8]) {
        precondition(bytes.count == Kind.byteCount, "made with another size")
        self.bytes = bytes
    }

    /// How many bytes each value has.
    package static var byteCount: Int { Kind.byteCount }

    /// The value whose bytes are all zero, which stands for "none" where a format says so.
    package static var zero: Self { Self(made: Array(repeating: 0, count: byteCount)) }
}

extension FixedBytes: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        self.init(made: try reader.fixed(Self.byteCount))
    }

    package func encode(to writer: inout WireWriter) { writer.fixed(bytes) }
}

extension FixedBytes: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension FixedBytes: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(Kind.self)(\(Self.byteCount) bytes)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
