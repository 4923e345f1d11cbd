// The content message of the MIMI working group (draft-ietf-mimi-content-08).

package import SottoWire

/// What a ``ContentSalt`` is.
package enum ContentSaltKind: FixedBytesKind { package static let byteCount = 16 }

/// Random bytes of one message, so that equal contents have unequal names.
package typealias ContentSalt = FixedBytes<ContentSaltKind>

/// When a message is to be forgotten; a wish, not a lock (draft, section 4.1).
package enum Expiration: Hashable, Sendable {
    /// At this many seconds after 1970.
    case at(UInt32)
    /// This many seconds after it was read.
    case afterReading(UInt32)
}

/// A content message: how it behaves towards other messages, and its body (draft, section 4).
package struct MIMIContent: Hashable, Sendable {
    /// Random, of this message alone.
    package let salt: ContentSalt
    /// The message that this one edits, deletes or takes back.
    package let replaces: MessageID?
    /// What groups messages to a topic; empty for none.
    package let topicID: [UInt8]
    /// When the message is to be forgotten.
    package let expires: Expiration?
    /// The message that this one answers or reacts to.
    package let inReplyTo: MessageID?
    /// What is not in the draft's own fields.
    package let extensions: ContentExtensions
    /// What is said.
    package let body: NestedPart

    /// A message of its parts, with a fresh salt.
    package init(
        salt: ContentSalt, replaces: MessageID? = nil, topicID: [UInt8] = [],
        expires: Expiration? = nil, inReplyTo: MessageID? = nil,
        extensions: ContentExtensions = .none, body: NestedPart
    ) {
        self.salt = salt
        self.replaces = replaces
        self.topicID = topicID
        self.expires = expires
        self.inReplyTo = inReplyTo
        self.extensions = extensions
        self.body = body
    }

    /// Reads a message and holds it to the draft's schema and to its one encoding.
    package init(decoding bytes: [UInt8]) throws(ContentError) {
        let item = try CBORValue(content: bytes)
        guard case .array(let fields) = item, fields.count == 7 else { throw .notInSchema }
        guard case .bytes(let salt) = fields[0], case .bytes(let topicID) = fields[2] else {
            throw .notInSchema
        }
        do { self.salt = try ContentSalt(salt) } catch { throw .notInSchema }
        self.topicID = topicID
        replaces = try MessageID(optional: fields[1])
        expires = try Expiration(optional: fields[3])
        inReplyTo = try MessageID(optional: fields[4])
        extensions = try ContentExtensions(fields[5])
        body = try NestedPart(fields[6], depth: 1)
    }

    /// The one encoding of the message (draft, section 6.1).
    package var encoded: [UInt8] {
        CBORValue.array([
            .bytes(salt.bytes), MessageID.item(replaces), .bytes(topicID),
            expires.map(\.item) ?? .null, MessageID.item(inReplyTo), extensions.item, body.item,
        ]).encoded
    }
}

extension CBORValue {
    /// Reads content: bounded, in deterministic encoding.
    init(content bytes: [UInt8]) throws(ContentError) {
        do {
            try self.init(decoding: bytes, bytesMax: ContentLimits.contentBytesMax)
        } catch {
            throw .notCBOR(error)
        }
        guard hasSortedKeys else { throw .notDeterministic }
    }
}

extension MessageID {
    fileprivate init?(optional item: CBORValue) throws(ContentError) {
        switch item {
        case .null: return nil
        case .bytes(let bytes):
            do { try self.init(bytes) } catch { throw .notInSchema }
        default: throw .notInSchema
        }
    }

    fileprivate static func item(_ id: MessageID?) -> CBORValue {
        id.map { .bytes($0.bytes) } ?? .null
    }
}

extension Expiration {
    fileprivate init?(optional item: CBORValue) throws(ContentError) {
        if item == .null { return nil }
        guard case .array(let fields) = item, fields.count == 2,
            case .bool(let isRelative) = fields[0], case .unsigned(let time) = fields[1],
            let seconds = UInt32(exactly: time)
        else { throw .notInSchema }
        self = isRelative ? .afterReading(seconds) : .at(seconds)
    }

    fileprivate var item: CBORValue {
        switch self {
        case .at(let seconds): .array([.bool(false), .unsigned(UInt64(seconds))])
        case .afterReading(let seconds): .array([.bool(true), .unsigned(UInt64(seconds))])
        }
    }
}
