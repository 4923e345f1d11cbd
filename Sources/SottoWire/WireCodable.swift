// Values that have exactly one form in bytes.

/// A value that writes itself in TLS presentation language (RFC 8446 section 3).
package protocol WireEncodable {
    /// Appends the one encoding of this value.
    func encode(to writer: inout WireWriter)
}

/// A value that reads itself from TLS presentation language and refuses every other form.
package protocol WireDecodable {
    /// Reads one value and leaves the reader behind its last byte.
    init(from reader: inout WireReader) throws(WireError)
}

/// A value that is both written and read.
package typealias WireCodable = WireEncodable & WireDecodable

extension WireEncodable {
    /// The encoding of this value alone.
    package var wireBytes: [UInt8] {
        var writer = WireWriter()
        // Most values have no more, and so need one buffer.
        writer.reserve(256)
        encode(to: &writer)
        return writer.bytes
    }
}

extension WireDecodable {
    /// Reads a value from bytes that hold it and nothing else.
    package init(wireBytes: ArraySlice<UInt8>) throws(WireError) {
        var reader = WireReader(wireBytes)
        self = try Self(from: &reader)
        try reader.finish()
    }

    /// Reads a value from bytes that hold it and nothing else.
    package init(wireBytes: [UInt8]) throws(WireError) {
        try self.init(wireBytes: wireBytes[...])
    }

    /// Reads a value from bytes that hold it and nothing else.
    package init(wireBytes: some Collection<UInt8>) throws(WireError) {
        try self.init(wireBytes: Array(wireBytes)[...])
    }
}

// MARK: - Enumerations

extension WireDecodable
where Self: RawRepresentable, RawValue: WireDecodable & UnsignedInteger {
    /// Reads the number of a case; a number that names none is `.unknownValue` [WIRE-4].
    package init(from reader: inout WireReader) throws(WireError) {
        let number = try reader.value(RawValue.self)
        guard let value = Self(rawValue: number) else { throw .unknownValue(UInt64(number)) }
        self = value
    }
}

extension WireEncodable where Self: RawRepresentable, RawValue: WireEncodable {
    /// Appends the number of the case.
    package func encode(to writer: inout WireWriter) { writer.value(rawValue) }
}

// MARK: - Numbers

extension UInt8: WireCodable {
    /// Reads one byte.
    package init(from reader: inout WireReader) throws(WireError) { self = try reader.uint8() }
    /// Appends one byte.
    package func encode(to writer: inout WireWriter) { writer.uint8(self) }
}

extension UInt16: WireCodable {
    /// Reads two bytes, most significant first.
    package init(from reader: inout WireReader) throws(WireError) { self = try reader.uint16() }
    /// Appends two bytes, most significant first.
    package func encode(to writer: inout WireWriter) { writer.uint16(self) }
}

extension UInt32: WireCodable {
    /// Reads four bytes, most significant first.
    package init(from reader: inout WireReader) throws(WireError) { self = try reader.uint32() }
    /// Appends four bytes, most significant first.
    package func encode(to writer: inout WireWriter) { writer.uint32(self) }
}

extension UInt64: WireCodable {
    /// Reads eight bytes, most significant first.
    package init(from reader: inout WireReader) throws(WireError) { self = try reader.uint64() }
    /// Appends eight bytes, most significant first.
    package func encode(to writer: inout WireWriter) { writer.uint64(self) }
}
