// Reading CBOR: one form for every value, and an end to nesting.

extension CBORValue {
    /// Reads one item that fills `bytes` exactly.
    ///
    /// Refused are heads that are not the shortest (`.nonMinimalLength`), indefinite lengths,
    /// reserved and unassigned heads, text that is not UTF-8, keys that occur twice and floats
    /// with a shorter form (`.malformed`), and what exceeds the limits of depth, items and bytes.
    package init(
        decoding bytes: ArraySlice<UInt8>, bytesMax: Int = WireLimits.cborBytesMax
    ) throws(WireError) {
        guard bytes.count <= bytesMax else {
            throw .lengthOverLimit(length: bytes.count, limit: bytesMax)
        }
        var reader = WireReader(bytes)
        var decoder = CBORDecoder()
        self = try decoder.item(from: &reader, depth: 1)
        try reader.finish()
    }

    /// Reads one item that fills `bytes` exactly.
    package init(
        decoding bytes: [UInt8], bytesMax: Int = WireLimits.cborBytesMax
    ) throws(WireError) {
        try self.init(decoding: bytes[...], bytesMax: bytesMax)
    }
}

/// Counts what one decoding has read so far.
private struct CBORDecoder {
    private var items = 0

    mutating func item(
        from reader: inout WireReader, depth: Int
    ) throws(WireError) -> CBORValue {
        guard depth <= WireLimits.cborDepthMax else {
            throw .lengthOverLimit(length: depth, limit: WireLimits.cborDepthMax)
        }
        items += 1
        guard items <= WireLimits.cborItemsMax else {
            throw .lengthOverLimit(length: items, limit: WireLimits.cborItemsMax)
        }
        let initial = try reader.uint8()
        let information = initial & 31
        guard let type = CBORMajorType(rawValue: initial >> 5) else { throw .malformed }
        if type == .simple { return try reader.simple(information) }
        let argument = try reader.argument(information)
        switch type {
        case .unsigned: return .unsigned(argument)
        case .negative: return .negative(argument)
        case .bytes: return .bytes(Array(try reader.string(argument)))
        case .text:
            guard let text = String(validating: try reader.string(argument), as: UTF8.self) else {
                throw .malformed
            }
            return .text(text)
        case .array: return try array(from: &reader, count: argument, depth: depth)
        case .map: return try map(from: &reader, count: argument, depth: depth)
        default: return .tagged(argument, try item(from: &reader, depth: depth + 1))
        }
    }

    private mutating func array(
        from reader: inout WireReader, count: UInt64, depth: Int
    ) throws(WireError) -> CBORValue {
        let count = try reader.count(count, ofAtLeast: 1)
        var values: [CBORValue] = []
        values.reserveCapacity(Swift.min(count, WireLimits.cborItemsMax))
        for _ in 0..<count { values.append(try item(from: &reader, depth: depth + 1)) }
        return .array(values)
    }

    private mutating func map(
        from reader: inout WireReader, count: UInt64, depth: Int
    ) throws(WireError) -> CBORValue {
        let count = try reader.count(count, ofAtLeast: 2)
        var members: [CBORValue.Member] = []
        // Every value has one form, so keys are the same exactly if their bytes are.
        var keys: Set<ArraySlice<UInt8>> = []
        for _ in 0..<count {
            let (key, bytes) = try reader.capturing { (reader) throws(WireError) -> CBORValue in
                try item(from: &reader, depth: depth + 1)
            }
            guard keys.insert(bytes).inserted else { throw .malformed }
            members.append(.init(key, try item(from: &reader, depth: depth + 1)))
        }
        return .map(members)
    }
}

extension WireReader {
    /// The argument of a head, which must be the shortest head that says it.
    fileprivate mutating func argument(_ information: UInt8) throws(WireError) -> UInt64 {
        let (value, least): (UInt64, UInt64)
        switch information {
        case 0..<24: return UInt64(information)
        case 24: (value, least) = (UInt64(try uint8()), 24)
        case 25: (value, least) = (UInt64(try uint16()), 1 << 8)
        case 26: (value, least) = (UInt64(try uint32()), 1 << 16)
        case 27: (value, least) = (try uint64(), 1 << 32)
        default: throw .malformed
        }
        guard value >= least else { throw .nonMinimalLength }
        return value
    }

    /// An item of major type 7.
    fileprivate mutating func simple(_ information: UInt8) throws(WireError) -> CBORValue {
        switch information {
        case 20: return .bool(false)
        case 21: return .bool(true)
        case 22: return .null
        case 25: return .float(.half(try uint16()))
        case 26: return .float(try CBORFloat(shortestSingle: try uint32()))
        case 27: return .float(try CBORFloat(shortestDouble: try uint64()))
        default: throw .unknownValue(UInt64(information))
        }
    }

    /// The bytes of a string, whose length is compared with what is left.
    fileprivate mutating func string(_ length: UInt64) throws(WireError) -> ArraySlice<UInt8> {
        try take(try count(length, ofAtLeast: 1))
    }

    /// A count of things that take at least `size` bytes each, refused if they cannot be there.
    fileprivate func count(_ count: UInt64, ofAtLeast size: Int) throws(WireError) -> Int {
        guard let count = Int(exactly: count) else { throw .malformed }
        let (needed, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow, needed <= remaining else {
            throw .truncated(needed: overflow ? .max : needed, available: remaining)
        }
        return count
    }
}

extension CBORFloat {
    /// Refuses 32 bits that 16 would say as well (RFC 8949 section 4.2.1).
    fileprivate init(shortestSingle bits: UInt32) throws(WireError) {
        let value = Float(bitPattern: bits)
        guard !Self.fits(value.magnitude, exponents: -24...15, digits: 11), value.isFinite else {
            throw .nonMinimalLength
        }
        self = .single(bits)
    }

    /// Refuses 64 bits that 32 would say as well (RFC 8949 section 4.2.1).
    fileprivate init(shortestDouble bits: UInt64) throws(WireError) {
        let value = Double(bitPattern: bits)
        guard value.isFinite, Double(Float(value)) != value else { throw .nonMinimalLength }
        self = .double(bits)
    }

    /// Whether a binary float with these exponents and this many digits holds `value`.
    private static func fits(
        _ value: Float, exponents: ClosedRange<Int>, digits: Int
    ) -> Bool {
        guard value != 0 else { return true }
        guard value.isFinite, value.exponent <= exponents.upperBound else { return false }
        // The lowest bit that the format keeps at this magnitude, which subnormals limit.
        let lowest = Swift.max(Int(value.exponent) - digits + 1, exponents.lowerBound)
        let unit = Float(sign: .plus, exponent: lowest, significand: 1)
        return (value / unit).rounded(.towardZero) == value / unit
    }
}
