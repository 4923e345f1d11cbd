// Ids, public keys, hashes: values that are a fixed number of bytes and differ in what they name.

/// What a kind of fixed-size value is: an empty enum that names it and says its size.
package protocol FixedBytesKind {
    /// How many bytes each value has, 32 at most.
    static var byteCount: Int { get }
}

/// Exactly `Kind.byteCount` bytes that name one kind of thing.
///
/// Two kinds do not mix: an id of an account is no id of a group. Values order as their bytes do.
/// The description shows no byte, so that an id that reaches a log by mistake says nothing.
///
/// The bytes lie in the value itself: ids are copied, compared and looked up all the time, and
/// each would otherwise be an object of its own to allocate, to count and to follow.
package struct FixedBytes<Kind: FixedBytesKind>: Sendable {
    /// The bytes in the order of memory, and zeros behind them.
    private var words = Words(repeating: 0)

    private typealias Words = InlineArray<4, UInt64>

    /// Takes bytes of the right number.
    ///
    /// - Throws: `.truncated` or `.trailingBytes` when there are too few or too many.
    package init(_ bytes: some Collection<UInt8>) throws(WireError) {
        let count = bytes.count
        guard count >= Self.byteCount else {
            throw .truncated(needed: Self.byteCount, available: count)
        }
        guard count == Self.byteCount else { throw .trailingBytes(count - Self.byteCount) }
        fill { target in target.copyBytes(from: bytes) }
    }

    /// Takes bytes that a function of ours made with this size: a hash, a derived key.
    ///
    /// A wrong number is a mistake of ours and stops the program; bytes from outside go through
    /// ``init(_:)``.
    package init(made bytes: [UInt8]) {
        precondition(bytes.count == Kind.byteCount, "made with another size")
        fill { target in target.copyBytes(from: bytes) }
    }

    /// Lets a function of ours write all the bytes, which are zero before.
    package init(filling body: (UnsafeMutableRawBufferPointer) -> Void) { fill(body) }

    /// How many bytes each value has.
    package static var byteCount: Int { Kind.byteCount }

    /// The value whose bytes are all zero, which stands for "none" where a format says so.
    package static var zero: Self { Self(filling: { _ in }) }

    /// The bytes, `Kind.byteCount` of them, in an array of their own.
    package var bytes: [UInt8] { withUnsafeBytes { bytes in Array(bytes) } }

    /// Shows the bytes to `body`, which must not keep their address.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try Swift.withUnsafeBytes(of: words) { bytes throws(Failure) in
            try body(UnsafeRawBufferPointer(rebasing: bytes[..<Kind.byteCount]))
        }
    }

    private mutating func fill(_ body: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(Kind.byteCount <= MemoryLayout<Words>.size, "a kind of too many bytes")
        withUnsafeMutableBytes(of: &words) { bytes in
            body(UnsafeMutableRawBufferPointer(rebasing: bytes[..<Kind.byteCount]))
        }
    }

    private static var wordCount: Int { (Kind.byteCount + 7) / 8 }
}

extension FixedBytes: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        var difference: UInt64 = 0
        for index in 0..<wordCount { difference |= left.words[index] ^ right.words[index] }
        return difference == 0
    }

    package func hash(into hasher: inout Hasher) {
        for index in 0..<Self.wordCount { hasher.combine(words[index]) }
    }
}

extension FixedBytes: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        let bytes = try reader.take(Kind.byteCount)
        fill { target in bytes.withUnsafeBytes { bytes in target.copyMemory(from: bytes) } }
    }

    package func encode(to writer: inout WireWriter) {
        withUnsafeBytes { bytes in writer.fixed(bytes) }
    }
}

extension FixedBytes: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        for index in 0..<wordCount where left.words[index] != right.words[index] {
            return left.words[index].bigEndian < right.words[index].bigEndian
        }
        return false
    }
}

extension FixedBytes: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(Kind.self)(\(Self.byteCount) bytes)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
