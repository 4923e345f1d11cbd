// Vectors of our content: texts, profiles, reports, and their names in a conversation.

import SottoContent
import SottoWire

struct ContentLayer: VectorLayer {
    let name = "content"
    let spec = "spec/conversation.md, section 3"

    func perform(_ operation: String, _ input: JSON) throws -> JSON {
        switch operation {
        case "read":
            let data = try ApplicationData(wireBytes: input.bytes("application_data"))
            switch data {
            case .content(let bytes): return try read(bytes, input)
            case .status(let bytes): return try report(bytes)
            }
        case "name":
            return ["name": .string(try DisplayName(input.string("name")).text)]
        default: throw UnknownOperation(operation)
        }
    }

    private func read(_ bytes: [UInt8], _ input: JSON) throws -> JSON {
        let origin = MessageOrigin(
            account: try input.bytes("account"), group: try input.bytes("group"))
        let message = try ContentMessage(decoding: bytes, from: origin)
        let id: JSON = [
            "message_id": .hex(message.id.bytes), "sender_uri": .string(origin.sender),
            "room_uri": .string(origin.room),
        ]
        return switch message.content.reading {
        case .text(let text): id.adding(["text": .string(text)])
        case .profile(let profile): id.adding(["profile_name": .string(profile.name.text)])
        case .unsupported: id.adding(["unsupported": true])
        }
    }

    private func report(_ bytes: [UInt8]) throws -> JSON {
        let report = try MessageStatusReport(decoding: bytes)
        let entries = report.entries.map { entry -> JSON in
            [
                "message_id": .hex(entry.message.bytes),
                "status": .number(Int(entry.status.rawValue)),
            ]
        }
        return ["report": .array(entries)]
    }

    func cases(_ maker: inout VectorMaker) throws -> [VectorCase] {
        let (account, group) = (maker.bytes(32), maker.bytes(32))
        func read(_ name: String, _ data: [UInt8], _ failure: String? = nil) -> VectorCase {
            let input: JSON = [
                "account": .hex(account), "group": .hex(group), "application_data": .hex(data),
            ]
            return VectorCase(name, "read", input, failure: failure)
        }
        func content(
            _ name: String, _ fields: [CBORValue], _ failure: String? = nil
        ) -> VectorCase {
            let body = CBORValue.array(fields).encoded
            return read(name, ApplicationData.content(body).wireBytes, failure)
        }
        let salt = try ContentSalt(maker.bytes(16))
        let text = try MIMIContent.text("Hello, *Bob* <b>!\n\u{1F44B}", salt: salt)
        let profile = MIMIContent.profile(
            Profile(name: try DisplayName("Alice \u{C5}")), salt: salt)
        let (one, two) = (try MessageID(maker.bytes(32)), try MessageID(maker.bytes(32)))
        let report = try MessageStatusReport([.init(one, .delivered), .init(two, .read)])
        let said = ApplicationData.content(text.encoded).wireBytes
        let cases = [
            read("text", said),
            read("profile", ApplicationData.content(profile.encoded).wireBytes),
            read("report", ApplicationData.status(report.encoded).wireBytes),
            read("report_of_nothing", ApplicationData.status([0x80]).wireBytes),
            read("type_3", [3] + said.dropFirst(), "malformed"),
            read("truncated", said.dropLast(), "malformed"),
            read("with_a_byte_after_it", said + [0], "malformed"),
            read(
                "report_with_status_256",
                ApplicationData.status([0x81, 0x82, 0x58, 0x20] + one.bytes + [0x19, 1, 0])
                    .wireBytes, "not-in-schema"),
            read(
                "array_of_indefinite_length",
                ApplicationData.status([0x9F, 0xFF]).wireBytes, "malformed"),
            read(
                "array_length_not_shortest",
                ApplicationData.status([0x98, 0]).wireBytes, "malformed"),
        ]
        return cases
            + ContentFields(salt: salt).named(account: account, group: group).map(content)
            + names()
    }

