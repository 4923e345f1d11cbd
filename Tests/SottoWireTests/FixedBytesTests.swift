// Values of a fixed size, and bytes as letters in links.

import Testing

@testable import SottoWire

private enum Small: FixedBytesKind { static let byteCount = 3 }

@Suite struct FixedBytesTests {
    @Test("a value has its kind's number of bytes, and comes back as it was")
    func size() throws {
        let value = try FixedBytes<Small>([1, 2, 3])
        #expect(value.wireBytes == [1, 2, 3])
        #expect(try FixedBytes<Small>(wireBytes: [1, 2, 3] as [UInt8]) == value)
        #expect(throws: WireError.truncated(needed: 3, available: 2)) {
            try FixedBytes<Small>([1, 2])
        }
        #expect(throws: WireError.trailingBytes(1)) { try FixedBytes<Small>([1, 2, 3, 4]) }
        for count in 0..<3 {
            #expect(throws: WireError.truncated(needed: 3, available: count)) {
                try FixedBytes<Small>(wireBytes: [UInt8](repeating: 0, count: count))
            }
        }
        #expect(FixedBytes<Small>.zero.bytes == [0, 0, 0])
    }

    @Test("values order as their bytes do")
    func order() throws {
        let sorted = try [[0, 0, 9], [0, 1, 0], [0, 1, 1], [0x80, 0, 0]]
            .map { try FixedBytes<Small>($0.map { UInt8($0) }) }
        #expect(sorted.shuffled().sorted() == sorted)
    }

    @Test("no byte of an id is shown when it is printed")
    func unprintable() throws {
        let value = try FixedBytes<Small>([77, 78, 79])
        let shown = "\(value) " + String(reflecting: value) + " \([value])"
        #expect(shown.contains("3 bytes"))
        for byte in ["77", "78", "79", "4d"] { #expect(!shown.contains(byte)) }
    }
}

@Suite struct Base64URLTests {
    @Test(
        "the examples of RFC 4648 section 10, without padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
        ])
    func examples(text: String, encoded: String) throws {
        #expect(Base64URL.encode(text.utf8) == encoded)
        #expect(try Base64URL.decode(encoded) == Array(text.utf8))
    }

    @Test("every byte string comes back, and `-` and `_` are letters")
    func roundTrip() throws {
        #expect(Base64URL.encode([0xFB, 0xEF, 0xFF]) == "--__")
        for count in 0..<300 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) }
            #expect(try Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    @Test("padding, other alphabets, impossible lengths and spare bits are refused")
    func refusals() {
        for text in ["Zg==", "Zm8=", "+/+/", "Z", "Zm9vY", "Zh", "Zm9", "Zm 9v", "Zm9v\n"] {
            #expect(throws: WireError.malformed, "\(text)") { try Base64URL.decode(text) }
        }
    }
}
