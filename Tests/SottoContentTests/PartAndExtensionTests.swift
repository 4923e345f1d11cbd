// Parts within parts, and extensions, held to the draft's limits.

import SottoWire
import Testing

@testable import SottoContent

@Suite struct PartAndExtensionTests {
    private func decode(_ body: CBORValue) throws -> NestedPart {
        try MIMIContent(decoding: ForgedContent(body: body).bytes).body
    }

    @Test("[CONT-7] parts lie at most 4 deep in each other")
    func depth() throws {
        var part = textPart("deep")
        for _ in 2...4 { part = multiPart([part, textPart("flat")]) }
        _ = try decode(part)
        #expect(throws: ContentError.tooDeep) { try decode(multiPart([part, textPart("flat")])) }
    }

    @Test("[CONT-7] parts outside the schema are refused")
    func schema() {
        let one = textPart("one")
        let wrong: [CBORValue] = [
            multiPart([one]), multiPart([]), multiPart([one, one], semantics: 3),
            .array([.unsigned(1), .text("")]),
            .array([.unsigned(1), .text(""), .unsigned(4)]),
            .array([.unsigned(1), .text(""), .unsigned(0), .null]),
            .array([.unsigned(256), .text(""), .unsigned(0)]),
            .array([.unsigned(1), .bytes([]), .unsigned(0)]),
            .array([.unsigned(1), .text(""), .unsigned(1), .text("text/plain")]),
            .array([.unsigned(1), .text(""), .unsigned(1), .text("text/plain"), .text("no bytes")]),
            .array([.unsigned(1), .text(""), .unsigned(2), .text("text/plain")]),
            .array([.integer(-1), .text(""), .unsigned(0)]),
        ]
        for body in wrong {
            #expect(throws: ContentError.notInSchema) { try decode(body) }
        }
    }

    @Test("[CONT-6] unknown dispositions and everything of an external part are kept")
    func kept() throws {
        let external: [CBORValue] = [
            .unsigned(200), .text("en,fr"), .unsigned(2), .text("video/mp4"),
            .text("https://example.com/x"), .unsigned(9), .unsigned(.max), .unsigned(1),
            .bytes([1]), .bytes([2]), .bytes([3]), .unsigned(1), .bytes([4]), .text("d"),
            .text("f.mp4"),
        ]
        let part = try decode(.array(external))
        #expect(part.disposition.rawValue == 200)
        #expect(part.item == .array(external))
        for index in 3..<external.count {
            var wrong = external
            wrong[index] = .null
            #expect(throws: ContentError.notInSchema) { try decode(.array(wrong)) }
        }
        for (index, value) in [(5, UInt64(1) << 32), (7, 1 << 16), (11, 1 << 8)] {
            var wrong = external
            wrong[index] = .unsigned(value)
            #expect(throws: ContentError.notInSchema) { try decode(.array(wrong)) }
        }
    }

    private func refused(
        _ error: ContentError, _ key: CBORValue, _ value: CBORValue = .null
    ) {
        #expect(throws: error) {
            try MIMIContent(decoding: ForgedContent().with(extensions: [(key, value)]))
        }
    }

    private func kept(_ key: CBORValue, _ value: CBORValue = .null) throws {
        let bytes = ForgedContent().with(extensions: [(key, value)])
        #expect(try MIMIContent(decoding: bytes).encoded == bytes)
    }

    @Test("[CONT-7] extensions have integers or short texts for names")
    func names() throws {
        let exact: UInt64 = 1 << 53 - 1
        for key in [CBORValue.unsigned(exact), .negative(exact - 1), .text("x"), .unsigned(0)] {
            try kept(key)
        }
        try kept(.text(String(repeating: "x", count: 255)))
        for key in [
            CBORValue.unsigned(exact + 1), .negative(exact), .text(""), .bytes([1]), .null,
            .text(String(repeating: "x", count: 256)), .array([]),
        ] {
            refused(.invalidExtension, key)
        }
        refused(.notInSchema, .unsigned(1), .unsigned(5))
        refused(.notInSchema, .unsigned(2), .bytes([5]))
    }

    @Test("[CONT-7] values of extensions are at most 4 deep and 4,095 bytes long")
    func values() throws {
        let depth4 = CBORValue.array([.array([.tagged(32, .text("x"))])])
        try kept(.unsigned(256), depth4)
        refused(.invalidExtension, .unsigned(256), .array([depth4]))
        refused(.invalidExtension, .unsigned(256), .tagged(1, depth4))
        refused(.invalidExtension, .unsigned(256), .map([.init(.text("k"), depth4)]))
        try kept(.unsigned(256), .bytes([UInt8](repeating: 0, count: 4_092)))
        refused(
            .invalidExtension, .unsigned(256), .bytes([UInt8](repeating: 0, count: 4_093)))
    }

    @Test("[CONT-7] maps within extensions have plain keys, and of NaN only the shortest")
    func keysAndFloats() throws {
        try kept(.unsigned(9), .map([.init(.bytes([1]), .null)]))
        refused(.invalidExtension, .unsigned(9), .map([.init(.bool(true), .null)]))
        refused(.invalidExtension, .unsigned(9), .map([.init(.array([]), .null)]))
        try kept(.unsigned(9), .float(.half(0x7E00)))
        try kept(.unsigned(9), .float(.half(0x7C00)))
        try kept(.unsigned(9), .float(.half(0x3C00)))
        refused(.invalidExtension, .unsigned(9), .float(.half(0x7E01)))
    }

    @Test("[CONT-7] keys out of order give a message two forms and are refused")
    func order() throws {
        let bytes = ForgedContent().with(extensions: [(.unsigned(9), .null), (.unsigned(8), .null)])
        #expect(throws: ContentError.notDeterministic) { try MIMIContent(decoding: bytes) }
        let nested = ForgedContent().with(extensions: [
            (.unsigned(9), .map([.init(.unsigned(2), .null), .init(.unsigned(1), .null)]))
        ])
        #expect(throws: ContentError.notDeterministic) { try MIMIContent(decoding: nested) }
        let twice = ForgedContent().with(extensions: [(.unsigned(9), .null), (.unsigned(9), .null)])
        #expect(throws: ContentError.self) { try MIMIContent(decoding: twice) }
    }
}
