// Rubbish at the door: what the relay closes a connection for, and that nobody else notices.

import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import SottoRelayServer
import SottoWire
import Testing

@Suite("Hostile frames", .timeLimit(.minutes(1)))
struct HostileFrameTests {
    private static let binary: UInt8 = 2
    private static let text: UInt8 = 1
    private static let close: UInt8 = 8

    /// What the relay closes a WebSocket with after these frames: the code, or nothing when it
    /// just goes.
    private func closeCode(after frames: [[UInt8]], at port: Int) async throws -> Int? {
        try await RawSocket.with(port: port) { socket in
            #expect(try await socket.upgrade().hasPrefix("HTTP/1.1 101"))
            for frame in frames { try? await socket.send(frame) }
            while let (opcode, payload) = try await socket.frame() {
                guard opcode == Self.close else { continue }
                return payload.count < 2 ? nil : Int(payload[0]) << 8 | Int(payload[1])
            }
            return nil
        }
    }

    private func hello() -> [UInt8] {
        var entropy = Entropy.system()
        let hello = ClientHello(nonce: .random(using: &entropy))
        return webSocketFrame(opcode: Self.binary, ClientFrame.hello(hello).wireBytes)
    }

    @Test(
        "[RELAY-5] text closes with 1003, the undecodable with 1002, the oversized with 1009"
    )
    func closeCodes() async throws {
        try await ServedRelay.with { relay in
            let port = relay.server.port
            let words = webSocketFrame(opcode: Self.text, Array("hello".utf8))
            #expect(try await closeCode(after: [words], at: port) == 1003)
            #expect(try await closeCode(after: [hello(), words], at: port) == 1003)
            let rubbish = webSocketFrame(opcode: Self.binary, [9, 9, 9])
            #expect(try await closeCode(after: [rubbish], at: port) == 1002)
            #expect(try await closeCode(after: [hello(), rubbish], at: port) == 1002)
            let long = webSocketFrame(
                opcode: Self.binary, Array(repeating: 0, count: RelayLimits.frameBytesMax + 1))
            #expect(try await closeCode(after: [long], at: port) == 1009)
            let half = Array(repeating: UInt8(0), count: RelayLimits.frameBytesMax / 2 + 1)
            let fragments = [
                webSocketFrame(opcode: Self.binary, isFinal: false, half),
                webSocketFrame(opcode: 0, half),
            ]
            #expect(try await closeCode(after: fragments, at: port) == 1009)
            try await stillServes(relay)
        }
    }

    @Test("[RELAY-2] a client of another version is told so and closed")
    func unknownVersion() async throws {
        try await ServedRelay.with { relay in
            var writer = WireWriter()
            writer.uint8(1)
            writer.opaque([0x7F, 0x7F])
            writer.fixed(Array(repeating: 1, count: 32))
            writer.opaque([])
            let frame = webSocketFrame(opcode: Self.binary, writer.bytes)
            try await RawSocket.with(port: relay.server.port) { socket in
                _ = try await socket.upgrade()
                try await socket.send(frame)
                let answer = try #require(try await socket.frame())
                let expected = RelayFrame.response(
                    Response(id: 0, result: .failure(.unsupportedVersion)))
                #expect(try RelayFrame(wireBytes: answer.payload) == expected)
                #expect(try await socket.frame()?.opcode == Self.close)
            }
        }
    }

    @Test("[RELAY-5] every prefix and every flipped bit of a frame leaves the relay unharmed")
    func mutations() async throws {
        try await ServedRelay.with { relay in
            var entropy = Entropy.system()
            let request = Request(id: 7, body: .getRecord(.random(using: &entropy)))
            let frame = ClientFrame.request(request).wireBytes
            var mutations = (0..<frame.count).map { Array(frame.prefix($0)) }
            for index in frame.indices {
                var flipped = frame
                flipped[index] ^= UInt8(1) << UInt8(index % 8)
                mutations.append(flipped)
            }
            for mutation in mutations {
                try await RawSocket.with(port: relay.server.port) { socket in
                    _ = try await socket.upgrade()
                    try await socket.send(hello())
                    _ = try await socket.frame()
                    try await socket.send(webSocketFrame(opcode: Self.binary, mutation))
                    _ = try await socket.frame()
                }
            }
            try await stillServes(relay)
        }
    }

    private func stillServes(_ relay: ServedRelay) async throws {
        let alice = try await relay.device()
        var lane = ServedLane()
        let opening = lane.commit(to: [alice], opens: true)
        let opened = try await relay.connect().post(opening)
        #expect(opened.statuses == [.stored])
    }
}
