// Reading the fields of a request, and proving that every one was read.

/// The fields of one message of the interface. An absent field is empty: zero, false, no bytes.
///
/// A field that nobody asks for is an error: a misspelt name is not to pass for an absent field.
struct Fields {
    private var values: [String: JSON]

    init(_ json: JSON?) throws {
        switch json {
        case nil, .null: values = [:]
        case .object(let object): values = object
        default: throw RPCError(.invalidArgument, "The parameters are not an object.")
        }
    }

    /// Proves that every field was asked for.
    func finish() throws {
        guard let name = values.keys.min() else { return }
        throw RPCError(.invalidArgument, "There is no field \(name) in this request.")
    }

    mutating func bytes(_ name: String) throws -> [UInt8] {
        try take(name).map { try Self.bytes($0, name) } ?? []
    }

    mutating func string(_ name: String) throws -> String {
        guard let value = take(name) else { return "" }
        guard case .string(let text) = value else { throw Self.wrong(name, "a text") }
        return text
    }

    mutating func bool(_ name: String) throws -> Bool {
        guard let value = take(name) else { return false }
        guard case .bool(let flag) = value else { throw Self.wrong(name, "true or false") }
        return flag
    }

    mutating func uint64(_ name: String) throws -> UInt64 {
        guard let value = take(name) else { return 0 }
        guard case .number(let number) = value else {
            throw Self.wrong(name, "a whole number")
        }
        return number
    }

    mutating func uint32(_ name: String) throws -> UInt32 {
        guard let number = UInt32(exactly: try uint64(name)) else {
            throw Self.wrong(name, "a number of 32 bits")
        }
        return number
    }

    mutating func listOfBytes(_ name: String) throws -> [[UInt8]] {
        try list(name).map { try Self.bytes($0, name) }
    }

    /// A field that holds a list of messages, each read to its end.
    mutating func messages<Message>(
        _ name: String, _ read: (inout Fields) throws -> Message
    ) throws -> [Message] {
        try list(name).map { try Self.message($0, read) }
    }

    /// A field that holds one message, read to its end.
    mutating func message<Message>(
        _ name: String, _ read: (inout Fields) throws -> Message
    ) throws -> Message {
        try Self.message(take(name), read)
    }

    private static func message<Message>(
        _ value: JSON?, _ read: (inout Fields) throws -> Message
    ) throws -> Message {
        var fields = try Fields(value)
        let message = try read(&fields)
        try fields.finish()
        return message
    }

    private mutating func list(_ name: String) throws -> [JSON] {
        guard let value = take(name) else { return [] }
        guard case .array(let list) = value else { throw Self.wrong(name, "a list") }
        return list
    }

    private mutating func take(_ name: String) -> JSON? {
        let value = values.removeValue(forKey: name)
        return value == .null ? nil : value
    }

    private static func bytes(_ value: JSON, _ name: String) throws -> [UInt8] {
        guard case .string(let text) = value, let bytes = Hexadecimal.decode(text) else {
            throw wrong(name, "hexadecimal")
        }
        return bytes
    }

    private static func wrong(_ name: String, _ kind: String) -> RPCError {
        RPCError(.invalidArgument, "The field \(name) is not \(kind).")
    }
}
