// Blobs over HTTP: tus uploads that are cut off and go on, ranged downloads, and who may.

import SottoCrypto
import SottoRelayCore
import SottoRelayLink
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@testable import SottoRelayServer

@Suite("Blobs over HTTP", .timeLimit(.minutes(1)))
struct BlobHTTPTests {
    private let blobs = MemoryBlobs()

    private func with(
        _ options: BlobOptions = BlobOptions(), _ body: (ServedRelay) async throws -> Void
    ) async throws {
        try await ServedRelay.with(blobs: blobs, options: options, body)
    }

    private func token(_ bytes: UInt64, at relay: ServedRelay) async throws -> BlobToken {
        try await relay.device().connection.mintBlob(bytes: bytes)
    }

    private static func fields(
        _ token: BlobToken?, _ more: (String, String)...
    ) -> [(String, String)] {
        let text = token.map { "Sotto-Blob " + Hexadecimal.encode($0.wireBytes) }
        return [("Tus-Resumable", "1.0.0")] + (text.map { [("Authorization", $0)] } ?? []) + more
    }

    private static func patch(_ token: BlobToken?, at offset: Int) -> [(String, String)] {
        fields(
            token, ("Upload-Offset", "\(offset)"),
            ("Content-Type", "application/offset+octet-stream"))
    }

    private static func path(_ token: BlobToken) -> String {
        "/v1/uploads/" + Hexadecimal.encode(token.upload.bytes)
    }

