// One setting by its key: what it means, what is allowed, how its text is read and written.

/// How one field of `RelaySettings` is written in a file, a variable or a flag.
struct SettingRule {
    /// Its name in a file, parts separated by dots: `mailbox.entries`.
    let key: String
    /// What it decides, in a sentence or two.
    let meaning: String
    /// What may be given, as the end of "give ...".
    let allowed: String
    /// A value to show where there is no default.
    let example: String
    /// Takes a text over; false when that is not allowed.
    let read: (String, inout RelaySettings) -> Bool
    /// The text that reads as the value it has; nothing when it has none.
    let text: (RelaySettings) -> String?

    /// The environment variable that sets it.
    var variable: String {
        Self.variablePrefix
            + key.uppercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
    }

    /// The flag that sets it.
    var flag: String { "--" + key.replacing(".", with: "-") }

    /// What every environment variable of the relay begins with.
    static let variablePrefix = "SOTTO_RELAY_"
}

// MARK: - Kinds of values

extension SettingRule {
    typealias Field<Value> = WritableKeyPath<RelaySettings, Value>

    /// A whole number in a range.
    static func number(
        _ key: String, _ field: Field<Int>, _ range: ClosedRange<Int>, _ meaning: String
    ) -> SettingRule {
        SettingRule(
            key: key, meaning: meaning,
            allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            example: "\(range.lowerBound)",
            read: { text, settings in
                guard let number = Int(text), range.contains(number) else { return false }
                settings[keyPath: field] = number
                return true
            },
            text: { String($0[keyPath: field]) })
    }

    /// A number of bytes in a range, with or without a unit.
    static func bytes(
        _ key: String, _ field: Field<Int>, _ range: ClosedRange<Int>, _ meaning: String
    ) -> SettingRule {
        let least = ByteCount.text(range.lowerBound)
        let most = ByteCount.text(range.upperBound)
        return SettingRule(
            key: key, meaning: meaning,
            allowed: "bytes from \(least) to \(most), as 1048576 or 1MiB (KiB, MiB, GiB, TiB)",
            example: least,
            read: { text, settings in
                guard let count = ByteCount.read(text), range.contains(count) else { return false }
                settings[keyPath: field] = count
                return true
            },
            text: { ByteCount.text($0[keyPath: field]) })
    }

    /// A text of one line that may be left out.
    static func text(
        _ key: String, _ field: Field<String?>, _ meaning: String, allowed: String,
        example: String, isAllowed: @escaping (String) -> Bool = { _ in true }
    ) -> SettingRule {
        SettingRule(
            key: key, meaning: meaning, allowed: allowed, example: example,
            read: { text, settings in
                let isControl = text.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
                guard !text.isEmpty, !isControl, isAllowed(text) else { return false }
                settings[keyPath: field] = text
                return true
            },
            text: { $0[keyPath: field] })
    }

    /// The path of a file or folder, which may be left out.
    static func path(
        _ key: String, _ field: Field<String?>, _ meaning: String, example: String
    ) -> SettingRule {
        text(key, field, meaning, allowed: "a path", example: example)
    }

    /// Where to listen.
    static func address(
        _ key: String, _ field: Field<ListenAddress>, _ meaning: String
    ) -> SettingRule {
        SettingRule(
            key: key, meaning: meaning, allowed: ListenAddress.allowed, example: "127.0.0.1:0",
            read: { text, settings in
                guard let address = ListenAddress(argument: text) else { return false }
                settings[keyPath: field] = address
                return true
            },
            text: { $0[keyPath: field].description })
    }

    /// Where to listen, or nowhere.
    static func address(
        _ key: String, optional field: Field<ListenAddress?>, _ meaning: String, example: String
    ) -> SettingRule {
        SettingRule(
            key: key, meaning: meaning, allowed: ListenAddress.allowed, example: example,
            read: { text, settings in
                guard let address = ListenAddress(argument: text) else { return false }
                settings[keyPath: field] = address
                return true
            },
            text: { $0[keyPath: field]?.description })
    }

    /// Addresses and ranges of them, or none.
    static func addresses(
        _ key: String, _ field: Field<AddressList?>, _ meaning: String, example: String
    ) -> SettingRule {
        SettingRule(
            key: key, meaning: meaning,
            allowed: "addresses and ranges with commas between them, as \(example)",
            example: example,
            read: { text, settings in
                guard let list = AddressList(text) else { return false }
                settings[keyPath: field] = list
                return true
            },
            text: { $0[keyPath: field]?.description })
    }

    /// One of a few words.
    static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ key: String, _ field: Field<Value>, _ meaning: String
    ) -> SettingRule {
        let words = Value.allCases.map(\.rawValue)
        return SettingRule(
            key: key, meaning: meaning, allowed: "one of " + words.joined(separator: ", "),
            example: words.first ?? "",
            read: { text, settings in
                guard let value = Value(rawValue: text) else { return false }
                settings[keyPath: field] = value
                return true
            },
            text: { $0[keyPath: field].rawValue })
    }
}

/// Numbers of bytes as people write them.
enum ByteCount {
    private static let units: [(name: String, shift: Int)] = [
        ("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10),
    ]

    /// The number that a text means: `1048576`, `1024 KiB` or `1MiB`.
    static func read(_ text: String) -> Int? {
        for unit in units where text.hasSuffix(unit.name) {
            var number = text.dropLast(unit.name.count)
            while number.last == " " { number.removeLast() }
            guard let count = Int(number), count >= 0 else { return nil }
            let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: 1 << unit.shift)
            return isTooLarge ? nil : bytes
        }
        return Int(text)
    }

    /// The shortest exact text of a number.
    static func text(_ bytes: Int) -> String {
        for unit in units where bytes > 0 && bytes.isMultiple(of: 1 << unit.shift) {
            return "\(bytes >> unit.shift)\(unit.name)"
        }
        return String(bytes)
    }
}
