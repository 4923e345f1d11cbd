// What a reader refuses: bytes too few, too many, or written in another form than the one.

import SottoWire
import Testing

@Suite("reading bytes")
struct WireReaderTests {
    /// One field of each kind.
    struct Everything: WireCodable, Equatable {
        var small: UInt8 = 0xab
        var medium: UInt16 = 0x0102
        var large: UInt32 = 0x0304_0506
        var huge: UInt64 = 0x0708_090a_0b0c_0d0e
        var opaque: [UInt8] = Array(0..<200)
        var fixed: [UInt8] = [1, 2, 3]
        var list: [UInt16] = [7, 8, 9]
        var present: UInt8? = 5
        var absent: UInt8?

        init() {}

        init(from reader: inout WireReader) throws(WireError) {
            small = try reader.uint8()
            medium = try reader.uint16()
            large = try reader.uint32()
            huge = try reader.uint64()
            opaque = try reader.opaque()
            fixed = try reader.fixed(3)
            list = try reader.vector()
            present = try reader.optional()
            absent = try reader.optional()
        }

        func encode(to writer: inout WireWriter) {
            writer.uint8(small)
            writer.uint16(medium)
            writer.uint32(large)
            writer.uint64(huge)
            writer.opaque(opaque)
            writer.fixed(fixed)
            writer.vector(list)
            writer.optional(present)
            writer.optional(absent)
        }
    }

    @Test("[WIRE-3] what is written is read back, and nothing is left over")
    func roundTrip() throws {
        #expect(try Everything(wireBytes: Everything().wireBytes) == Everything())
        #expect(throws: WireError.trailingBytes(1)) {
            try Everything(wireBytes: Everything().wireBytes + [0])
        }
    }

    @Test("every strict prefix is refused")
    func prefixes() {
        let bytes = Everything().wireBytes
        for count in bytes.indices {
            #expect(throws: WireError.self, "the first \(count) bytes") {
                try Everything(wireBytes: bytes[..<count])
            }
        }
    }

    @Test("a reader of a slice starts where the slice does")
    func slices() throws {
        var reader = WireReader([9, 9, 1, 2, 3][2...])
        let head = try reader.take(2)
        #expect(Array(head) == [1, 2])
        #expect(reader.remaining == 1)
        let tail = reader.rest()
        #expect(Array(tail) == [3])
        try reader.finish()
    }

    @Test("a read that is too long moves nothing")
    func failedTake() throws {
        var reader = WireReader([1, 2, 3])
        #expect(throws: WireError.truncated(needed: 4, available: 3)) { try reader.take(4) }
        #expect(throws: WireError.truncated(needed: 4, available: 3)) { try reader.uint32() }
        #expect(throws: WireError.malformed) { try reader.take(-1) }
        #expect(reader.remaining == 3)
    }

    @Test(
        "[WIRE-1] lengths use the shortest form",
        arguments: [
            (0, [0x00]), (63, [0x3f]), (64, [0x40, 0x40]), (16_383, [0x7f, 0xff]),
            (16_384, [0x80, 0x00, 0x40, 0x00]), (WireLimits.varintMax, [0xbf, 0xff, 0xff, 0xff]),
        ] as [(Int, [UInt8])])
    func lengths(value: Int, bytes: [UInt8]) throws {
        var writer = WireWriter()
        writer.varint(value)
        #expect(writer.bytes == bytes)
        var reader = WireReader(bytes)
        let read = try reader.varint()
        #expect(read == value)
        try reader.finish()
    }

    @Test(
        "[WIRE-1] a longer form, and the prefix 0b11, are refused",
        arguments: [
            ([0x40, 0x00], .nonMinimalLength), ([0x40, 0x3f], .nonMinimalLength),
            ([0x80, 0x00, 0x00, 0x01], .nonMinimalLength),
            ([0x80, 0x00, 0x3f, 0xff], .nonMinimalLength),
            ([0xc0, 0, 0, 0, 0, 0, 0, 0], .malformed), ([0xff], .malformed),
        ] as [([UInt8], WireError)])
    func otherForms(bytes: [UInt8], error: WireError) {
        var reader = WireReader(bytes)
        #expect(throws: error) { try reader.varint() }
    }

    @Test("[WIRE-2] a length is compared with limit and rest before anything is allocated")
    func limits() {
        var over = WireReader([0x05, 1, 2, 3, 4, 5])
        #expect(throws: WireError.lengthOverLimit(length: 5, limit: 4)) {
            try over.opaque(max: 4)
        }
        var short = WireReader([0xbf, 0xff, 0xff, 0xff, 1])
        #expect(throws: WireError.truncated(needed: WireLimits.varintMax, available: 1)) {
            try short.opaque(max: .max)
        }
        var vector = WireReader([0x04, 0, 1, 0, 2])
        #expect(throws: WireError.lengthOverLimit(length: 4, limit: 2)) {
            try vector.vector(of: UInt16.self, max: 2)
        }
    }

    @Test("a vector is filled exactly by its values")
    func vectors() {
        var reader = WireReader([0x03, 0, 1, 0])
        #expect(throws: WireError.truncated(needed: 2, available: 1)) {
            try reader.vector(of: UInt16.self)
        }
    }

    @Test("a vector of values that take no bytes is refused rather than read for ever")
    func emptyValues() {
        struct Nothing: WireDecodable {
            init(from _: inout WireReader) throws(WireError) {}
        }
        var reader = WireReader([0x01, 0])
        #expect(throws: WireError.malformed) { try reader.vector(of: Nothing.self) }
    }

    @Test("[WIRE-4] an optional starts with 0 or 1")
    func optionals() {
        var reader = WireReader([2, 7])
        #expect(throws: WireError.unknownValue(2)) { try reader.optional(UInt8.self) }
    }

    @Test("[WIRE-4] a flag is 0 or 1")
    func flags() throws {
        var writer = WireWriter()
        writer.flag(false)
        writer.flag(true)
        #expect(writer.bytes == [0, 1])
        var reader = WireReader([0, 1, 2])
        let (no, yes) = (try reader.flag(), try reader.flag())
        #expect(!no && yes)
        #expect(throws: WireError.unknownValue(2)) { try reader.flag() }
    }

    @Test("[WIRE-4] an enumeration is its number, and a number that names no case is refused")
    func enumerations() throws {
        enum Wide: UInt16, WireCodable { case only = 0x0102 }
        #expect(Wide.only.wireBytes == [1, 2])
        #expect(try Wide(wireBytes: [1, 2]) == .only)
        #expect(throws: WireError.unknownValue(0x0103)) { try Wide(wireBytes: [1, 3]) }
        #expect(throws: WireError.truncated(needed: 2, available: 1)) { try Wide(wireBytes: [1]) }
    }

    @Test("[WIRE-5] captured bytes are those that were received")
    func capturing() throws {
        var reader = WireReader([9, 0x02, 1, 2, 9])
        _ = try reader.uint8()
        let (value, bytes) = try reader.capturing { (reader) throws(WireError) -> [UInt8] in
            try reader.opaque()
        }
        #expect(value == [1, 2])
        #expect(Array(bytes) == [0x02, 1, 2])
        #expect(reader.remaining == 1)
    }
}
