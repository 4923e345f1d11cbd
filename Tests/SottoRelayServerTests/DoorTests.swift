// Connections on their way in: proxies, half-open ones, floods, and who gets through meanwhile.

import MetricsTestKit
import NIOCore
import NIOEmbedded
import NIOWebSocket
import SottoRelayCore
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoRelayServer

@Suite("Door", .timeLimit(.minutes(1)))
struct DoorTests {
    private let metrics = TestMetrics()

    private func proxies(
        _ ranges: String..., word: TrustedProxies.Word
    ) throws -> TransportOptions {
        TransportOptions(
            proxies: TrustedProxies(
                addresses: try ranges.map { try #require(AddressRange($0)) }, word: word))
    }

    private func turnedAway(_ reason: String) -> Int64 {
        metrics.counterTotal(
            label: "sotto_relay_connections_turned_away_total", dimensions: [("reason", reason)])
    }

    private static let upgrade =
        "GET /v1 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    // MARK: Proxies

    @Test(
        "[NET-4] behind a PROXY proxy a connection begins with its header, at once or in pieces")
    func proxyProtocol() async throws {
        let transport = try proxies("127.0.0.0/8", word: .proxyProtocol)
        try await ServedRelay.with(transport: transport) { relay in
            let header = Array("PROXY TCP4 192.0.2.7 10.0.0.1 56324 443\r\n".utf8)
            let question = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let whole = try await RawClient.connect(relay.server.port)
            let answer = try await whole.ask(String(decoding: header, as: UTF8.self) + question)
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            let slow = try await RawClient.connect(relay.server.port)
            for byte in header { try await slow.write([byte]) }
            let second = try await slow.ask(question)
            #expect(second.hasPrefix("HTTP/1.1 200"))
            for wrong in [question, "PROXY TCP4 nonsense\r\n" + question, "\r\n\r\n" + question] {
                let client = try await RawClient.connect(relay.server.port)
                try await client.write(Array(wrong.utf8))
                #expect(try await client.untilClosed().isEmpty)
            }
        }
    }

    @Test("[NET-4] a PROXY header of anybody else is a request that is none")
    func spoofedHeader() async throws {
        let transport = try proxies("192.0.2.0/24", word: .proxyProtocol)
        for transport in [transport, TransportOptions()] {
            try await ServedRelay.with(transport: transport) { relay in
                let client = try await RawClient.connect(relay.server.port)
                try await client.write(
                    Array("PROXY TCP4 192.0.2.7 10.0.0.1 1 2\r\nGET /healthz".utf8))
                let answer = String(decoding: try await client.untilClosed(), as: UTF8.self)
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"))
            }
        }
    }

    @Test(
        "[NET-5] [NET-7] connections count for whom a proxy names, and for the proxy if it is one")
    func forwarded() async throws {
        var transport = try proxies("127.0.0.0/8", word: .forwardedFor)
        transport.connectionsPerClientMax = 2
        try await ServedRelay.with(transport: transport, metrics: metrics) { relay in
            var kept: [RawClient] = []
            func check(_ field: String, _ expected: String) async throws {
                let client = try await RawClient.connect(relay.server.port)
                kept.append(client)
                let answer = try await client.ask(Self.upgrade + field + "\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 \(expected)"))
            }
            let ours = "X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\n"
            for _ in 0..<2 { try await check(ours, "101") }
            try await check(ours, "429")
            try await check("X-Forwarded-For: 192.0.2.8\r\n", "101")
            for _ in 0..<4 { try await check("", "101") }
            #expect(turnedAway("per_client") == 1)
        }
    }

    @Test("[NET-5] a client that is no proxy does not hide behind the field")
    func spoofedField() async throws {
        var transport = try proxies("192.0.2.0/24", word: .forwardedFor)
        transport.connectionsPerClientMax = 1
        try await ServedRelay.with(transport: transport, metrics: metrics) { relay in
            // From loopback, which is not counted: what the field says must not make it count.
            for _ in 0..<3 {
                let client = try await RawClient.connect(relay.server.port)
                let answer = try await client.ask(
                    Self.upgrade + "X-Forwarded-For: 6.6.6.6\r\n\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 101"))
            }
            #expect(turnedAway("per_client") == 0)
        }
    }

    // MARK: Limits

    @Test("[NET-6] one connection too many is closed; when one is gone there is room")
    func full() async throws {
        let transport = TransportOptions(connectionsMax: 2)
        try await ServedRelay.with(transport: transport, metrics: metrics) { relay in
            let first = try await RawClient.upgraded(relay.server.port)
            let second = try await relay.raw()
            let third = try await RawClient.connect(relay.server.port)
            #expect(try await third.untilClosed().isEmpty)
            #expect(turnedAway("full") == 1)
            #expect(try await second.ask(.ping) == .success(.ping))
            try await first.close()
            var isServed = false
            for _ in 0..<200 where !isServed {
                isServed = (try? await relay.raw()) != nil
                if !isServed { try await Task.sleep(for: .milliseconds(5)) }
            }
            #expect(isServed)
        }
    }

    @Test("[NET-6] a flood of half-open connections costs itself, and nobody who asks in time")
    func halfOpen() async throws {
        let transport = TransportOptions(beginningsMax: 8)
        try await ServedRelay.with(transport: transport, metrics: metrics) { relay in
            let early = try await relay.raw()
            var flood: [RawClient] = []
            for round in 0..<64 {
                let client = try await RawClient.connect(relay.server.port)
                // Half of them say something and do not finish it.
                if round.isMultiple(of: 2) { try await client.write(Array("GET /v1 HT".utf8)) }
                flood.append(client)
                if round % 16 == 15 {
                    let late = try await relay.raw()
                    #expect(try await late.ask(.ping) == .success(.ping))
                }
            }
            #expect(try await early.ask(.ping) == .success(.ping))
            #expect(try await flood[0].untilClosed().isEmpty)
            #expect(turnedAway("displaced") >= 40)
        }
    }

    @Test("[NET-6] a head that is too long, or has too many fields, is refused before it ends")
    func longHead() async throws {
        try await ServedRelay.with { relay in
            let long = String(repeating: "x", count: ServerLimits.headFieldBytesMax + 1)
            let many = String(repeating: "a: b\r\n", count: ServerLimits.headFieldsMax + 2)
            let fields = (0..<4).map { "f\($0): \(long.dropLast(200))\r\n" }.joined()
            for head in ["X: \(long)\r\n", many, fields] {
                let client = try await RawClient.connect(relay.server.port)
                try await client.write(Array("GET /healthz HTTP/1.1\r\n\(head)".utf8))
                let answer = String(decoding: try await client.untilClosed(), as: UTF8.self)
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer)")
            }
        }
    }

