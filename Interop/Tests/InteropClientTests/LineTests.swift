// Lines in, lines out: what is not a request gets an answer too, and ends nothing.

import InteropClient
import SottoMLS
import Testing

@Suite("Lines")
struct LineTests {
    private static func makeClient() -> Client { Client { UnixTime(seconds: 1_800_000_000) } }

    private static func answer(_ text: String, by client: inout Client) throws -> JSON {
        try JSON(line: client.answer(.whole(Array(text.utf8))))
    }

    @Test("a request gets one line, with its id and its result")
    func oneLine() throws {
        var client = Self.makeClient()
        let answer = client.answer(.whole(Array(#"{"id":7,"rpc":"Name","params":{}}"#.utf8)))
        #expect(String(decoding: answer, as: UTF8.self) == #"{"id":7,"result":{"name":"Sotto"}}"#)
    }

    @Test(
        "an id of any kind is said back",
        arguments: [
            JSON.null, .string("a/b \"c\""), .number(.max), .fraction(-1.5), .bool(true), [1, "x"],
        ])
    func ids(_ id: JSON) throws {
        var client = Self.makeClient()
        #expect(
            client.answer(["id": id, "rpc": "Name"]) == ["id": id, "result": ["name": "Sotto"]])
    }

    @Test(
        "what is not a request is answered with an error, and the client goes on",
        arguments: [
            "", " ", "{", "}", "nonsense", "{\"id\":1", "\u{0}", "[1,2", "\"\\u12\"", "1 2",
            String(repeating: "[", count: 100_000),
        ])
    func rubbish(_ line: String) throws {
        var client = Self.makeClient()
        #expect(try Self.code(Self.answer(line, by: &client)) == [.null, "INVALID_ARGUMENT"])
        #expect(client.answer(["rpc": "Name"]) == ["id": .null, "result": ["name": "Sotto"]])
    }

    @Test(
        "JSON that is not a request says what it lacks, with its id if it has one",
        arguments: [
            ("[]", JSON.null, "INVALID_ARGUMENT"), ("3", .null, "INVALID_ARGUMENT"),
            (#"{"id":3}"#, 3, "INVALID_ARGUMENT"),
            (#"{"id":3,"rpc":4}"#, 3, "INVALID_ARGUMENT"),
            (#"{"id":3,"rpc":"Nothing"}"#, 3, "UNIMPLEMENTED"),
            (#"{"id":3,"rpc":"Name","params":[]}"#, 3, "INVALID_ARGUMENT"),
            (#"{"id":3,"rpc":"Name","params":{"name":"x"}}"#, 3, "INVALID_ARGUMENT"),
        ])
    func incomplete(_ line: String, _ id: JSON, _ code: JSON) throws {
        var client = Self.makeClient()
        #expect(try Self.code(Self.answer(line, by: &client)) == [id, code])
    }

    @Test("each strict prefix of a request is refused")
    func prefixes() throws {
        var client = Self.makeClient()
        let request = #"{"id":1,"rpc":"Export","params":{"state_id":1,"label":"é\n"}}"#
        let bytes = Array(request.utf8)
        for count in bytes.indices {
            let answer = try JSON(line: client.answer(.whole(Array(bytes[..<count]))))
            #expect(try Self.code(answer) == [.null, "INVALID_ARGUMENT"], "\(count)")
        }
        #expect(try Self.code(Self.answer(request, by: &client)) == [1, "NOT_FOUND"])
    }

    @Test("a line over the limit is answered with an error")
    func tooLong() throws {
        var client = Self.makeClient()
        let answer = try JSON(line: client.answer(.tooLong))
        #expect(try Self.code(answer) == [.null, "RESOURCE_EXHAUSTED"])
    }

    private static func code(_ answer: JSON) throws -> [JSON] {
        guard case .object(let fields) = answer, case .object(let error) = fields["error"],
            let id = fields["id"], let code = error["code"], case .string = error["message"]
        else { throw Refusal(rpc: .name, answer: answer) }
        return [id, code]
    }
}

@Suite("Cutting lines")
struct LineReaderTests {
    @Test("lines come out whole, however their bytes come in", arguments: 1...9)
    func pieces(_ size: Int) {
        let text = Array("one\n\ntwo three\nfour\r\nrest".utf8)
        var reader = LineReader()
        var lines: [LineReader.Line] = []
        for start in stride(from: 0, to: text.count, by: size) {
            lines += reader.lines(in: text[start..<min(start + size, text.count)])
        }
        let expected = ["one", "", "two three", "four\r"].map { LineReader.Line($0) }
        #expect(lines == expected)
        let last = reader.last()
        #expect(last == LineReader.Line("rest"))
        #expect(reader.last() == nil)
    }

    @Test("a line over the limit is given up, and the next one is read")
    func limit() {
        var reader = LineReader(bytesMax: 4)
        var lines = reader.lines(in: Array("1234\n12345\n1".utf8))
        lines += reader.lines(in: Array("23456789".utf8))
        lines += reader.lines(in: Array("0\nok\n12345".utf8))
        #expect(lines == [.init("1234"), .tooLong, .tooLong, .init("ok")])
        let last = reader.last()
        #expect(last == .tooLong)
    }
}

extension LineReader.Line {
    fileprivate init(_ text: String) { self = .whole(Array(text.utf8)) }
}
