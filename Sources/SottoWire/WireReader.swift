// The cursor that every format is read with: canonical, bounded, and finished by proof.

/// Bytes that are still to be explained.
///
/// A read that throws `.truncated` has moved nothing. A compound read that fails may have
/// moved past its first parts: who sees an error drops the reader.
package struct WireReader: ~Copyable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    /// A reader of a part of a longer message, sharing its storage.
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// A reader of a whole message.
    package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// How many bytes are still unread.
    package var remaining: Int { bytes.endIndex - position }

    /// The next `count` bytes, sharing the storage of the message.
    package mutating func take(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
        guard count >= 0 else { throw .malformed }
        guard count <= remaining else {
            throw .truncated(needed: count, available: remaining)
        }
        let start = position
        position += count
        return bytes[start..<position]
    }

    /// Everything that is left; the reader is then at its end.
    package mutating func rest() -> ArraySlice<UInt8> {
        let start = position
        position = bytes.endIndex
        return bytes[start...]
    }

    /// What `body` reads, together with the bytes it read, as received.
    ///
    /// Bytes that were signed or hashed are kept this way and never encoded again.
    package mutating func capturing<Value>(
        _ body: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> (value: Value, bytes: ArraySlice<UInt8>) {
        let start = position
        let value = try body(&self)
        return (value, bytes[start..<position])
    }

    /// Ends the reading by proving that every byte was explained.
    package consuming func finish() throws(WireError) {
        guard remaining == 0 else { throw .trailingBytes(remaining) }
    }
}

// MARK: - Numbers

extension WireReader {
    /// One byte.
    package mutating func uint8() throws(WireError) -> UInt8 {
        UInt8(truncatingIfNeeded: try bigEndian(1))
    }

    /// Two bytes, most significant first.
    package mutating func uint16() throws(WireError) -> UInt16 {
        UInt16(truncatingIfNeeded: try bigEndian(2))
    }

    /// Four bytes, most significant first.
    package mutating func uint32() throws(WireError) -> UInt32 {
        UInt32(truncatingIfNeeded: try bigEndian(4))
    }

    /// Eight bytes, most significant first.
    package mutating func uint64() throws(WireError) -> UInt64 { try bigEndian(8) }

    /// A variable-size length, refused when it is not the shortest (RFC 9420 section 2.1.2).
    package mutating func varint() throws(WireError) -> Int {
        guard remaining > 0 else { throw .truncated(needed: 1, available: 0) }
        let size: Int
        let least: UInt64
        switch bytes[position] >> 6 {
        case 0: (size, least) = (1, 0)
        case 1: (size, least) = (2, 1 << 6)
        case 2: (size, least) = (4, 1 << 14)
        default: throw .malformed
        }
        let value = try bigEndian(size) & (1 << (8 * size - 2) - 1)
        guard value >= least else { throw .nonMinimalLength }
        return Int(value)
    }

    private mutating func bigEndian(_ count: Int) throws(WireError) -> UInt64 {
        guard count <= remaining else {
            throw .truncated(needed: count, available: remaining)
        }
        let start = position - bytes.startIndex
        position += count
        return bytes.withUnsafeBytes { bytes in
            var value: UInt64 = 0
            for index in start..<start + count { value = value << 8 | UInt64(bytes[index]) }
            return value
        }
    }
}

// MARK: - Vectors and values

extension WireReader {
    /// `opaque<V>`: a length, then that many bytes.
    package mutating func opaque(
        max: Int = WireLimits.opaqueBytesMax
    ) throws(WireError) -> [UInt8] {
        Array(try opaqueSlice(max: max))
    }

    /// `opaque<V>` without a copy: the bytes share the storage of the message.
    package mutating func opaqueSlice(
        max: Int = WireLimits.opaqueBytesMax
    ) throws(WireError) -> ArraySlice<UInt8> {
        let length = try varint()
        guard length <= max else { throw .lengthOverLimit(length: length, limit: max) }
        return try take(length)
    }

    /// Exactly `count` bytes that carry no length.
    package mutating func fixed(_ count: Int) throws(WireError) -> [UInt8] {
        Array(try take(count))
    }

    /// `T<V>`: a length in bytes, then values that fill it exactly.
    package mutating func vector<Value: WireDecodable>(
        of _: Value.Type = Value.self, max: Int = WireLimits.vectorBytesMax
    ) throws(WireError) -> [Value] {
        var inner = WireReader(try opaqueSlice(max: max))
        var values: [Value] = []
        while inner.remaining > 0 {
            let before = inner.remaining
            values.append(try Value(from: &inner))
            guard inner.remaining < before else { throw .malformed }
        }
        return values
    }

    /// `optional<T>`: a byte 0, or a byte 1 and the value (RFC 9420 section 2.1.1).
    package mutating func optional<Value: WireDecodable>(
        _: Value.Type = Value.self
    ) throws(WireError) -> Value? {
        try flag() ? Value(from: &self) : nil
    }

    /// One byte that is 0 for no or 1 for yes [WIRE-4].
    package mutating func flag() throws(WireError) -> Bool {
        switch try uint8() {
        case 0: false
        case 1: true
        case let other: throw .unknownValue(UInt64(other))
        }
    }

    /// One value.
    package mutating func value<Value: WireDecodable>(
        _: Value.Type = Value.self
    ) throws(WireError) -> Value {
        try Value(from: &self)
    }
}
