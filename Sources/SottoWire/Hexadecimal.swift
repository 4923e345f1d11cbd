// Base 16, for people and for programs that read our JSON.

/// Bytes as lower-case hexadecimal digits, two a byte.
package enum Hexadecimal {
    /// The digits of some bytes.
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            digits.append(alphabet[Int(byte >> 4)])
            digits.append(alphabet[Int(byte & 15)])
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The bytes of some digits, in either case.
    ///
    /// - Throws: `malformed` for an odd number of digits and for what is no digit.
    package static func decode(_ text: some StringProtocol) throws(WireError) -> [UInt8] {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { throw .malformed }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            bytes.append(try value(digits[index]) << 4 | value(digits[index + 1]))
        }
        return bytes
    }

    private static func value(_ digit: UInt8) throws(WireError) -> UInt8 {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: throw .malformed
        }
    }

    private static let alphabet = Array("0123456789abcdef".utf8)
}

extension FixedBytes {
    /// The bytes in hexadecimal, for where they are meant to be seen.
    package var hexadecimal: String { Hexadecimal.encode(bytes) }
}
