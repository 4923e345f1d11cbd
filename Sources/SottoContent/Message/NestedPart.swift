// The body of a content message: one part, or parts within parts.

import SottoWire

/// What a part is for (draft-ietf-mimi-content-08 section 8.2.2). Unknown numbers are kept.
package struct Disposition: RawRepresentable, Hashable, Sendable {
    /// The number in the registry, 0 to 255.
    package let rawValue: UInt8

    /// The disposition of this number.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No hint.
    package static let unspecified = Disposition(rawValue: 0)
    /// To be shown.
    package static let render = Disposition(rawValue: 1)
    /// A reaction to another message.
    package static let reaction = Disposition(rawValue: 2)
    /// The profile of a participant.
    package static let profile = Disposition(rawValue: 3)
    /// To be shown where it stands.
    package static let inline = Disposition(rawValue: 4)
    /// An icon, such as an avatar.
    package static let icon = Disposition(rawValue: 5)
    /// To be downloaded.
    package static let attachment = Disposition(rawValue: 6)
    /// A session to join.
    package static let session = Disposition(rawValue: 7)
    /// A preview that the sender made.
    package static let preview = Disposition(rawValue: 8)
}

/// How parts belong together.
package enum PartSemantics: UInt8, Hashable, Sendable {
    /// The receiver picks one.
    case chooseOne = 0
    /// All of them are one thing.
    case singleUnit = 1
    /// Each is a thing of its own.
    case processAll = 2
}

/// A part of a message (draft-ietf-mimi-content-08 section 4.4).
package struct NestedPart: Hashable, Sendable {
    /// What a part holds.
    package indirect enum Content: Hashable, Sendable {
        /// Nothing: the body of a deletion.
        case null
        /// Bytes of a media type.
        case single(contentType: String, content: [UInt8])
        /// Something that lies elsewhere.
        case external(ExternalPart)
        /// At least two parts.
        case multi(PartSemantics, [NestedPart])
    }

    /// What the part is for.
    package let disposition: Disposition
    /// Language tags with commas between, or nothing.
    package let language: String
    /// What it holds.
    package let content: Content

    /// A part of its parts.
    package init(disposition: Disposition, language: String = "", content: Content) {
        self.disposition = disposition
        self.language = language
        self.content = content
    }

    init(_ item: CBORValue, depth: Int) throws(ContentError) {
        guard depth <= ContentLimits.partDepthMax else { throw .tooDeep }
        guard case .array(let fields) = item, fields.count >= 3,
            case .unsigned(let number) = fields[0], let disposition = UInt8(exactly: number),
            case .text(let language) = fields[1], case .unsigned(let cardinality) = fields[2]
        else { throw .notInSchema }
        self.disposition = Disposition(rawValue: disposition)
        self.language = language
        let rest = fields[3...]
        switch cardinality {
        case Cardinality.null where rest.isEmpty: content = .null
        case Cardinality.single: content = try Self.single(rest)
        case Cardinality.external: content = .external(try ExternalPart(rest))
        case Cardinality.multi: content = try Self.multi(rest, depth: depth)
        default: throw .notInSchema
        }
    }

    private static func single(_ fields: ArraySlice<CBORValue>) throws(ContentError) -> Content {
        guard fields.count == 2, case .text(let contentType)? = fields.first,
            case .bytes(let content)? = fields.last
        else { throw .notInSchema }
        return .single(contentType: contentType, content: content)
    }

    private static func multi(
        _ fields: ArraySlice<CBORValue>, depth: Int
    ) throws(ContentError) -> Content {
        guard fields.count == 2, case .unsigned(let number)? = fields.first,
            let semantics = UInt8(exactly: number).flatMap(PartSemantics.init),
            case .array(let items)? = fields.last, items.count >= 2
        else { throw .notInSchema }
        var parts: [NestedPart] = []
        for item in items { parts.append(try NestedPart(item, depth: depth + 1)) }
        return .multi(semantics, parts)
    }

    var item: CBORValue {
        let head: [CBORValue] = [.unsigned(UInt64(disposition.rawValue)), .text(language)]
        switch content {
        case .null:
            return .array(head + [.unsigned(Cardinality.null)])
        case .single(let contentType, let content):
            return .array(
                head + [.unsigned(Cardinality.single), .text(contentType), .bytes(content)])
        case .external(let part):
            return .array(head + [.unsigned(Cardinality.external)] + part.items)
        case .multi(let semantics, let parts):
            return .array(
                head + [
                    .unsigned(Cardinality.multi), .unsigned(UInt64(semantics.rawValue)),
                    .array(parts.map(\.item)),
                ])
        }
    }

    private enum Cardinality {
        static let null: UInt64 = 0
        static let single: UInt64 = 1
        static let external: UInt64 = 2
        static let multi: UInt64 = 3
    }
}
