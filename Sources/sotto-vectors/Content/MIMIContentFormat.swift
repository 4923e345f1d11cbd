// The examples of draft-ietf-mimi-content: CBOR with the same in diagnostic notation beside it.

import SottoContent
import SottoWire

/// A pair of files is one case. The message id stands in a remark of the notation, sender and
/// room in the message's own extensions.
struct MIMIContentFormat: VectorFormat {
    let name = "MIMI content"

    func recognises(_ file: VectorFile) -> Bool {
        if case .cbor = file.content { true } else { false }
    }

    func run(_ file: VectorFile) -> [VectorOutcome] {
        guard case .cbor(let bytes, let notation) = file.content else { return [] }
        return [outcome { try run(bytes, notation) }]
    }

    private func run(_ bytes: [UInt8], _ notation: String) throws -> VectorOutcome {
        let item = try CBORValue(decoding: bytes)
        try expect("the encoded item", item.encoded, equals: bytes)
        guard let id = Self.messageID(in: notation) else {
            return .skipped(reason: "no message, but values derived from one")
        }
        let content = try MIMIContent(decoding: bytes)
        try expect("the encoded message", content.encoded, equals: bytes)
        guard let sender = content.extensions.senderURI, let room = content.extensions.roomURI,
            let origin = MessageOrigin(sender: sender, room: room)
        else { throw VectorMismatch(description: "sender or room is missing") }
        let message = try ContentMessage(decoding: bytes, from: origin)
        try expect("the message id", message.id.bytes, equals: id)
        return .passed
    }

    /// What the remark `message ID = h'...'` says, which goes on over a line break.
    private static func messageID(in notation: String) -> [UInt8]? {
        let parts = notation.split(separator: "message ID = h'", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let digits = parts[1].prefix { $0 != "'" }.filter(\.isHexDigit)
        return [UInt8](hex: String(digits))
    }
}
