// Rubbish at the door: what the relay closes a connection for, and that nobody else notices.

import MetricsTestKit
import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import SottoRelayServer
import SottoWire
import Testing

@Suite("Hostile frames", .timeLimit(.minutes(1)))
struct HostileFrameTests {
    private static let text: UInt8 = 1
    private static let ping: UInt8 = 9
    private static let pong: UInt8 = 10

    /// Runs `body` against a relay, which then still serves.
    private func unharmed(
        _ metrics: TestMetrics = TestMetrics(), _ body: (ServedRelay) async throws -> Void
    ) async throws {
        try await ServedRelay.with(metrics: metrics) { relay in
            try await body(relay)
            let alice = try await relay.device()
            var lane = ServedLane()
            let opening = lane.commit(to: [alice], opens: true)
            let opened = try await relay.connect().post(opening)
            #expect(opened.statuses == [.stored])
        }
    }

    /// What the relay closes with after this: before a hello, and after one.
    private func expectClose(
        with code: UInt16, at relay: ServedRelay, _ send: (RawClient) async throws -> Void
    ) async throws {
        let clients = [
            try await RawClient.upgraded(relay.server.port), try await relay.raw(),
        ]
        for client in clients {
            // The relay may close before everything is written.
            try? await send(client)
            #expect(try await client.closeCode() == code)
        }
    }

    @Test("[RELAY-5] text closes with 1003, the undecodable with 1002")
    func wrongKinds() async throws {
        try await unharmed { relay in
            try await expectClose(with: 1003, at: relay) { client in
                try await client.send(Array("hello".utf8), opcode: Self.text)
            }
            try await expectClose(with: 1002, at: relay) { client in
                try await client.send([9, 9, 9])
            }
        }
    }

    @Test("[RELAY-5] a frame over the limit closes with 1009, whole, in pieces or as a claim")
    func oversized() async throws {
        try await unharmed { relay in
            let tooLong = [UInt8](repeating: 0, count: RelayLimits.frameBytesMax + 1)
            try await expectClose(with: 1009, at: relay) { client in
                try await client.send(tooLong)
            }
            let half = [UInt8](repeating: 0, count: RelayLimits.frameBytesMax / 2 + 1)
            try await expectClose(with: 1009, at: relay) { client in
                try await client.send(half, isFinal: false)
                try await client.send(half, opcode: 0)
            }
            try await expectClose(with: 1009, at: relay) { client in
                try await client.write([0x82, 0xFF, 0x7F, 0xFF, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])
            }
        }
    }

    @Test("frames that break RFC 6455 close with 1002")
    func protocolViolations() async throws {
        try await unharmed { relay in
            try await expectClose(with: 1002, at: relay) { client in
                try await client.send([2, 0, 0, 0, 1, 1], isMasked: false)
            }
            try await expectClose(with: 1002, at: relay) { client in
                try await client.send([2, 0, 0, 0, 1, 1], reserved: 4)
            }
            try await expectClose(with: 1002, at: relay) { client in
                try await client.send([1], opcode: 5)
            }
            try await expectClose(with: 1002, at: relay) { client in
                try await client.send([1], opcode: 0)
            }
            try await expectClose(with: 1002, at: relay) { client in
                try await client.send([UInt8](repeating: 1, count: 126), opcode: Self.ping)
            }
        }
    }

    @Test("[RELAY-5] what does not decode is answered under its number where that can be read")
    func numberedRubbish() async throws {
        try await unharmed { relay in
            let client = try await relay.raw()
            try await client.send([2, 0, 0, 0, 77, 250, 1])
            let response = try await client.nextResponse()
            #expect(response == Response(id: 77, result: .failure(.malformed)))
            #expect(try await client.closeCode() == 1002)
        }
    }

    @Test("[RELAY-2] a client of another version is told so and closed")
    func unknownVersion() async throws {
        try await unharmed { relay in
            let client = try await RawClient.upgraded(relay.server.port)
            let hello = ClientHello(versions: [0x7F7F], nonce: .zero)
            try await client.send(ClientFrame.hello(hello).wireBytes)
            let response = try await client.nextResponse()
            #expect(response == Response(id: 0, result: .failure(.unsupportedVersion)))
            #expect(try await client.closeCode() == 1002)
        }
    }

    @Test("[RELAY-5] every prefix and every flipped bit of a frame leaves the relay unharmed")
    func mutations() async throws {
        try await unharmed { relay in
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
                let client = try await relay.raw()
                try await client.send(mutation)
                _ = try await client.nextFrame()
            }
        }
    }

    @Test("a frame in fragments is one frame, a ping between them is answered, so is a close")
    func fragments() async throws {
        try await unharmed { relay in
            let client = try await relay.raw()
            let ping = ClientFrame.request(Request(id: 9, body: .ping)).wireBytes
            try await client.send(Array(ping[..<2]), isFinal: false)
            try await client.send([7, 7], opcode: Self.ping)
            let pong = try #require(await client.nextFrame())
            #expect(pong.opcode == Self.pong && pong.payload == [7, 7])
            try await client.send(Array(ping[2..<4]), opcode: 0, isFinal: false)
            try await client.send(Array(ping[4...]), opcode: 0)
            let response = try await client.nextResponse()
            #expect(response == Response(id: 9, result: .success(.ping)))
            try await client.send([3, 232], opcode: 8)
            #expect(try await client.nextFrame()?.opcode == 8)
            #expect(try await client.nextFrame() == nil)
        }
    }

    @Test("[MBX-2] a signature from another connection opens nothing here")
    func replayedAuthentication() async throws {
        try await unharmed { relay in
            let alice = try await relay.device()
            let first = try await relay.raw(of: alice)
            let proof = Authenticate(
                mailbox: alice.mailbox, signedBy: alice.key, on: try #require(first.binding))
            let second = try await relay.raw()
            #expect(try await second.ask(.authenticate(proof)) == .failure(.notPermitted))
            #expect(try await second.ask(.ack(sequence: 0)) == .failure(.notPermitted))
        }
    }

    @Test("[RELAY-10] a client that asks and never reads is not read on, until it reads")
    func neverReads() async throws {
        let metrics = TestMetrics()
        var handled: Int64 { metrics.counterTotal(label: "sotto_relay_refusals_total") }
        try await unharmed(metrics) { relay in
            let locator = try await largeRecord(at: relay)
            let client = try await relay.raw()
            try await client.read(false)
            // Each round asks for much, and for something whose answer is counted.
            var rounds: Int64 = 0
            while handled == rounds, rounds < 1_000 {
                _ = try await client.send(.getRecord(locator))
                _ = try await client.send(.countStock(locator))
                rounds += 1
                for _ in 0..<100 where handled < rounds {
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            #expect(rounds < 1_000)
            let other = try await relay.raw()
            for _ in 0..<100 { #expect(try await other.ask(.ping) == .success(.ping)) }
            try await client.read(true)
            for _ in 0..<2 * rounds { _ = try await client.nextResponse() }
            #expect(handled == rounds)
        }
    }

    /// Where a record of the largest size lies.
    private func largeRecord(at relay: ServedRelay) async throws -> Locator {
        var entropy = Entropy.system()
        let client = try await relay.connect()
        let writer = try SignaturePrivateKey.random(using: &entropy)
        let locator = Locator.random(using: &entropy)
        let sealed = [UInt8](repeating: 1, count: RelayLimits.recordBytesMax)
        try await client.putRecord(
            PutRecord(
                locator: locator, writeKey: try WriteKey(writer.publicKey),
                record: Record(version: 1, sealed: sealed), signedBy: writer,
                at: client.hello.relayKey))
        return locator
    }
}
