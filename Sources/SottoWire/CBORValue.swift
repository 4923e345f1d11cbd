// Concise Binary Object Representation: the values that message content is made of.

/// A CBOR data item (RFC 8949), as much of it as deterministic encoding has forms for.
///
/// The members of a map keep the order in which they came or are to be written.
package indirect enum CBORValue: Sendable {
    /// A non-negative integer.
    case unsigned(UInt64)
    /// The negative integer -1 - n.
    case negative(UInt64)
    /// A byte string.
    case bytes([UInt8])
    /// A text string, valid UTF-8.
    case text(String)
    /// A list of items.
    case array([CBORValue])
    /// Pairs of items; no key occurs twice.
    case map([Member])
    /// An item with a number that says how to take it.
    case tagged(UInt64, CBORValue)
    /// `false` or `true`.
    case bool(Bool)
    /// `null`.
    case null
    /// A floating-point number in the shortest of its forms, by its bits.
    case float(CBORFloat)

    /// A key of a map and what it stands for.
    package struct Member: Hashable, Sendable {
        /// The key.
        package let key: CBORValue
        /// What it stands for.
        package let value: CBORValue

        /// A pair.
        package init(_ key: CBORValue, _ value: CBORValue) {
            self.key = key
            self.value = value
        }
    }
}

/// A floating-point number as its bits, so that every NaN is itself.
package enum CBORFloat: Hashable, Sendable {
    /// 16 bits.
    case half(UInt16)
    /// 32 bits.
    case single(UInt32)
    /// 64 bits.
    case double(UInt64)
}

// MARK: - Comparing

extension CBORValue: Hashable {
    /// Whether two items have one encoding. Texts are compared by their bytes: a letter in two
    /// forms of Unicode, which `String` takes for equal, is two texts.
    package static func == (left: CBORValue, right: CBORValue) -> Bool {
        switch (left, right) {
        case (.unsigned(let left), .unsigned(let right)): left == right
        case (.negative(let left), .negative(let right)): left == right
        case (.bytes(let left), .bytes(let right)): left == right
        case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.map(let left), .map(let right)): left == right
        case (.tagged(let left, let leftItem), .tagged(let right, let rightItem)):
            left == right && leftItem == rightItem
        case (.bool(let left), .bool(let right)): left == right
        case (.null, .null): true
        case (.float(let left), .float(let right)): left == right
        default: false
        }
    }

    /// Hashes the encoding.
    package func hash(into hasher: inout Hasher) { hasher.combine(encoded) }
}

// MARK: - Making and asking

extension CBORValue {
    /// An integer of either sign.
    package static func integer(_ value: Int) -> CBORValue {
        value >= 0 ? .unsigned(UInt64(value)) : .negative(UInt64(bitPattern: Int64(~value)))
    }

    /// The integer, if this is one that an `Int` holds.
    package var integer: Int? {
        switch self {
        case .unsigned(let value): Int(exactly: value)
        case .negative(let value): Int(exactly: value).map { ~$0 }
        default: nil
        }
    }

    /// What a map holds under `key`; nil for a key that is not there, and for what is no map.
    package subscript(key: CBORValue) -> CBORValue? {
        guard case .map(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// Whether the keys of every map in it are in the order of deterministic encoding
    /// (RFC 8949 section 4.2.1): that of their encodings, byte by byte.
    package var hasSortedKeys: Bool {
        switch self {
        case .array(let items): return items.allSatisfy(\.hasSortedKeys)
        case .tagged(_, let item): return item.hasSortedKeys
        case .map(let members):
            let keys = members.map { $0.key.encoded }
            let inOrder = zip(keys, keys.dropFirst()).allSatisfy { earlier, later in
                earlier.lexicographicallyPrecedes(later)
            }
            return inOrder && members.allSatisfy { $0.key.hasSortedKeys && $0.value.hasSortedKeys }
        default: return true
        }
    }
}

// MARK: - Encoding

extension CBORValue {
    /// The encoding: shortest heads, definite lengths, maps in the order they have here.
    package var encoded: [UInt8] {
        var writer = WireWriter()
        encode(to: &writer)
        return writer.bytes
    }
}

extension CBORValue: WireEncodable {
    /// Appends the encoding.
    package func encode(to writer: inout WireWriter) {
        switch self {
        case .unsigned(let value): writer.head(.unsigned, value)
        case .negative(let value): writer.head(.negative, value)
        case .bytes(let bytes):
            writer.head(.bytes, UInt64(bytes.count))
            writer.fixed(bytes)
        case .text(let text):
            writer.head(.text, UInt64(text.utf8.count))
            writer.fixed(text.utf8)
        case .array(let items):
            writer.head(.array, UInt64(items.count))
            for item in items { item.encode(to: &writer) }
        case .map(let members):
            writer.head(.map, UInt64(members.count))
            for member in members {
                member.key.encode(to: &writer)
                member.value.encode(to: &writer)
            }
        case .tagged(let tag, let item):
            writer.head(.tag, tag)
            item.encode(to: &writer)
        case .bool(let value): writer.head(.simple, value ? 21 : 20)
        case .null: writer.head(.simple, 22)
        case .float(let number): number.encode(to: &writer)
        }
    }
}

extension CBORFloat {
    fileprivate func encode(to writer: inout WireWriter) {
        switch self {
        case .half(let bits):
            writer.initialByte(.simple, 25)
            writer.uint16(bits)
        case .single(let bits):
            writer.initialByte(.simple, 26)
            writer.uint32(bits)
        case .double(let bits):
            writer.initialByte(.simple, 27)
            writer.uint64(bits)
        }
    }
}

/// The top three bits of an item's first byte (RFC 8949 section 3.1).
enum CBORMajorType: UInt8 {
    case unsigned, negative, bytes, text, array, map, tag, simple
}

extension WireWriter {
    fileprivate mutating func initialByte(_ type: CBORMajorType, _ information: UInt8) {
        uint8(type.rawValue << 5 | information)
    }

    fileprivate mutating func head(_ type: CBORMajorType, _ argument: UInt64) {
        switch argument {
        case 0..<24: initialByte(type, UInt8(argument))
        case 24...0xff:
            initialByte(type, 24)
            uint8(UInt8(argument))
        case 0x100...0xffff:
            initialByte(type, 25)
            uint16(UInt16(argument))
        case 0x1_0000...0xffff_ffff:
            initialByte(type, 26)
            uint32(UInt32(argument))
        default:
            initialByte(type, 27)
            uint64(argument)
        }
    }
}
