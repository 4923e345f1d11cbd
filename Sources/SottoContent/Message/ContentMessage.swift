// A content message that has a name, because it is known who sent it and where.

import SottoWire

/// Content, its encoding and its name.
package struct ContentMessage: Hashable, Sendable {
    /// The name by which replies and reports mean it.
    package let id: MessageID
    /// What it says.
    package let content: MIMIContent
    /// Its encoding, which the name is a hash of.
    package let bytes: [UInt8]

    /// Names a message of our own.
    ///
    /// - Throws: `otherOrigin`, or `tooLarge`.
    package init(_ content: MIMIContent, from origin: MessageOrigin) throws(ContentError) {
        let bytes = content.encoded
        guard bytes.count <= ContentLimits.contentBytesMax else { throw .tooLarge }
        try self.init(content, bytes: bytes, from: origin)
    }

    /// Reads a message that came from `origin`, as MLS proved it.
    ///
    /// - Throws: `otherOrigin` where the message itself names another, and what
    ///   ``MIMIContent/init(decoding:)`` throws.
    package init(decoding bytes: [UInt8], from origin: MessageOrigin) throws(ContentError) {
        try self.init(try MIMIContent(decoding: bytes), bytes: bytes, from: origin)
    }

    private init(
        _ content: MIMIContent, bytes: [UInt8], from origin: MessageOrigin
    ) throws(ContentError) {
        guard Self.says(content.extensions.senderURI, origin.sender),
            Self.says(content.extensions.roomURI, origin.room)
        else { throw .otherOrigin }
        id = MessageID(of: bytes, salt: content.salt, from: origin)
        self.content = content
        self.bytes = bytes
    }

    /// Whether a URI is left out or has these very bytes: letters that Unicode holds for the same
    /// make another URI [CONT-2].
    private static func says(_ uri: String?, _ expected: String) -> Bool {
        uri.map { $0.utf8.elementsEqual(expected.utf8) } ?? true
    }
}
