// CBOR has one form here, and hostile CBOR an end.

import SottoWire
import Testing

@Suite("CBOR")
struct CBORTests {
    /// RFC 8949 appendix A, as far as deterministic encoding goes.
    static let examples: [(CBORValue, [UInt8])] = [
        (.integer(0), [0x00]), (.integer(23), [0x17]), (.integer(24), [0x18, 0x18]),
        (.integer(1_000), [0x19, 0x03, 0xe8]), (.integer(1_000_000), [0x1a, 0, 0x0f, 0x42, 0x40]),
        (.integer(1_000_000_000_000), [0x1b, 0, 0, 0, 0xe8, 0xd4, 0xa5, 0x10, 0]),
        (.unsigned(.max), [0x1b] + Array(repeating: 0xff, count: 8)),
        (.negative(.max), [0x3b] + Array(repeating: 0xff, count: 8)),
        (.integer(-1), [0x20]), (.integer(-1_000), [0x39, 0x03, 0xe7]),
        (.bool(false), [0xf4]), (.bool(true), [0xf5]), (.null, [0xf6]),
        (.float(.half(0x3c00)), [0xf9, 0x3c, 0x00]),
        (.float(.half(0x7e00)), [0xf9, 0x7e, 0x00]),
        (.float(.single(0x47c3_5000)), [0xfa, 0x47, 0xc3, 0x50, 0x00]),
        (
            .float(.double(0x3ff1_9999_9999_999a)),
            [0xfb, 0x3f, 0xf1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a]
        ),
        (.tagged(1, .integer(1_363_896_240)), [0xc1, 0x1a, 0x51, 0x4b, 0x67, 0xb0]),
        (.bytes([]), [0x40]), (.bytes([1, 2, 3, 4]), [0x44, 1, 2, 3, 4]),
        (.text(""), [0x60]), (.text("\u{fc}"), [0x62, 0xc3, 0xbc]),
        (.array([]), [0x80]), (.map([]), [0xa0]),
        (
            .array([.integer(1), .array([.integer(2), .integer(3)])]),
            [0x82, 0x01, 0x82, 0x02, 0x03]
        ),
        (
            .map([.init(.text("a"), .integer(1)), .init(.text("b"), .array([.integer(2)]))]),
            [0xa2, 0x61, 0x61, 0x01, 0x61, 0x62, 0x81, 0x02]
        ),
    ]

    @Test("each kind of item is read and written in its one form", arguments: examples)
    func oneForm(value: CBORValue, bytes: [UInt8]) throws {
        #expect(value.encoded == bytes)
        #expect(try CBORValue(decoding: bytes) == value)
    }

    @Test("every strict prefix and every byte too many is refused", arguments: examples)
    func prefixes(value: CBORValue, bytes: [UInt8]) {
        for count in bytes.indices {
            #expect(throws: WireError.self) { try CBORValue(decoding: bytes[..<count]) }
        }
        #expect(throws: WireError.trailingBytes(1)) { try CBORValue(decoding: bytes + [0]) }
    }

    @Test(
        "[WIRE-6] heads that are not the shortest are refused",
        arguments: [
            [0x18, 0x17], [0x19, 0x00, 0xff], [0x1a, 0, 0, 0xff, 0xff],
            [0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], [0x38, 0x00], [0x58, 0x01, 0x00],
            [0x78, 0x00], [0x98, 0x00], [0xb8, 0x00], [0xd8, 0x01, 0x00],
            [0xfa, 0x3f, 0x80, 0x00, 0x00], [0xfa, 0x7f, 0x80, 0x00, 0x00],
            [0xfa, 0x33, 0x80, 0x00, 0x00], [0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0],
            [0xfb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0],
        ] as [[UInt8]])
    func longHeads(bytes: [UInt8]) {
        #expect(throws: WireError.nonMinimalLength) { try CBORValue(decoding: bytes) }
    }

    @Test(
        "[WIRE-6] indefinite lengths and reserved heads are refused",
        arguments: [
            [0x5f, 0x41, 0, 0xff], [0x7f, 0xff], [0x9f, 0xff], [0xbf, 0xff], [0x1f], [0x1c],
            [0xdf, 0x00], [0xff], [0xf7], [0xe0], [0xf8, 0x20], [0xfc],
        ] as [[UInt8]])
    func indefinite(bytes: [UInt8]) {
        #expect(throws: WireError.self) { try CBORValue(decoding: bytes) }
    }

