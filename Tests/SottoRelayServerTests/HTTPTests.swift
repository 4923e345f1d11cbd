// What answers over plain HTTP on the relay's port (spec/relay.md section 6).

import SottoRelayServer
import Testing

@Suite("HTTP", .timeLimit(.minutes(1)))
struct HTTPTests {
    private func status(_ request: String, at port: Int) async throws -> String {
        let client = try await RawClient.connect(port)
        try await client.write(
            Array("\(request)\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
        let answer = try await client.untilClosed()
        return String(String(decoding: answer, as: UTF8.self).prefix(12).suffix(3))
    }

    private func check(
        _ request: String, isAnswered expected: String, at port: Int
    ) async throws {
        let answer = try await status(request, at: port)
        #expect(answer == expected, "\(request)")
    }

    @Test(
        "health and readiness answer, other paths are not found, a plain /v1 needs an upgrade"
    )
    func paths() async throws {
        try await ServedRelay.with { relay in
            let port = relay.server.port
            try await check("GET /healthz HTTP/1.1", isAnswered: "200", at: port)
            try await check("HEAD /healthz HTTP/1.1", isAnswered: "200", at: port)
            try await check("GET /readyz HTTP/1.1", isAnswered: "200", at: port)
            try await check("GET / HTTP/1.1", isAnswered: "200", at: port)
            try await check("POST / HTTP/1.1", isAnswered: "405", at: port)
            try await check("GET /other HTTP/1.1", isAnswered: "404", at: port)
            try await check("POST /healthz HTTP/1.1", isAnswered: "405", at: port)
            try await check("GET /v1 HTTP/1.1", isAnswered: "426", at: port)
        }
    }

    @Test("the page for people loads nothing, runs nothing, and shows the host's words as words")
    func page() async throws {
        var configuration = RelayConfiguration()
        configuration.pageNote = "<script>alert('x')</script> & \"more\""
        configuration.version = "9.9"
        let relay = try await ServedRelay.start(configuration: configuration)
        let client = try await RawClient.connect(relay.server.port)
        try await client.write(
            Array("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
        let page = String(decoding: try await client.untilClosed(), as: UTF8.self)
        #expect(page.contains("Content-Type: text/html; charset=utf-8\r\n"))
        #expect(page.contains("Content-Security-Policy: default-src 'none'; style-src 'sha256-"))
        #expect(page.contains("9.9") && page.contains("It is up."))
        #expect(page.contains("&lt;script&gt;") && page.contains("&amp; &quot;more&quot;"))
        for banned in ["<script", "src=", "href=", "http:", "https:", "onload"] {
            #expect(!page.contains(banned), "\(banned)")
        }
        await relay.server.shutdown()
    }

    @Test(
        "an upgrade to something else gets an answer too",
        arguments: [
            "GET /v1 HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c",
            "GET /other HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        ])
    func otherUpgrades(request: String) async throws {
        try await ServedRelay.with { relay in
            let answer = try await status(request, at: relay.server.port)
            #expect(answer == (request.contains("h2c") ? "426" : "404"))
        }
    }

    @Test("rubbish instead of HTTP is closed")
    func rubbish() async throws {
        try await ServedRelay.with { relay in
            let client = try await RawClient.connect(relay.server.port)
            try await client.write(Array(repeating: 0xFF, count: 1_000) + Array("\r\n\r\n".utf8))
            let answer = try await client.untilClosed()
            #expect(answer.count < 1_000)
            try await check("GET /healthz HTTP/1.1", isAnswered: "200", at: relay.server.port)
        }
    }
}
