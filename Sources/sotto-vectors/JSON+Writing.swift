// JSON in code, and JSON as our vector files are laid out.

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object([String: JSON](elements) { _, last in last })
    }
}

extension JSON {
    /// Bytes as vectors spell them.
    static func hex(_ bytes: some Collection<UInt8>) -> JSON { .string(Array(bytes).hex) }

    /// The object with the members of another beside its own.
    func adding(_ members: [String: JSON]) -> JSON {
        .object(self.members.merging(members) { _, new in new })
    }

    /// The document over several lines: the same for the same value on every platform.
    ///
    /// Members come in the order of `first`, then in alphabetical order.
    func laidOut(first: [String] = [], indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .array(let elements) where !elements.isEmpty && elements.allSatisfy(\.isNumber):
            return "[\(elements.map { $0.laidOut() }.joined(separator: ", "))]"
        case .array(let elements) where !elements.isEmpty:
            let lines = elements.map { inner + $0.laidOut(first: first, indent: inner) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
        case .object(let members) where !members.isEmpty:
            let keys =
                first.filter { members[$0] != nil }
                + members.keys.filter { !first.contains($0) }.sorted()
            let lines = keys.map { key in
                let value = members[key, default: .null].laidOut(first: first, indent: inner)
                return "\(inner)\(Self.quoted(key)): \(value)"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        case .array: return "[]"
        case .object: return "{}"
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .number(let value): return String(value)
        case .string(let value): return Self.quoted(value)
        }
    }

    /// Whether it is a number, or says that there is none: lists of those take one line.
    private var isNumber: Bool {
        switch self {
        case .null, .number: true
        default: false
        }
    }

    private static func quoted(_ text: String) -> String {
        let body = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case " "..."~": String(scalar)
            default: String(scalar).utf16.map(escaped).joined()
            }
        }
        return "\"\(body.joined())\""
    }

    private static func escaped(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
