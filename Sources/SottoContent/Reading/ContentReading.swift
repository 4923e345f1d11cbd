// What this version understands of content, and how it writes what it says itself.

/// What a content message is to a person [CONT-3] [CONT-4] [CONT-6].
package enum ContentReading: Hashable, Sendable {
    /// Something said.
    case text(String)
    /// How the sender wants to be called.
    case profile(Profile)
    /// Something that a later version or another program understands. It is kept.
    case unsupported
}

extension MIMIContent {
    /// What this version understands of the message.
    ///
    /// An edit, a deletion or a reaction is unsupported: shown as text it would say something else.
    package var reading: ContentReading {
        guard replaces == nil else { return .unsupported }
        return body.reading
    }

    /// A message that says `text`.
    ///
    /// - Throws: `tooLarge` over 65,536 bytes.
    package static func text(
        _ text: String, salt: ContentSalt
    ) throws(ContentError) -> MIMIContent {
        guard text.utf8.count <= ContentLimits.textBytesMax else { throw .tooLarge }
        return MIMIContent(
            salt: salt,
            body: NestedPart(
                disposition: .render,
                content: .single(contentType: textType, content: Array(text.utf8))))
    }

    /// A message that tells a profile.
    package static func profile(_ profile: Profile, salt: ContentSalt) -> MIMIContent {
        MIMIContent(
            salt: salt,
            body: NestedPart(
                disposition: .profile,
                content: .single(contentType: Profile.contentType, content: profile.encoded)))
    }

    private static let textType = "text/markdown;variant=GFM-MIMI"
}

extension NestedPart {
    /// The first part that is understood where one of several is to be chosen.
    fileprivate var reading: ContentReading {
        switch content {
        case .single(let contentType, let bytes): reading(of: bytes, contentType)
        case .multi(.chooseOne, let parts):
            parts.lazy.map(\.reading).first { $0 != .unsupported } ?? .unsupported
        default: .unsupported
        }
    }

    private func reading(of bytes: [UInt8], _ contentType: String) -> ContentReading {
        let type = MediaType(contentType)
        switch disposition {
        case .render, .inline, .unspecified:
            guard type.isPlainlyShown, let text = String(validating: bytes, as: UTF8.self) else {
                return .unsupported
            }
            return .text(text)
        case .profile where type.essence == Profile.contentType:
            return Profile(decoding: bytes).map(ContentReading.profile) ?? .unsupported
        default:
            return .unsupported
        }
    }
}