    private static func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    }

    private func upload(_ bytes: [UInt8], to relay: ServedRelay) async throws -> String {
        let token = try await token(UInt64(bytes.count), at: relay)
        let client = try await RawClient.connect(relay.server.port)
        let length = ("Upload-Length", "\(bytes.count)")
        _ = try await client.request("POST", "/v1/uploads", Self.fields(token, length))
        let answer = try await client.request(
            "PATCH", Self.path(token), Self.patch(token, at: 0), body: bytes)
        return try #require(answer["Content-Location"])
    }

    @Test("[BLOB-3] [BLOB-4] a blob goes up in pieces on one connection and comes down whole")
    func pieces() async throws {
        try await with { relay in
            let bytes = Self.bytes(100_000)
            let token = try await token(100_000, at: relay)
            let client = try await RawClient.connect(relay.server.port)
            let length = ("Upload-Length", "100000")
            for _ in 0..<2 {
                let begun = try await client.request(
                    "POST", "/v1/uploads", Self.fields(token, length))
                #expect(begun.status == 201)
                #expect(begun["Location"] == Self.path(token))
                #expect(begun["Upload-Offset"] == "0" && begun["Tus-Resumable"] == "1.0.0")
                #expect(begun["Upload-Expires"]?.hasSuffix(" 00:00:00 GMT") == true)
            }
            for (from, to) in [(0, 10), (10, 70_000), (70_000, 70_000), (70_000, 100_000)] {
                let head = try await client.request("HEAD", Self.path(token), Self.fields(token))
                #expect(head.status == 200 && head["Upload-Offset"] == "\(from)")
                #expect(head["Upload-Length"] == "100000" && head["Cache-Control"] == "no-store")
                let answer = try await client.request(
                    "PATCH", Self.path(token), Self.patch(token, at: from),
                    body: Array(bytes[from..<to]))
                #expect(answer.status == 204 && answer["Upload-Offset"] == "\(to)")
            }
            let address = "/v1/blobs/" + Hexadecimal.encode(SHA256.hash(bytes))
            let over = try await client.request("HEAD", Self.path(token), Self.fields(token))
            #expect(over["Content-Location"] == address && over["Upload-Offset"] == "100000")
            let whole = try await client.request("GET", address)
            #expect(whole.status == 200 && whole.body == bytes)
            #expect(whole["Accept-Ranges"] == "bytes")
            let again = try await client.request(
                "PATCH", Self.path(token), Self.patch(token, at: 100_000), body: [])
            #expect(again.status == 409)
        }
    }

    @Test("[BLOB-3] an upload whose connection breaks goes on at what is there")
    func broken() async throws {
        try await with { relay in
            let bytes = Self.bytes(60_000)
            let token = try await token(60_000, at: relay)
            let first = try await RawClient.connect(relay.server.port)
            let length = ("Upload-Length", "60000")
            _ = try await first.request("POST", "/v1/uploads", Self.fields(token, length))
            let head = Self.patch(token, at: 0) + [("Content-Length", "60000")]
            let text = head.map { "\($0): \($1)\r\n" }.joined()
            try await first.write(
                Array("PATCH \(Self.path(token)) HTTP/1.1\r\nHost: a\r\n\(text)\r\n".utf8)
                    + bytes.prefix(20_000))
            // The old connection still stands; who comes back takes over all the same.
            let second = try await RawClient.connect(relay.server.port)
            var offset = 0
            for _ in 0..<400 where offset < 20_000 {
                let answer = try await second.request(
                    "HEAD", Self.path(token), Self.fields(token))
                offset = try #require(answer["Upload-Offset"].flatMap { Int($0) })
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(offset == 20_000)
            let rest = try await second.request(
                "PATCH", Self.path(token), Self.patch(token, at: offset),
                body: Array(bytes[offset...]))
            #expect(rest.status == 204 && rest["Upload-Offset"] == "60000")
            #expect(try await first.untilClosed().isEmpty)
            let down = try await second.request("GET", try #require(rest["Content-Location"]))
            #expect(down.body == bytes)
        }
    }

    @Test("[BLOB-9] a part of a blob, the end of one, and what it does not have")
    func ranges() async throws {
        try await with { relay in
            let bytes = Self.bytes(300_000)
            let path = try await upload(bytes, to: relay)
            let client = try await RawClient.connect(relay.server.port)
            let tag = try #require(try await client.request("HEAD", path)["ETag"])
            for (range, expected) in [
                ("bytes=0-0", 0..<1), ("bytes=131071-131073", 131_071..<131_074),
                ("bytes=299990-", 299_990..<300_000), ("bytes=-5", 299_995..<300_000),
            ] {
                let answer = try await client.request("GET", path, [("Range", range)])
                #expect(answer.status == 206 && answer.body == Array(bytes[expected]))
                let content = "bytes \(expected.lowerBound)-\(expected.upperBound - 1)/300000"
                #expect(answer["Content-Range"] == content)
            }
            let beyond = try await client.request("GET", path, [("Range", "bytes=300000-")])
            #expect(beyond.status == 416 && beyond["Content-Range"] == "bytes */300000")
            let same = [("Range", "bytes=1-1"), ("If-Range", tag)]
            #expect(try await client.request("GET", path, same).status == 206)
            let other = [("Range", "bytes=1-1"), ("If-Range", "\"x\"")]
            #expect(try await client.request("GET", path, other).body.count == 300_000)
            let known = try await client.request("GET", path, [("If-None-Match", tag)])
            #expect(known.status == 304 && known.body.isEmpty)
            let several = try await client.request("GET", path, [("Range", "bytes=0-1,3-4")])
            #expect(several.status == 200 && several.body == bytes)
        }
    }

    @Test("[BLOB-1] without a token, with another's, or one that was changed, nothing is taken")
    func authorization() async throws {
        try await with { relay in
            let token = try await token(10, at: relay)
            let other = try await self.token(10, at: relay)
            let length = ("Upload-Length", "10")
            var wrong = token.wireBytes
            wrong[59] ^= 1
            let changed = try BlobToken(wireBytes: wrong)
            for (token, status) in [(nil, 401), (changed, 401), (token, 201)] {
                let client = try await RawClient.connect(relay.server.port)
                let answer = try await client.request(
                    "POST", "/v1/uploads", Self.fields(token, length))
                #expect(answer.status == status)
                #expect((answer["WWW-Authenticate"] != nil) == (status == 401))
            }
            let client = try await RawClient.connect(relay.server.port)
            for method in ["HEAD", "DELETE"] {
                let answer = try await client.request(
                    method, Self.path(token), Self.fields(other))
                #expect(answer.status == 404)
                let changed = try await client.request(
                    method, Self.path(token), Self.fields(changed))
                #expect(changed.status == 401)
            }
            #expect(
                try await client.request("DELETE", Self.path(token), Self.fields(token)).status
                    == 204)
            #expect(
                try await client.request("HEAD", Self.path(token), Self.fields(token)).status == 404
            )
        }
    }

    @Test("[BLOB-2] only a mailbox's owner mints, and no more than its allowance")
    func minting() async throws {
        try await with(BlobOptions(blobBytesMax: 1_000, mailboxBytesMax: 1_500)) { relay in
            let client = try await relay.raw()
            let stranger = try await client.ask(.mintBlob(MintBlob(bytes: 1)))
            #expect(stranger == .failure(.notPermitted))
            let anonymous = try await relay.raw()
            _ = try await anonymous.ask(.getRecord(.zero))
            let refused = try await anonymous.ask(.mintBlob(MintBlob(bytes: 1)))
            #expect(refused == .failure(.wrongConnection))
            let device = try await relay.device()
            let owner = try await relay.raw(of: device)
            let large = try await owner.ask(.mintBlob(MintBlob(bytes: 1_001)))
            #expect(large == .failure(.tooLarge))
            guard
                case .success(.mintBlob(let token)) = try await owner.ask(
                    .mintBlob(MintBlob(bytes: 1_000)))
            else { throw RawClient.Unexpected(text: "no token") }
            #expect(token.bytesMax == 1_000)
            guard
                case .failure(.rateLimited) = try await owner.ask(
                    .mintBlob(MintBlob(bytes: 501)))
            else { throw RawClient.Unexpected(text: "too much") }
        }
    }

    @Test("[BLOB-8] what is malformed, too long, of another version or type is refused by name")
    func refused() async throws {
        try await with(BlobOptions(totalBytesMax: 100)) { relay in
            let token = try await token(50, at: relay)
            func status(
                _ method: String, _ path: String, _ fields: [(String, String)],
                _ body: [UInt8]? = nil
            ) async throws -> Int {
                let client = try await RawClient.connect(relay.server.port)
                return try await client.request(method, path, fields, body: body).status
            }
            let uploads = "/v1/uploads"
            let path = Self.path(token)
            func length(_ text: String) -> [(String, String)] {
                Self.fields(token, ("Upload-Length", text))
            }
            var found = [
                try await status("POST", uploads, length("50").filter { $0.0 != "Tus-Resumable" }),
                try await status("POST", uploads, length("x")),
                try await status("POST", uploads, length("-1")),
                try await status("POST", uploads, length("99999999999999999999")),
                try await status("POST", uploads, length("51")),
                try await status("POST", uploads, length("0")),
                try await status("GET", uploads, []),
                try await status("PUT", path, length("50")),
                try await status("HEAD", "/v1/uploads/zz", length("50")),
                try await status("PATCH", path, Self.patch(token, at: 0), [1]),
            ]
            #expect(found == [412, 400, 400, 400, 413, 413, 405, 405, 404, 404])
            found = [
                try await status("POST", uploads, length("50")),
                try await status("POST", uploads, length("49")),
                try await status("PATCH", path, length("50"), [1]),
                try await status("PATCH", path, Self.patch(token, at: 1), [1]),
                try await status(
                    "PATCH", path, Self.patch(token, at: 0), [UInt8](repeating: 1, count: 51)),
                try await status("OPTIONS", uploads, []),
                try await status("GET", "/v1/blobs/" + String(repeating: "0", count: 64), []),
                try await status("GET", "/v1/blobs/0", []),
                try await status("DELETE", "/v1/blobs/0", []),
            ]
            #expect(found == [201, 409, 415, 409, 413, 204, 404, 404, 405])
            let second = try await self.token(51, at: relay)
            let full = try await status(
                "POST", uploads, Self.fields(second, ("Upload-Length", "51")))
            #expect(full == 507)
        }
    }

    @Test("a client that asks before it sends a body is told to go on")
    func goOn() async throws {
        try await with { relay in
            let token = try await token(4, at: relay)
            let client = try await RawClient.connect(relay.server.port)
            let length = ("Upload-Length", "4")
            _ = try await client.request("POST", "/v1/uploads", Self.fields(token, length))
            let fields =
                Self.patch(token, at: 0) + [
                    ("Expect", "100-continue"), ("Content-Length", "4"),
                ]
            let text = fields.map { "\($0): \($1)\r\n" }.joined()
            let head = try await client.ask(
                "PATCH \(Self.path(token)) HTTP/1.1\r\nHost: a\r\n\(text)\r\n")
            #expect(head.hasPrefix("HTTP/1.1 100"))
            try await client.write([1, 2, 3, 4])
            #expect(try await client.answer().status == 204)
        }
    }

    @Test("requests that come before the one ahead is answered are answered in order")
    func pipelined() async throws {
        try await with { relay in
            let path = try await upload(Self.bytes(200_000), to: relay)
            let client = try await RawClient.connect(relay.server.port)
            let ask = "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
            let health = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
            try await client.write(Array((ask + health + ask).utf8))
            let counts = [
                try await client.answer().body.count, try await client.answer().body.count,
                try await client.answer().body.count,
            ]
            #expect(counts == [200_000, 6, 200_000])
        }
    }

    @Test("days are written as HTTP writes dates")
    func days() {
        #expect(HTTPDay(0).text == "Thu, 01 Jan 1970 00:00:00 GMT")
        #expect(HTTPDay(9_131).text == "Sun, 01 Jan 1995 00:00:00 GMT")
        #expect(HTTPDay(11_016).text == "Tue, 29 Feb 2000 00:00:00 GMT")
        #expect(HTTPDay(20_781).text == "Tue, 24 Nov 2026 00:00:00 GMT")
    }
}
