// The buffer that every format is written with.

/// Bytes under construction.
///
/// A writer made with a wiping function leaves no copy of what it wrote in memory that it gave
/// back: it clears each buffer it grows out of, and `wipe()` clears the last.
package struct WireWriter: ~Copyable {
    private var storage: [UInt8] = []
    private let wiping: (@Sendable (UnsafeMutableRawBufferPointer) -> Void)?

    /// An empty writer.
    package init() { wiping = nil }

    /// An empty writer whose buffers are cleared with `wiping` before they are given back.
    package init(wiping: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Void) {
        self.wiping = wiping
    }

    /// What was written so far.
    package var bytes: [UInt8] { storage }

    /// How many bytes were written so far.
    package var count: Int { storage.count }

    /// Shows what was written so far without copying it.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        storage.withUnsafeBytes(body)
    }

    /// Makes room for `count` more bytes.
    package mutating func reserve(_ count: Int) {
        guard storage.capacity - storage.count < count else { return }
        let capacity = Swift.max(storage.count + count, storage.capacity * 2)
        guard let wiping else { return storage.reserveCapacity(capacity) }
        var grown: [UInt8] = []
        grown.reserveCapacity(capacity)
        grown.append(contentsOf: storage)
        storage.withUnsafeMutableBytes { bytes in wiping(bytes) }
        storage = grown
    }

    /// Clears what was written. Does nothing to a writer that was made without a wiping function.
    package mutating func wipe() {
        guard let wiping else { return }
        storage.withUnsafeMutableBytes { bytes in wiping(bytes) }
        storage = []
    }

    private mutating func prepare(_ count: Int) {
        if wiping != nil { reserve(count) }
    }
}

// MARK: - Numbers

extension WireWriter {
    /// One byte.
    package mutating func uint8(_ value: UInt8) {
        prepare(1)
        storage.append(value)
    }

    /// Two bytes, most significant first.
    package mutating func uint16(_ value: UInt16) { bigEndian(UInt64(value), 2) }

    /// Four bytes, most significant first.
    package mutating func uint32(_ value: UInt32) { bigEndian(UInt64(value), 4) }

    /// Eight bytes, most significant first.
    package mutating func uint64(_ value: UInt64) { bigEndian(value, 8) }

    /// A variable-size length in its shortest form (RFC 9420 section 2.1.2).
    ///
    /// - Precondition: `value` is between 0 and `WireLimits.varintMax`; more is our own mistake.
    package mutating func varint(_ value: Int) {
        let size = Self.varintSize(value)
        bigEndian(Self.varintBits(value, size: size), size)
    }

    private mutating func bigEndian(_ value: UInt64, _ count: Int) {
        prepare(count)
        withUnsafeBytes(of: value.bigEndian) { bytes in
            storage.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[(8 - count)...]))
        }
    }

    /// How many bytes a variable-size length takes: 1, 2 or 4.
    ///
    /// - Precondition: As for `varint`.
    package static func varintSize(_ value: Int) -> Int {
        precondition(
            0...WireLimits.varintMax ~= value, "a length of ours is over the varint limit")
        return value < 1 << 6 ? 1 : value < 1 << 14 ? 2 : 4
    }

    private static func varintBits(_ value: Int, size: Int) -> UInt64 {
        let prefix: UInt64 = size == 1 ? 0 : size == 2 ? 1 : 2
        return prefix << (8 * size - 2) | UInt64(value)
    }
}

// MARK: - Vectors and values

extension WireWriter {
    /// `opaque<V>`: the length, then the bytes.
    package mutating func opaque(_ bytes: some Collection<UInt8>) {
        varint(bytes.count)
        fixed(bytes)
    }

    /// The bytes alone.
    package mutating func fixed(_ bytes: some Collection<UInt8>) {
        prepare(bytes.count)
        // Bytes that lie together are taken as such: asking a collection of a type that is not
        // known here for its elements costs more than most of what is written.
        let taken: Void? = bytes.withContiguousStorageIfAvailable { bytes in
            storage.append(contentsOf: bytes)
        }
        if taken == nil { storage.append(contentsOf: bytes) }
    }

    /// `count` bytes that are zero.
    package mutating func zeros(_ count: Int) {
        prepare(count)
        storage.append(contentsOf: repeatElement(0, count: count))
    }

    /// `T<V>`: the length in bytes, then the values.
    package mutating func vector(_ values: [some WireEncodable]) {
        lengthPrefixed { writer in
            for value in values { value.encode(to: &writer) }
        }
    }

    /// `optional<T>`: a byte 0, or a byte 1 and the value (RFC 9420 section 2.1.1).
    package mutating func optional(_ value: (some WireEncodable)?) {
        flag(value != nil)
        value?.encode(to: &self)
    }

    /// One byte: 0 for no, 1 for yes.
    package mutating func flag(_ value: Bool) { uint8(value ? 1 : 0) }

    /// One value.
    package mutating func value(_ value: some WireEncodable) { value.encode(to: &self) }

    /// The length in bytes of what `body` writes, then those bytes.
    package mutating func lengthPrefixed(_ body: (inout WireWriter) -> Void) {
        let start = storage.count
        uint8(0)
        body(&self)
        let length = storage.count - start - 1
        let size = Self.varintSize(length)
        if size > 1 {
            prepare(size - 1)
            storage.insert(contentsOf: repeatElement(0, count: size - 1), at: start)
        }
        let bits = Self.varintBits(length, size: size)
        for index in 0..<size {
            storage[start + index] = UInt8(truncatingIfNeeded: bits >> (8 * (size - 1 - index)))
        }
    }
}
