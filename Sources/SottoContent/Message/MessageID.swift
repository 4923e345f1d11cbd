// What messages are called: the hash of what was said, by whom and where.

import SottoCrypto
package import SottoWire

/// What a ``MessageID`` is.
package enum MessageIDKind: FixedBytesKind { package static let byteCount = 32 }

/// The name of a content message (draft-ietf-mimi-content-08 section 3.3): the number of the
/// hash function, 1 for SHA-256, then 31 bytes of the hash.
package typealias MessageID = FixedBytes<MessageIDKind>

extension MessageID {
    /// The name of an encoded content message with this salt that came from `origin`.
    init(of content: [UInt8], salt: ContentSalt, from origin: MessageOrigin) {
        var writer = WireWriter()
        for uri in [origin.sender, origin.room] {
            writer.uint16(UInt16(truncatingIfNeeded: uri.utf8.count))
            writer.fixed(uri.utf8)
        }
        writer.fixed(content)
        writer.fixed(salt.bytes)
        self.init(made: [sha256] + SHA256.hash(writer.bytes).prefix(31))
    }
}

private let sha256: UInt8 = 1

/// Who sends a message, and in which conversation: two URIs that go into its name [CONT-2].
package struct MessageOrigin: Hashable, Sendable {
    /// The sender's URI.
    package let sender: String
    /// The conversation's URI.
    package let room: String

    /// An account of ours in a group of ours.
    ///
    /// - Parameters:
    ///   - account: The AccountID, 32 bytes.
    ///   - group: The MLS group id, 32 bytes.
    package init(account: [UInt8], group: [UInt8]) {
        sender = "sotto:account/" + Base64URL.encode(account)
        room = "sotto:group/" + Base64URL.encode(group)
    }

    /// Any two URIs. `nil` if one is longer than 65,535 bytes.
    package init?(sender: String, room: String) {
        let longest = max(sender.utf8.count, room.utf8.count)
        guard longest <= ContentLimits.uriBytesMax else { return nil }
        self.sender = sender
        self.room = room
    }
}
