// Additions to a content message, kept whether they are understood or not.

package import SottoWire

/// The extensions of a message (draft-ietf-mimi-content-08 sections 4.3, 6.2 and 6.3).
package struct ContentExtensions: Hashable, Sendable {
    /// Key and value of each, in the order of their encoding.
    package let members: [CBORValue.Member]

    /// No extension.
    package static let none = ContentExtensions(members: [])

    private init(members: [CBORValue.Member]) { self.members = members }

    /// The sender that the message itself names.
    package var senderURI: String? { text(of: 1) }
    /// The room that the message itself names.
    package var roomURI: String? { text(of: 2) }

    /// Holds a map to the draft's limits.
    ///
    /// - Throws: `notInSchema` for what is no map, `notDeterministic`, or `invalidExtension`.
    package init(_ item: CBORValue) throws(ContentError) {
        guard case .map(let members) = item else { throw .notInSchema }
        guard item.hasSortedKeys else { throw .notDeterministic }
        for member in members {
            guard Self.isName(member.key), Self.isValue(member.value, depth: 1),
                member.value.encoded.count <= ContentLimits.extensionValueBytesMax
            else { throw .invalidExtension }
        }
        self.members = members
        for key in [UInt64(1), 2] where item[.unsigned(key)] != nil {
            guard text(of: key) != nil else { throw .notInSchema }
        }
    }

    var item: CBORValue { .map(members) }

    private func text(of key: UInt64) -> String? {
        guard case .text(let text)? = item[.unsigned(key)] else { return nil }
        return text
    }

    private static func isName(_ key: CBORValue) -> Bool {
        if case .text(let name) = key {
            return (1...ContentLimits.extensionNameBytesMax).contains(name.utf8.count)
        }
        return isExactInteger(key)
    }

    /// Integers that a double holds without loss: what other languages read as numbers.
    private static func isExactInteger(_ key: CBORValue) -> Bool {
        switch key {
        case .unsigned(let number): number <= exactMax
        case .negative(let number): number < exactMax
        default: false
        }
    }

    private static func isValue(_ item: CBORValue, depth: Int) -> Bool {
        switch item {
        case .array(let items):
            depth < ContentLimits.extensionDepthMax
                && items.allSatisfy { isValue($0, depth: depth + 1) }
        case .map(let members):
            depth < ContentLimits.extensionDepthMax
                && members.allSatisfy { isKey($0.key) && isValue($0.value, depth: depth + 1) }
        case .tagged(_, let item):
            depth < ContentLimits.extensionDepthMax && isValue(item, depth: depth + 1)
        case .float(let number): isOrdinary(number)
        default: true
        }
    }

    private static func isKey(_ key: CBORValue) -> Bool {
        switch key {
        case .text, .bytes: true
        default: isExactInteger(key)
        }
    }

    /// Every number, and of those that are none only the shortest.
    private static func isOrdinary(_ number: CBORFloat) -> Bool {
        switch number {
        case .half(let bits): bits & 0x7C00 != 0x7C00 || bits & 0x03FF == 0 || bits == 0x7E00
        case .single(let bits): !Float(bitPattern: bits).isNaN
        case .double(let bits): !Double(bitPattern: bits).isNaN
        }
    }

    private static let exactMax: UInt64 = 1 << 53 - 1
}
