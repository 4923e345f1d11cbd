// What is understood of content: texts and profiles, and nothing by mistake.

import SottoWire
import Testing

@testable import SottoContent

@Suite struct ReadingTests {
    private func reading(_ body: CBORValue) throws -> ContentReading {
        try MIMIContent(decoding: ForgedContent(body: body).bytes).reading
    }

    @Test("[CONT-3] a text is read as it was typed")
    func text() throws {
        for text in ["", "hello", "a\nb", "<b>*x*</b>", "\u{1F469}\u{200D}\u{2695}", "e\u{301}"] {
            let content = try MIMIContent.text(text, salt: .zero)
            let read = try MIMIContent(decoding: content.encoded).reading
            #expect(read == .text(text))
            guard case .single(let type, let bytes) = content.body.content else {
                Issue.record("a text is not a single part")
                return
            }
            #expect(type == "text/markdown;variant=GFM-MIMI")
            #expect(bytes == Array(text.utf8))
            #expect(content.body.disposition == .render)
            #expect(content.extensions == .none)
        }
        let long = String(repeating: "a", count: 65_536)
        _ = try MIMIContent.text(long, salt: .zero)
        #expect(throws: ContentError.tooLarge) { try MIMIContent.text(long + "a", salt: .zero) }
    }

    @Test("[CONT-3] Markdown and plain text in UTF-8 are read, other types are not")
    func mediaTypes() throws {
        for type in [
            "text/plain", "text/plain;charset=utf-8", "TEXT/Plain; Charset=\"UTF-8\"",
            "text/plain;charset=us-ascii", "text/markdown", "text/markdown;variant=GFM",
            " text/markdown ; variant=CommonMark",
        ] {
            #expect(try reading(textPart("hi", type: type)) == .text("hi"), "\(type)")
        }
        for type in ["", ";", "text/html", "text/plain;charset=utf-16", "text", "image/gif"] {
            #expect(try reading(textPart("hi", type: type)) == .unsupported, "\(type)")
        }
        for disposition in [UInt64(0), 1, 4] {
            #expect(try reading(textPart("hi", disposition: disposition)) == .text("hi"))
        }
        for disposition in [UInt64(2), 3, 5, 6, 7, 8, 99] {
            #expect(try reading(textPart("hi", disposition: disposition)) == .unsupported)
        }
    }

    @Test("[CONT-6] what is not understood is unsupported and kept whole")
    func unsupported() throws {
        let notUTF8 = CBORValue.array([
            .unsigned(1), .text(""), .unsigned(1), .text("text/plain"), .bytes([0xFF]),
        ])
        let html = textPart("<p>", type: "text/html")
        for body in [
            notUTF8, html, .array([.unsigned(1), .text(""), .unsigned(0)]),
            multiPart([html, html]), multiPart([textPart("a"), textPart("b")], semantics: 2),
            multiPart([textPart("a"), textPart("b")], semantics: 1),
        ] {
            #expect(try reading(body) == .unsupported)
            let bytes = ForgedContent(body: body).bytes
            #expect(try MIMIContent(decoding: bytes).encoded == bytes)
        }
        var edit = ForgedContent()
        edit.fields[1] = .bytes([UInt8](repeating: 1, count: 32))
        #expect(try MIMIContent(decoding: edit.bytes).reading == .unsupported)
    }

    @Test("[CONT-3] of parts to choose from, the first that is understood is read")
    func choice() throws {
        let html = textPart("<p>", type: "text/html")
        #expect(try reading(multiPart([html, textPart("a"), textPart("b")])) == .text("a"))
        #expect(try reading(multiPart([multiPart([html, html]), textPart("b")])) == .text("b"))
    }

    @Test("[CONT-4] a profile tells a name")
    func profile() throws {
        let profile = Profile(name: try DisplayName("Alice \u{1F431}"))
        let content = MIMIContent.profile(profile, salt: .zero)
        #expect(content.body.disposition == .profile)
        #expect(try MIMIContent(decoding: content.encoded).reading == .profile(profile))
    }

    @Test("[CONT-4] a profile without a valid name is unsupported; unknown keys are ignored")
    func profileMaps() throws {
        func read(_ map: CBORValue, disposition: UInt64 = 3) throws -> ContentReading {
            try reading(
                .array([
                    .unsigned(disposition), .text(""), .unsigned(1),
                    .text("application/vnd.sotto.profile+cbor"), .bytes(map.encoded),
                ]))
        }
        let name = CBORValue.Member(.text("name"), .text("Al"))
        let known = ContentReading.profile(Profile(name: try DisplayName("Al")))
        #expect(try read(.map([name])) == known)
        #expect(try read(.map([.init(.unsigned(7), .null), name])) == known)
        #expect(try read(.map([name]), disposition: 1) == .unsupported)
        for map in [
            CBORValue.map([]), .null, .map([.init(.text("name"), .bytes([65]))]),
            .map([.init(.text("name"), .text(""))]), .map([.init(.text("Name"), .text("Al"))]),
            .map([name, .init(.unsigned(7), .null)]),
        ] {
            #expect(try read(map) == .unsupported)
        }
    }

    @Test("[CONT-4] names are short and show as what they are")
    func names() throws {
        for name in ["A", "Åsa", "太郎", "Jean-Luc 2", "\u{1F469}\u{200D}\u{1F680}"] {
            #expect(try DisplayName(name).text == name)
        }
        _ = try DisplayName(String(repeating: "a", count: 64))
        #expect(throws: DisplayNameError.tooLong) {
            try DisplayName(String(repeating: "a", count: 65))
        }
        for name in ["", " ", "\t", "\u{A0}\u{2003}", "\u{200B}\u{200D}"] {
            #expect(throws: DisplayNameError.empty) { try DisplayName(name) }
        }
        for name in [
            "a\nb", "a\u{0}", "\u{1B}[31mred", "a\u{7F}", "a\u{85}b", "a\u{2028}b", "a\u{2029}b",
            "a\u{202E}b", "a\u{2066}b", "a\u{200F}b", "a\u{61C}b",
        ] {
            #expect(throws: DisplayNameError.notPrintable) { try DisplayName(name) }
        }
    }
}
