// Reaching a relay over a real socket, and every way in which that fails.

import NIOCore
import NIOPosix
import NIOSSL
import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoRelayLink

@Suite struct ConnectTests {
    private let relayID: RelayID
    private var options = RelayLinkOptions()

    init() throws {
        relayID = try RelaySide().id
        options.connectWithin = .seconds(20)
    }

    private func connect(
        _ relay: ScriptedRelay, _ trust: RelayTrust? = nil
    ) async throws(RelayConnectError) -> RelayConnection {
        guard let origin = try? relay.origin() else { throw .unreachable }
        return try await .connect(
            to: origin, trusting: trust ?? .pinned(relayID), entropy: .system(), options: options)
    }

    @Test("[RELAY-1] [RELAY-4] the pinned relay is reached and proven")
    func reached() async throws {
        let relay = try await ScriptedRelay.following(try Scripts.answering())
        let connection = try await connect(relay)
        #expect(connection.hello.relayKey.id == relayID)
        #expect(connection.binding.relayKey == connection.hello.relayKey)
        #expect(connection.closure == nil)
        try await connection.ping()
        let first = try await connect(relay, .firstUse)
        #expect(first.hello.relayKey.id == relayID)
        #expect(first.binding.clientNonce != connection.binding.clientNonce)
    }

    @Test("nobody listens")
    func unreachable() async throws {
        let origin: RelayOrigin
        do {
            let relay = try await ScriptedRelay.raw(nil)
            origin = try relay.origin()
        }
        // The listener is closed in the background when it is let go.
        var outcome: RelayConnectError?
        for _ in 0..<100 where outcome != .unreachable {
            outcome = await #expect(throws: RelayConnectError.self) {
                _ = try await RelayConnection.connect(
                    to: origin, trusting: .firstUse, entropy: .system(), options: options)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(outcome == .unreachable)
    }

    @Test("something else answers in HTTP", arguments: [200, 301, 404, 426, 503])
    func anotherServer(status: Int) async throws {
        let reply = "HTTP/1.1 \(status) X\r\ncontent-length: 5\r\n\r\nhello"
        let relay = try await ScriptedRelay.raw(Array(reply.utf8))
        await #expect(throws: RelayConnectError.notARelay(httpStatus: status)) {
            _ = try await connect(relay)
        }
    }

