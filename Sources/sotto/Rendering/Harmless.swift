// Text from others, made safe to show: it cannot steer the terminal or reverse a line.

enum Harmless {
    /// The text with every control character, line break and change of writing direction
    /// written out as `\u{1b}`.
    static func line(_ text: some StringProtocol) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            if isHarmful(scalar) {
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// The lines of a text, each harmless. Only a line feed, alone or after a carriage return,
    /// begins a new one.
    static func lines(_ text: String) -> [String] {
        let unix = text.replacing("\r\n", with: "\n")
        return unix.split(separator: "\n", omittingEmptySubsequences: false).map { line($0) }
    }

    static func isHarmless(_ text: String) -> Bool {
        !text.unicodeScalars.contains(where: isHarmful)
    }

    static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09: false
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default:
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }

    /// JSON in which what could harm a terminal is written as escapes: the value stays the same.
    static func json(_ text: String) -> String {
        guard !isHarmless(text) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isHarmful(scalar) {
                let digits = String(scalar.value, radix: 16)
                shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