    @Test("[WIRE-6] a key occurs once, compared by its bytes")
    func duplicateKeys() throws {
        #expect(throws: WireError.malformed) {
            try CBORValue(decoding: [0xa2, 0x01, 0x02, 0x01, 0x03])
        }
        // One character in two forms of Unicode is two keys.
        let forms = CBORValue.map([
            .init(.text("\u{e9}"), .null), .init(.text("e\u{301}"), .null),
        ])
        #expect(try CBORValue(decoding: forms.encoded).encoded == forms.encoded)
    }

    @Test("texts are the same if their bytes are, whatever Unicode takes for equal")
    func textsByBytes() {
        let (composed, decomposed) = (CBORValue.text("\u{e9}"), CBORValue.text("e\u{301}"))
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, composed]).count == 2)
        #expect(CBORValue.map([.init(composed, .null)])[decomposed] == nil)
        // The Kelvin sign, which Unicode makes equal to a letter of ASCII.
        #expect(CBORValue.map([.init(.text("\u{212a}"), .null)])[.text("K")] == nil)
    }

    @Test(
        "[WIRE-6] text is valid UTF-8",
        arguments: [
            [0x61, 0xff], [0x62, 0xc0, 0x80], [0x63, 0xed, 0xa0, 0x80], [0x61, 0xc3],
        ] as [[UInt8]])
    func invalidText(bytes: [UInt8]) {
        #expect(throws: WireError.malformed) { try CBORValue(decoding: bytes) }
    }

    @Test("[WIRE-7] items nest 16 deep and no deeper")
    func depth() throws {
        let deepest = Array(repeating: 0x81, count: 15) + [0x00] as [UInt8]
        _ = try CBORValue(decoding: deepest)
        #expect(throws: WireError.lengthOverLimit(length: 17, limit: 16)) {
            try CBORValue(decoding: [0x81] + deepest)
        }
        #expect(throws: WireError.lengthOverLimit(length: 17, limit: 16)) {
            try CBORValue(decoding: Array(repeating: 0xc1, count: 100_000))
        }
    }

    @Test("[WIRE-7] there are at most 65,536 items")
    func items() throws {
        let many = [0x99, 0xff, 0xff] + Array(repeating: 0, count: 65_535) as [UInt8]
        _ = try CBORValue(decoding: many)
        let more = [0x9a, 0x00, 0x01, 0x00, 0x00] + Array(repeating: 0, count: 65_536) as [UInt8]
        #expect(throws: WireError.lengthOverLimit(length: 65_537, limit: 65_536)) {
            try CBORValue(decoding: more)
        }
    }

    @Test("[WIRE-7] the whole has a limit, and counts are believed only as far as bytes go")
    func size() {
        #expect(throws: WireError.lengthOverLimit(length: 3, limit: 2)) {
            try CBORValue(decoding: [0x42, 1, 2], bytesMax: 2)
        }
        let longest = CBORValue.bytes(Array(repeating: 0, count: 262_144 - 5)).encoded
        #expect(throws: Never.self) { try CBORValue(decoding: longest) }
        #expect(throws: WireError.lengthOverLimit(length: 262_145, limit: 262_144)) {
            try CBORValue(decoding: longest + [0])
        }
        let claims: [[UInt8]] = [
            [0x9b, 0, 0, 0, 1, 0, 0, 0, 0], [0xbb] + Array(repeating: 0xff, count: 8),
            [0x5b, 0x7f] + Array(repeating: 0xff, count: 7),
            [0xbb, 0x7f] + Array(repeating: 0xff, count: 7),
        ]
        for claim in claims {
            #expect(throws: WireError.self) { try CBORValue(decoding: claim) }
        }
    }

    @Test("a map keeps its order, and whether that is the canonical one can be asked")
    func order() throws {
        let unsorted = CBORValue.map([
            .init(.text("a"), .integer(1)), .init(.integer(2), .array([.map([])])),
        ])
        #expect(try CBORValue(decoding: unsorted.encoded).encoded == unsorted.encoded)
        #expect(!unsorted.hasSortedKeys)
        #expect(!CBORValue.array([.tagged(5, unsorted)]).hasSortedKeys)
        guard case .map(let members) = unsorted else { return }
        #expect(CBORValue.map(members.reversed()).hasSortedKeys)
        #expect(unsorted[.text("a")] == .integer(1))
        #expect(unsorted[.text("b")] == nil)
    }

    @Test("integers of either sign come back", arguments: [0, 1, -1, 24, -25, .max, .min])
    func integers(value: Int) {
        #expect(CBORValue.integer(value).integer == value)
        #expect(CBORValue.unsigned(.max).integer == nil)
        #expect(CBORValue.negative(.max).integer == nil)
        #expect(CBORValue.text("1").integer == nil)
    }
}