    @Test("[NET-6] a connection that asks for nothing within 10 seconds is closed")
    func slow() throws {
        let relay = try EmbeddedRelay()
        let channel = EmbeddedChannel(loop: relay.loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try relay.relay.configure(channel).wait()
        let head = Array("GET /healthz HTTP/1.1\r\n".utf8)
        for index in 0..<10 {
            #expect(channel.isActive)
            try channel.writeInbound(ByteBuffer(bytes: [head[index]]))
            relay.loop.advanceTime(by: .milliseconds(999))
        }
        relay.loop.advanceTime(by: .milliseconds(10))
        #expect(!channel.isActive)
        #expect(relay.relay.door.count == 0)
    }

    // MARK: Frames

    @Test("[NET-8] a client that sends frames faster than it may is not read for a while")
    func pace() throws {
        let relay = try EmbeddedRelay()
        let client = try relay.greeted()
        let frame = EmbeddedClient.frame([], opcode: .pong)
        for _ in 0..<ServerLimits.framesPerSecond + 10 {
            client.channel.pipeline.fireChannelRead(frame)
        }
        #expect(client.isRead)
        client.channel.pipeline.fireChannelReadComplete()
        #expect(!client.isRead)
        relay.loop.advanceTime(by: .milliseconds(10))
        #expect(client.isRead)
        #expect(client.channel.isActive)
    }

    @Test("[NET-9] a client that is silent for a while is asked, and its pong keeps it")
    func ping() throws {
        let relay = try EmbeddedRelay()
        let client = try relay.greeted()
        _ = try client.frames()
        for _ in 0..<3 {
            relay.loop.advanceTime(by: ServerLimits.pingAfter)
            let frame = try #require(try client.channel.readOutbound(as: WebSocketFrame.self))
            #expect(frame.opcode == .ping && frame.length == 0)
            relay.loop.advanceTime(by: .seconds(100))
            try client.send([], opcode: .pong)
        }
        // Not answered, it changes nothing: five minutes of silence are the end.
        relay.loop.advanceTime(by: .seconds(299))
        #expect(client.channel.isActive)
        relay.loop.advanceTime(by: .seconds(1))
        #expect(!client.channel.isActive)
    }
}
