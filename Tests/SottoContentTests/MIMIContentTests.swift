// MIMI content against the draft: its example, its schema and its limits.

import SottoWire
import Testing

@testable import SottoContent

@Suite struct MIMIContentTests {
    /// The "original message" of draft-ietf-mimi-content-08 section 5.1, put together here.
    private func original() throws -> MIMIContent {
        let extensions = CBORValue.map([
            .init(.unsigned(1), .text("mimi://example.com/u/alice-smith")),
            .init(.unsigned(2), .text("mimi://example.com/r/engineering_team")),
        ])
        return MIMIContent(
            salt: try ContentSalt([
                0x5e, 0xed, 0x94, 0x06, 0xc2, 0x54, 0x55, 0x47, 0xab, 0x6f, 0x09, 0xf2, 0x0a, 0x18,
                0xb0, 0x03,
            ]),
            extensions: try ContentExtensions(extensions),
            body: NestedPart(
                disposition: .render,
                content: .single(
                    contentType: "text/markdown;variant=GFM-MIMI",
                    content: Array(
                        "Hi everyone, we just shipped release 2.0. __Good  work__!".utf8))))
    }

    @Test("[CONT-1] the draft's example has the draft's message id, and comes back as it was")
    func example() throws {
        let content = try original()
        let origin = try #require(
            MessageOrigin(
                sender: "mimi://example.com/u/alice-smith",
                room: "mimi://example.com/r/engineering_team"))
        let message = try ContentMessage(content, from: origin)
        let id: [UInt8] = [
            0x01, 0x7c, 0xe5, 0x48, 0x37, 0x40, 0x4c, 0x36, 0x96, 0xe0, 0xc7, 0x47, 0xb9, 0x85,
            0xcb, 0x17, 0x27, 0x16, 0xd0, 0xed, 0x0a, 0x3d, 0x24, 0x9c, 0xa6, 0x3a, 0xce, 0x7d,
            0x82, 0xa0, 0x96, 0xf4,
        ]
        #expect(message.id.bytes == id)
        #expect(try ContentMessage(decoding: message.bytes, from: origin) == message)
        #expect(try MIMIContent(decoding: message.bytes) == content)
    }

    @Test("[CONT-2] the message id depends on sender, room, salt and content")
    func messageID() throws {
        let salt = try ContentSalt([UInt8](repeating: 7, count: 16))
        let other = try ContentSalt([UInt8](repeating: 8, count: 16))
        let said = try MIMIContent.text("hello", salt: salt)
        let ids = try [
            ContentMessage(said, from: testOrigin),
            ContentMessage(.text("hello", salt: other), from: testOrigin),
            ContentMessage(.text("hullo", salt: salt), from: testOrigin),
            ContentMessage(
                said, from: MessageOrigin(account: [UInt8](repeating: 9, count: 32), group: [3])),
            ContentMessage(
                said, from: MessageOrigin(account: [UInt8](repeating: 2, count: 32), group: [4])),
        ].map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(
            testOrigin.sender == "sotto:account/"
                + Base64URL.encode([UInt8](repeating: 2, count: 32)))
        #expect(
            testOrigin.room == "sotto:group/" + Base64URL.encode([UInt8](repeating: 3, count: 32)))
        let long = String(repeating: "a", count: 65_536)
        #expect(MessageOrigin(sender: long, room: "") == nil)
        #expect(MessageOrigin(sender: "", room: long) == nil)
    }

    @Test("[CONT-2] content that names another sender or room than its own is refused")
    func otherOrigin() throws {
        let content = try original()
        #expect(throws: ContentError.otherOrigin) {
            try ContentMessage(content, from: testOrigin)
        }
        let lie = ForgedContent().with(extensions: [(.unsigned(2), .text("sotto:group/x"))])
        #expect(throws: ContentError.otherOrigin) {
            try ContentMessage(decoding: lie, from: testOrigin)
        }
        let truth = ForgedContent().with(extensions: [
            (.unsigned(1), .text(testOrigin.sender)), (.unsigned(2), .text(testOrigin.room)),
        ])
        _ = try ContentMessage(decoding: truth, from: testOrigin)
    }

    @Test("[CONT-2] a sender or room whose letters Unicode holds for the same is another one")
    func equivalentOrigin() throws {
        let origin = try #require(
            MessageOrigin(sender: "sotto:account/K", room: "sotto:group/K"))
        for (key, uri) in [(UInt64(1), "sotto:account/"), (2, "sotto:group/")] {
            let same = ForgedContent().with(extensions: [(.unsigned(key), .text(uri + "K"))])
            _ = try ContentMessage(decoding: same, from: origin)
            let kelvin = uri + "\u{212A}"
            #expect(kelvin == uri + "K")
            let lie = ForgedContent().with(extensions: [(.unsigned(key), .text(kelvin))])
            #expect(throws: ContentError.otherOrigin) {
                try ContentMessage(decoding: lie, from: origin)
            }
        }
    }

    @Test("[CONT-7] every strict prefix of a message, and anything after it, is refused")
    func damage() throws {
        let bytes = try original().encoded
        for count in 0..<bytes.count {
            #expect(throws: ContentError.self) {
                try MIMIContent(decoding: Array(bytes.prefix(count)))
            }
        }
        #expect(throws: ContentError.notCBOR(.trailingBytes(1))) {
            try MIMIContent(decoding: bytes + [0])
        }
    }

    @Test("[CONT-7] what decodes encodes to the same bytes, whatever bit was flipped")
    func oneForm() throws {
        let bytes = try original().encoded
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let content = try? MIMIContent(decoding: changed) else { continue }
            #expect(content.encoded == changed)
        }
    }

    @Test("[CONT-7] a field of another kind or size is outside the schema", arguments: 0..<7)
    func schema(field: Int) {
        let wrong: [[CBORValue]] = [
            [.bytes([1]), .text("sixteen bytes!!!"), .null],
            [.bytes([1]), .unsigned(1), .text("")],
            [.null, .text("")],
            [
                .unsigned(1), .array([]), .array([.bool(true)]),
                .array([.unsigned(1), .unsigned(1)]), .array([.bool(true), .unsigned(1 << 32)]),
                .array([.bool(true), .unsigned(1), .null]),
            ],
            [.bytes([UInt8](repeating: 1, count: 33)), .bool(false)],
            [.array([]), .null],
            [.null, .array([]), .map([])],
        ]
        for value in wrong[field] {
            var forged = ForgedContent()
            forged.fields[field] = value
            #expect(throws: ContentError.notInSchema) { try MIMIContent(decoding: forged.bytes) }
        }
    }

    @Test("[CONT-7] a message of six or eight fields, or of none, is outside the schema")
    func fieldCount() {
        var forged = ForgedContent()
        forged.fields.removeLast()
        #expect(throws: ContentError.notInSchema) { try MIMIContent(decoding: forged.bytes) }
        forged = ForgedContent()
        forged.fields.append(.null)
        #expect(throws: ContentError.notInSchema) { try MIMIContent(decoding: forged.bytes) }
        #expect(throws: ContentError.notInSchema) { try MIMIContent(decoding: [0x01]) }
    }

    @Test("both kinds of expiry come back as they were")
    func expiry() throws {
        for expires in [Expiration.at(1_644_390_004), .afterReading(0), .at(.max)] {
            let content = MIMIContent(
                salt: .zero, replaces: .zero, topicID: [1], expires: expires, inReplyTo: .zero,
                body: NestedPart(disposition: .reaction, content: .null))
            #expect(try MIMIContent(decoding: content.encoded) == content)
        }
    }
}
