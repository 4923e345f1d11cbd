// Plain HTTP by hand: a request out, an answer in, as many as a connection carries.

import SottoWire
import Testing

/// One answer.
struct RawAnswer {
    let status: Int
    private let fields: [(name: String, value: String)]
    let body: [UInt8]

    /// The value of a field, whatever the case of its name.
    subscript(name: String) -> String? {
        fields.first { $0.name == name.lowercased() }?.value
    }

    fileprivate init(head: String, body: [UInt8]) throws {
        let lines = head.split(separator: "\r\n")
        status = try #require(
            lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        fields = lines.dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            return (line[..<colon].lowercased(), String(value))
        }
        self.body = body
    }
}

extension RawClient {
    /// Sends a request and reads its whole answer; the connection goes on if both want it to.
    func request(
        _ method: String, _ path: String, _ fields: [(String, String)] = [], body: [UInt8]? = nil
    ) async throws -> RawAnswer {
        var all = [("Host", "localhost")] + fields
        if let body { all.append(("Content-Length", String(body.count))) }
        let head = all.map { "\($0): \($1)\r\n" }.joined()
        try await write(Array("\(method) \(path) HTTP/1.1\r\n\(head)\r\n".utf8) + (body ?? []))
        return try await answer(to: method)
    }

    /// Reads an answer whose request was written by hand.
    func answer(to method: String = "GET") async throws -> RawAnswer {
        let head = try await nextHead()
        let empty = try RawAnswer(head: head, body: [])
        let count = empty["content-length"].flatMap { Int($0) } ?? 0
        guard count > 0, method != "HEAD" else { return empty }
        return try RawAnswer(head: head, body: try await bytes(count))
    }
}
