// A JSON value, as far as requests and answers need it.

import Foundation

/// A JSON value (RFC 8259). Numbers of requests are whole and not negative; others are kept only
/// so that an `id` can be said back.
public enum JSON: Hashable, Sendable {
    /// Nothing.
    case null
    /// Yes or no.
    case bool(Bool)
    /// A whole number that is not negative.
    case number(UInt64)
    /// Any other number.
    case fraction(Double)
    /// A text.
    case string(String)
    /// A list.
    case array([JSON])
    /// Named values.
    case object([String: JSON])

    /// Bytes as they are written here: two hexadecimal digits each.
    public static func bytes(_ bytes: some Collection<UInt8>) -> JSON {
        .string(Hexadecimal.encode(bytes))
    }
}

extension JSON: Codable {
    /// Reads a value of any kind.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(UInt64.self) {
            self = .number(value)
        } else if let value = try? container.decode(Double.self) {
            self = .fraction(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .fraction(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSON {
    /// Reads one line. Throws `RPCError` with the code `invalidArgument` for what is not JSON.
    public init(line: [UInt8]) throws {
        do {
            self = try JSONDecoder().decode(JSON.self, from: Data(line))
        } catch {
            throw RPCError(.invalidArgument, "The line is not a JSON value.")
        }
    }

    /// One line, names in alphabetical order, without its end. Throws for a number that JSON has
    /// no form for.
    public func line() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self))
    }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    /// An object; of a repeated name the last value counts.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }

    /// A list.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }

    /// A number.
    public init(integerLiteral value: UInt64) { self = .number(value) }

    /// Yes or no.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
