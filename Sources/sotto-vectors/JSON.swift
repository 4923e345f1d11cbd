// JSON as vectors use it: hex strings, small numbers, lists and objects.

import Foundation
import SottoWire

/// One JSON value.
enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Int)
    case string(String)
    case array([JSON])
    case object([String: JSON])
}

/// A vector that lacks something or has it in another shape.
struct JSONError: Error, CustomStringConvertible {
    let description: String
}

extension JSON {
    /// Parses a document.
    init(parsing data: Data) throws {
        let parsed = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
        try self.init(parsed)
    }

    private init(_ value: Any) throws {
        switch value {
        case let value as String: self = .string(value)
        case let value as [Any]: self = .array(try value.map { try JSON($0) })
        case let value as [String: Any]: self = .object(try value.mapValues { try JSON($0) })
        case let value as NSNumber:
            // Foundation tells the two apart by the C type alone, a char for a boolean.
            let isBool = ["c", "B"].contains(String(cString: value.objCType))
            self = isBool ? .bool(value.boolValue) : .number(value.intValue)
        case is NSNull: self = .null
        default: throw JSONError(description: "an unexpected kind of JSON value")
        }
    }

    /// The elements of an array; none of anything else.
    var elements: [JSON] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// The members of an object; none of anything else.
    var members: [String: JSON] {
        if case .object(let members) = self { members } else { [:] }
    }

    /// The document on one line, keys in order.
    var line: String {
        get throws {
            let options: JSONSerialization.WritingOptions = [
                .sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes,
            ]
            let data = try JSONSerialization.data(withJSONObject: foundation, options: options)
            return String(decoding: data, as: UTF8.self)
        }
    }

    private var foundation: Any {
        switch self {
        case .null: NSNull()
        case .bool(let value): value
        case .number(let value): value
        case .string(let value): value
        case .array(let elements): elements.map(\.foundation)
        case .object(let members): members.mapValues(\.foundation)
        }
    }
}

// MARK: - Members by kind

extension JSON {
    /// Whether there is a member `key` that is not null.
    func has(_ key: String) -> Bool { members[key].map { $0 != .null } ?? false }

    /// The member `key`, whatever it is.
    func member(_ key: String) throws -> JSON {
        guard let value = members[key] else { throw JSONError(description: "\(key) is missing") }
        return value
    }

    /// The bytes that the member `key` spells in hex.
    func bytes(_ key: String) throws -> [UInt8] {
        guard let bytes = try member(key).hexBytes else {
            throw JSONError(description: "\(key) is not hex")
        }
        return bytes
    }

    /// The number `key`.
    func number(_ key: String) throws -> Int {
        guard case .number(let value) = try member(key) else {
            throw JSONError(description: "\(key) is not a number")
        }
        return value
    }

    /// The string `key`.
    func string(_ key: String) throws -> String {
        guard case .string(let value) = try member(key) else {
            throw JSONError(description: "\(key) is not a string")
        }
        return value
    }

    /// The elements of the array `key`.
    func array(_ key: String) throws -> [JSON] {
        guard case .array(let value) = try member(key) else {
            throw JSONError(description: "\(key) is not an array")
        }
        return value
    }

    /// The bytes that this string spells in hex; nil for anything else.
    var hexBytes: [UInt8]? {
        guard case .string(let text) = self else { return nil }
        return [UInt8](hex: text)
    }
}

extension [UInt8] {
    /// The bytes that `text` spells in hex; nil unless it does.
    init?(hex text: String) {
        guard let bytes = try? Hexadecimal.decode(text) else { return nil }
        self = bytes
    }

    /// The bytes in hex, lower case.
    var hex: String { Hexadecimal.encode(self) }
}