    private func names() -> [VectorCase] {
        func name(_ title: String, _ name: String, _ failure: String? = nil) -> VectorCase {
            VectorCase(title, "name", ["name": .string(name)], failure: failure)
        }
        return [
            name("name", "Zo\u{EB}"),
            name("name_of_64", String(repeating: "\u{1F431}", count: 64)),
            name("name_of_65", String(repeating: "a", count: 65), "over-limit"),
            name("name_of_nothing", "", "empty"),
            name("name_of_white_space", " \u{A0}\u{2003}", "empty"),
            name("name_of_format_characters", "\u{200B}\u{200D}", "empty"),
            name("name_with_a_line_break", "a\nb", "not-printable"),
            name("name_with_a_line_separator", "a\u{2028}b", "not-printable"),
            name("name_with_a_terminal_escape", "a\u{1B}[31m", "not-printable"),
            name("name_with_a_direction_override", "a\u{202E}b", "not-printable"),
        ]
    }
}

/// The fields of messages, honest ones and ones that break one rule.
private struct ContentFields {
    let salt: ContentSalt

    func named(
        account: [UInt8], group: [UInt8]
    ) -> [(name: String, fields: [CBORValue], failure: String?)] {
        let own = MessageOrigin(account: account, group: group)
        let plain = part("hello", "text/plain;charset=utf-8")
        let html = part("<p>hello</p>", "text/html;charset=utf-8")
        let choice = multi(0, [html, plain])
        let deep = multi(0, [multi(0, [multi(0, [plain, html]), html]), html])
        return [
            ("plain_text", fields(plain), nil),
            ("html", fields(html), nil),
            ("choice_of_html_and_plain_text", fields(choice), nil),
            ("all_of_html_and_plain_text", fields(multi(2, [html, plain])), nil),
            ("parts_4_deep", fields(deep), nil),
            ("parts_5_deep", fields(multi(0, [deep, html])), "over-limit"),
            ("choice_of_one", fields(multi(0, [plain])), "not-in-schema"),
            ("edit", fields(plain, replaces: .bytes([UInt8](repeating: 1, count: 32))), nil),
            (
                "own_sender_and_room",
                fields(plain, extensions: [(1, .text(own.sender)), (2, .text(own.room))]), nil
            ),
            (
                "another_sender", fields(plain, extensions: [(1, .text("sotto:account/x"))]),
                "other-origin"
            ),
            (
                "another_room", fields(plain, extensions: [(2, .text("sotto:group/x"))]),
                "other-origin"
            ),
            ("unknown_extension", fields(plain, extensions: [(300, .array([.null]))]), nil),
            (
                "extensions_out_of_order",
                fields(plain, extensions: [(301, .null), (300, .null)]), "not-deterministic"
            ),
            (
                "extension_twice", fields(plain, extensions: [(300, .null), (300, .null)]),
                "malformed"
            ),
            (
                "extension_5_deep",
                fields(plain, extensions: [(300, .array([.array([.array([.array([])])])]))]),
                "invalid-extension"
            ),
            (
                "salt_of_15_bytes",
                [.bytes([UInt8](repeating: 1, count: 15))] + fields(plain).dropFirst(),
                "not-in-schema"
            ),
            ("six_fields", fields(plain).dropLast(), "not-in-schema"),
        ]
    }

    private func fields(
        _ body: CBORValue, replaces: CBORValue = .null,
        extensions: [(UInt64, CBORValue)] = []
    ) -> [CBORValue] {
        let members = extensions.map { CBORValue.Member(.unsigned($0.0), $0.1) }
        return [.bytes(salt.bytes), replaces, .bytes([]), .null, .null, .map(members), body]
    }

    private func part(_ text: String, _ type: String) -> CBORValue {
        .array([.unsigned(1), .text(""), .unsigned(1), .text(type), .bytes(Array(text.utf8))])
    }

    private func multi(_ semantics: UInt64, _ parts: [CBORValue]) -> CBORValue {
        .array([.unsigned(1), .text(""), .unsigned(3), .unsigned(semantics), .array(parts)])
    }
}
