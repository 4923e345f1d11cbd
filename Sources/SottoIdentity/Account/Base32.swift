// Bytes as letters that people read to each other (RFC 4648 section 6, without padding).

/// Base32 of whole groups: five bytes are eight letters.
enum Base32 {
    /// The letters of `bytes`, whose number is a multiple of 5.
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                text.unicodeScalars.append(letter(bits >> UInt32(count) & 0x1F))
            }
        }
        return text
    }

    /// The bytes that whole groups of letters stand for, in any case; what is left of an unfinished
    /// byte is dropped. `nil` if one is no letter of the alphabet.
    static func decode(_ letters: some Sequence<Unicode.Scalar>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for letter in letters {
            guard let value = value(of: letter) else { return nil }
            bits = bits << 5 | value
            count += 5
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    private static func letter(_ value: UInt32) -> Unicode.Scalar {
        let base = value < 26 ? UInt32(UInt8(ascii: "A")) : UInt32(UInt8(ascii: "2")) - 26
        return Unicode.Scalar(UInt8(truncatingIfNeeded: base + value))
    }

    private static func value(of letter: Unicode.Scalar) -> UInt32? {
        switch letter {
        case "A"..."Z": letter.value - 0x41
        case "a"..."z": letter.value - 0x61
        case "2"..."7": letter.value - 0x32 + 26
        default: nil
        }
    }
}
