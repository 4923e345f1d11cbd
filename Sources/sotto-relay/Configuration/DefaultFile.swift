// A configuration file with every setting at its default and what each is for.

/// Writes configuration files.
enum DefaultFile {
    private static let width = 96

    /// The file that says what holds where nothing is said.
    static var text: String { text(of: RelaySettings()) }

    /// The file that sets each setting to the value given.
    static func text(of settings: RelaySettings) -> String {
        var lines = [
            "# The configuration of a Sotto relay. Every line without # is the default.",
            "# A flag (--mailbox-entries) wins over a variable (SOTTO_RELAY_MAILBOX_ENTRIES),",
            "# which wins over this file. `sotto-relay check-config` says what holds and why.",
        ]
        for section in SettingRule.sections {
            lines += ["", "# \(section.title)."]
            var open = ""
            for rule in section.rules {
                let parts = rule.key.split(separator: ".").map(String.init)
                let heading = parts.dropLast().joined(separator: ".")
                if heading != open, !heading.isEmpty { lines += ["", heading + ":"] }
                open = heading
                let indent = heading.isEmpty ? "" : "  "
                if heading.isEmpty { lines.append("") }
                lines += wrapped(rule.meaning, indent)
                lines += wrapped("Give \(rule.allowed).", indent)
                let name = parts.last ?? rule.key
                lines.append(
                    rule.text(settings).map { "\(indent)\(name): \(quoted($0))" }
                        ?? "\(indent)# \(name): \(quoted(rule.example))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A value as YAML takes it for the same text.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch UInt8(byte) {
                case UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "/._-:".utf8.contains(byte)
                }
            } && !":-._".contains(text.first ?? ":") && text.last != ":"
        guard !isPlain else { return text }
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(escaped)\""
    }

    private static func wrapped(_ sentence: String, _ indent: String) -> [String] {
        var lines: [String] = []
        var line = indent + "#"
        for word in sentence.split(separator: " ") {
            if line.count + word.count >= width {
                lines.append(line)
                line = indent + "#"
            }
            line += " " + word
        }
        return lines + [line]
    }
}
