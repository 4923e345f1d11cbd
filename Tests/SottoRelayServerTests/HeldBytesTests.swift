// What clients make a relay hold, all together, and who has to leave when it is too much.

import MetricsTestKit
import NIOCore
import NIOEmbedded
import NIOWebSocket
import SottoRelayCore
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoRelayServer

@Suite("Held bytes", .timeLimit(.minutes(1)))
struct HeldBytesTests {
    @Test("[RELAY-10] over the limit it is the connection that holds most that is given up")
    func worst() {
        let held = HeldBytes(max: 100)
        let (first, second, third) = (ConnectionID(1), ConnectionID(2), ConnectionID(3))
        #expect(held.hold(60, for: first) == nil)
        #expect(held.hold(40, for: second) == nil)
        #expect(held.hold(41, for: second) == first)
        #expect(held.hold(59, for: third) == nil)
        #expect(held.hold(0, for: second) == nil)
        #expect(held.hold(101, for: third) == third)
        #expect(held.hold(100, for: first) == nil)
    }

    @Test("what has arrived and is no message is counted to the byte, in pieces of any size")
    func unfinished() throws {
        let frames = [0, 5, 125, 126, 65_535, 65_536].map {
            RawClient.frame([UInt8](repeating: 7, count: $0))
        }
        for size in [1, 7, 4_096, 1 << 20] {
            let unfinished = UnfinishedFrames()
            let channel = EmbeddedChannel(handlers: [
                ArrivingBytes(unfinished),
                ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 20)),
                ClientFrameRules(counting: unfinished, gate: ReadGate()),
            ])
            for frame in frames where frame.count < 1_000 || size > 1_000 {
                var sent = 0
                while sent < frame.count {
                    let piece = frame[sent...].prefix(size)
                    try channel.writeInbound(ByteBuffer(bytes: piece))
                    sent += piece.count
                    #expect(unfinished.bytes == (sent < frame.count ? sent : 0))
                }
            }
            _ = try channel.finish()
        }
    }

    @Test("fragments are held until the last one; control frames between them are not")
    func fragments() throws {
        let relay = try EmbeddedRelay()
        let client = try relay.greeted()
        try client.send([UInt8](repeating: 0, count: 100), isFinal: false)
        #expect(client.unfinished.bytes == 100)
        try client.send([1], opcode: .ping)
        try client.send([UInt8](repeating: 0, count: 50), opcode: .continuation, isFinal: false)
        #expect(client.unfinished.bytes == 150)
        try client.send([0], opcode: .continuation)
        #expect(client.unfinished.bytes == 0)
    }

    @Test("[RELAY-10] messages that are begun and not finished are limited over all connections")
    func unfinishedMessages() async throws {
        let metrics = TestMetrics()
        try await ServedRelay.with(heldBytesMax: 500_000, metrics: metrics) { relay in
            let start = RawClient.frame([UInt8](repeating: 0, count: 400_000)).prefix(300_000)
            let clients = [try await relay.raw(), try await relay.raw()]
            try await clients[0].write(Array(start))
            #expect(try await relay.raw().ask(.ping) == .success(.ping))
            try await clients[1].write(Array(start + start[14..<50_014]))
            #expect(try await clients[1].untilClosed().isEmpty)
            // The other one may finish.
            try await clients[0].write([UInt8](repeating: 0, count: 100_014))
            #expect(try await clients[0].closeCode() == 1002)
            #expect(metrics.counterTotal(label: Self.givenUp) == 1)
        }
    }

    @Test("[RELAY-10] answers that are not read are limited over all connections")
    func unreadAnswers() async throws {
        let metrics = TestMetrics()
        try await ServedRelay.with(heldBytesMax: 500_000, metrics: metrics) { relay in
            let client = try await relay.raw()
            try await client.read(false)
            let ping = RawClient.frame([UInt8](repeating: 1, count: 125), opcode: 9)
            let portion = (0..<500).flatMap { _ in ping }
            client.flood(portion, times: 200)
            while metrics.counterTotal(label: Self.givenUp) == 0 {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await relay.raw().ask(.ping) == .success(.ping))
        }
    }

    private static let givenUp = "sotto_relay_connections_given_up_total"
}