    @Test(
        "something answers that is no WebSocket",
        arguments: [
            ("220 mail.example.org ESMTP\r\n", nil),
            ("HTTP/1.1 101 X\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n", nil),
            (
                "HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                    + "sec-websocket-accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n", nil
            ),
        ] as [(String, Int?)])
    func noWebSocket(reply: String, status: Int?) async throws {
        let relay = try await ScriptedRelay.raw(Array(reply.utf8))
        await #expect(throws: RelayConnectError.notARelay(httpStatus: status)) {
            _ = try await connect(relay)
        }
    }

    @Test("a listener that hangs up has not answered")
    func hangsUp() async throws {
        let relay = try await ScriptedRelay.raw(nil, thenClose: true)
        await #expect(throws: RelayConnectError.closed(.lost)) { _ = try await connect(relay) }
    }

    @Test("a listener that never answers is given up")
    mutating func neverAnswers() async throws {
        options.connectWithin = .milliseconds(200)
        let relay = try await ScriptedRelay.raw(nil)
        let silent = try await ScriptedRelay.following { { _ in [] } }
        for listener in [relay, silent] {
            let patient = self
            await #expect(throws: RelayConnectError.timedOut) {
                _ = try await patient.connect(listener)
            }
        }
    }

    @Test("cancelling gives up at once")
    func cancelled() async throws {
        let relay = try await ScriptedRelay.raw(nil)
        let task = Task { try await connect(relay) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: RelayConnectError.cancelled) { try await task.value }
        let before = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await connect(relay)
        }
        await #expect(throws: RelayConnectError.cancelled) { try await before.value }
    }

    @Test("[RELAY-1] a relay with another key is named, and gets a goodbye and nothing else")
    func wrongKey() async throws {
        let relay = try await ScriptedRelay.following(try Scripts.answering())
        let other = try RelaySide(8).id
        await #expect(throws: RelayConnectError.wrongRelayKey(shown: relayID)) {
            _ = try await connect(relay, .pinned(other))
        }
        try await until { !relay.heard.closes.isEmpty }
        #expect(relay.heard.closes == [1_008])
        #expect(relay.heard.requests.isEmpty)
    }

    @Test("[RELAY-4] a relay that replays a hello is refused")
    func replayed() async throws {
        var side = try RelaySide()
        let recorded = side.hello(answering: .random(using: &side.entropy))
        let relay = try await ScriptedRelay.following { { _ in [.frame(.hello(recorded))] } }
        await #expect(throws: RelayConnectError.helloNotProven) { _ = try await connect(relay) }
        await #expect(throws: RelayConnectError.helloNotProven) {
            _ = try await connect(relay, .firstUse)
        }
    }

    @Test("[RELAY-2] no version in common, a relay that is shutting down, a relay that leaves")
    func turnedAway() async throws {
        let version = Said.refusal(0, .unsupportedVersion)
        let old = try await ScriptedRelay.following { { _ in [.frame(version), .drop] } }
        await #expect(throws: RelayConnectError.refusedVersion) { _ = try await connect(old) }
        let draining = RelayRefusal.draining(retryAfter: .seconds(1))
        let busy = try await ScriptedRelay.following {
            { _ in [.frame(Said.refusal(0, draining))] }
        }
        await #expect(throws: RelayConnectError.refused(draining)) { _ = try await connect(busy) }
        let leaving = try await ScriptedRelay.following { { _ in [.close(code: 1_001)] } }
        await #expect(throws: RelayConnectError.closed(.byRelay(code: 1_001))) {
            _ = try await connect(leaving)
        }
    }

    @Test("garbage in place of a hello is refused")
    func garbage() async throws {
        let relay = try await ScriptedRelay.following { { _ in [.bytes([1, 2, 3])] } }
        await #expect(throws: RelayConnectError.closed(.relayMisbehaved(.undecodable))) {
            _ = try await connect(relay)
        }
    }

    // MARK: TLS

    private func connect(
        tls relay: ScriptedRelay, host: String = "localhost", trusting pem: String?
    ) async throws -> RelayConnection {
        var options = options
        options.trustedRootsPEM = pem.map { Array($0.utf8) }
        return try await .connect(
            to: try relay.origin("wss", host: host), trusting: .pinned(relayID),
            entropy: .system(), options: options)
    }

    @Test(
        "wss:// reaches a relay whose certificate is trusted and names it",
        arguments: [
            "localhost", "127.0.0.1",
        ])
    func tls(host: String) async throws {
        let relay = try await ScriptedRelay.following(
            tls: try LocalhostCertificate.serverContext(), try Scripts.answering())
        let connection = try await connect(
            tls: relay, host: host, trusting: LocalhostCertificate.pem)
        try await connection.ping()
    }

    @Test("wss:// refuses what nobody vouches for, another name, and TLS before 1.3")
    func tlsRefused() async throws {
        let relay = try await ScriptedRelay.following(
            tls: try LocalhostCertificate.serverContext(), try Scripts.answering())
        let pem = LocalhostCertificate.pem
        await #expect(throws: RelayConnectError.tlsFailed) {
            _ = try await connect(tls: relay, trusting: nil)
        }
        await #expect(throws: RelayConnectError.tlsFailed) {
            _ = try await connect(tls: relay, host: "[::ffff:127.0.0.1]", trusting: pem)
        }
        await #expect(throws: RelayConnectError.tlsFailed) {
            _ = try await connect(tls: relay, trusting: "no certificate")
        }
        let old = try await ScriptedRelay.following(
            tls: try LocalhostCertificate.serverContext(below: .tlsv12), try Scripts.answering())
        await #expect(throws: RelayConnectError.tlsFailed) {
            _ = try await connect(tls: old, trusting: pem)
        }
        #expect(relay.heard.requests.isEmpty)
    }

    @Test("wss:// to a listener without TLS fails as TLS")
    func tlsAgainstPlain() async throws {
        let relay = try await ScriptedRelay.raw(Array("HTTP/1.1 400 X\r\n\r\n".utf8))
        await #expect(throws: RelayConnectError.tlsFailed) {
            _ = try await connect(tls: relay, trusting: LocalhostCertificate.pem)
        }
    }
}

/// Waits until something that happens elsewhere has happened.
func until(_ condition: @Sendable () -> Bool) async throws {
    for _ in 0..<4_000 where !condition() { try await Task.sleep(for: .milliseconds(5)) }
    #expect(condition())
}
