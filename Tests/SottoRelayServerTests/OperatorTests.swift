// The doors of the host: the socket's lines, and the metrics on an address of their own.

import Foundation
import NIOCore
import NIOPosix
import SottoCrypto
import SottoRelayCore
import SottoRelayLink
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@testable import SottoRelayServer

@Suite("Operator", .timeLimit(.minutes(1)))
struct OperatorTests {
    private let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/sotto-operator-\(UInt32.random(in: 0...(.max)))"
    }

    private func relay() async throws -> ServedRelay {
        var configuration = RelayConfiguration()
        configuration.operatorSocket = path
        configuration.metrics = ListenPoint(host: "127.0.0.1", port: 0)
        configuration.version = "the version"
        return try await ServedRelay.start(configuration: configuration)
    }

    /// Sends some bytes and collects what comes back until the end.
    private func exchange(_ text: String, with address: SocketAddress) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { input, output in
            try await output.write(ByteBuffer(string: text))
            var whole = ""
            for try await part in input { whole += String(buffer: part) }
            return whole
        }
    }

    private func ask(_ request: OperatorRequest) async throws -> OperatorAnswer? {
        let line = String(decoding: OperatorLine.text(of: request), as: UTF8.self) + "\n"
        let answer = try await exchange(line, with: SocketAddress(unixDomainSocketPath: path))
        return OperatorLine.read(OperatorAnswer.self, Array(answer.utf8))
    }

    @Test("[HOST-2] a running relay tells its host how it is, and lets nobody else ask")
    func status() async throws {
        let relay = try await relay()
        let device = try await relay.device()
        var lane = ServedLane()
        _ = try await relay.connect().post(lane.commit(to: [device], opens: true))
        guard case .status(let status) = try await ask(.status) else {
            Issue.record("no status")
            return
        }
        #expect(status.version == "the version" && status.isReady && !status.isDraining)
        #expect(status.relayID == relay.server.relayID && status.connections >= 1)
        #expect(status.totals?.mailboxes == 1 && status.totals?.entries == 1)
        #expect(status.totals?.lanes == 1)
        let posts = status.readings.first { $0.name == MeterName.posts.rawValue }
        #expect(posts?.value == .count(1))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        await relay.server.shutdown()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("[HOST-2] what is no question, or too long, is refused or cut off")
    func nonsense() async throws {
        let relay = try await relay()
        let address = try SocketAddress(unixDomainSocketPath: path)
        let answer = try await exchange("{\"fly\":{}}\n", with: address)
        guard case .refused(let words)? = OperatorLine.read(OperatorAnswer.self, Array(answer.utf8))
        else {
            Issue.record("\(answer)")
            return
        }
        #expect(words.contains("another version"))
        let long = String(repeating: "x", count: OperatorLine.requestBytesMax + 1)
        let cut = try? await exchange(long, with: address)
        #expect(cut ?? "" == "")
        await relay.server.shutdown()
    }

    @Test("[HOST-3] quotas change while the relay runs, for what comes next")
    func quotas() async throws {
        let relay = try await relay()
        let device = try await relay.device()
        var lane = ServedLane()
        let poster = try await relay.connect()
        #expect(
            try await ask(.quota(entries: 1, bytes: nil, days: nil))
                == .quota(entries: 1, bytes: 64 << 20, days: 30))
        let first = try await poster.post(lane.commit(to: [device], opens: true))
        let second = try await poster.post(lane.message("x", to: [device]))
        #expect(first.statuses == [.stored] && second.statuses == [.full])
        #expect(
            try await ask(.quota(entries: 0, bytes: nil, days: nil))
                == .refused("give numbers above 0"))
        #expect(
            try await ask(.quota(entries: 2, bytes: 9, days: 8))
                == .quota(entries: 2, bytes: 9, days: 8))
        await relay.server.shutdown()
    }

    @Test("[REG-2] an invitation that the host makes opens one mailbox, and no other code does")
    func invitation() async throws {
        var configuration = RelayConfiguration()
        configuration.operatorSocket = path
        configuration.registration = RegistrationOptions(policy: .invitation, workBits: 6)
        let relay = try await ServedRelay.start(configuration: configuration)
        guard case .invitation(let text, _) = try await ask(.invite(uses: 1, seconds: 60)) else {
            Issue.record("no invitation")
            return
        }
        let code = try #require(InvitationCode(text: text))
        for (shown, isTaken) in [
            (nil, false), (InvitationCode.zero, false), (code, true), (code, false),
        ] {
            var entropy = Entropy.system()
            let key = try SignaturePrivateKey.random(using: &entropy)
            let sealing = try X25519.PrivateKey.random(using: &entropy)
            let connection = try await relay.connect()
            let owned = try? await connection.register(
                .random(using: &entropy), mailboxKey: key,
                sealingKey: SealingKey(sealing.publicKey), invitation: shown)
            #expect((owned != nil) == isTaken)
        }
        let wrong = try await ask(.invite(uses: 0, seconds: 60))
        guard case .refused = wrong else {
            Issue.record("an invitation for nobody")
            return
        }
        await relay.server.shutdown()
    }

    @Test("[REG-6] a banned mailbox is left at once, and its owner refused until the ban is lifted")
    func ban() async throws {
        let relay = try await relay()
        let device = try await relay.device()
        let other = try await relay.device()
        #expect(try await ask(.ban([device.mailbox.hexadecimal])) == .done)
        _ = await device.connection.closed()
        try await other.connection.ping()
        let again = try await relay.connect()
        await #expect(throws: RelayRequestError.refused(.notPermitted)) {
            _ = try await again.authenticate(device.mailbox, mailboxKey: device.key)
        }
        #expect(try await ask(.ban([])) == .done)
        _ = try await again.authenticate(device.mailbox, mailboxKey: device.key)
        #expect(try await ask(.ban(["nonsense"])) == .refused("give addresses or mailboxes"))
        await relay.server.shutdown()
    }

    @Test("[REG-6] a banned address is left at once and turned away")
    func bannedAddress() async throws {
        let relay = try await relay()
        let device = try await relay.device()
        #expect(try await ask(.ban(["127.0.0.0/8"])) == .done)
        _ = await device.connection.closed()
        await #expect(throws: (any Error).self) { _ = try await relay.connect() }
        #expect(try await ask(.ban([])) == .done)
        _ = try await relay.connect()
        await relay.server.shutdown()
    }

    @Test("[OPS-2] the host can have the relay drained, and run() returns")
    func drain() async throws {
        let relay = try await relay()
        async let running: Void = relay.server.run()
        #expect(try await ask(.drain) == .done)
        try await running
    }

    @Test("metrics are served to GET on their own address, and nothing else is")
    func metrics() async throws {
        let relay = try await relay()
        _ = try await relay.device()
        let port = try #require(relay.server.metricsPort)
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        let page = try await exchange("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", with: address)
        #expect(page.hasPrefix("HTTP/1.1 200 OK"))
        let readings = page.split(separator: "\n").filter { !$0.hasPrefix("#") }
        for name in MeterName.allCases {
            // What has labels shows once it was counted.
            if [.refusals, .connectionsTurnedAway].contains(name) { continue }
            #expect(readings.contains { $0.hasPrefix(name.rawValue) }, "\(name.rawValue)")
        }
        #expect(page.contains("\nsotto_relay_mailboxes 1\n"))
        for (wrong, status) in [
            ("GET / HTTP/1.1", "404"), ("POST /metrics HTTP/1.1", "405"),
            ("GET /v1 HTTP/1.1", "404"),
        ] {
            let answer = try await exchange(
                wrong + "\r\nHost: x\r\nContent-Length: 0\r\n\r\n", with: address)
            #expect(answer.hasPrefix("HTTP/1.1 " + status), "\(wrong)")
        }
        let main = try SocketAddress(ipAddress: "127.0.0.1", port: relay.server.port)
        let hidden = try await exchange(
            "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", with: main)
        #expect(hidden.hasPrefix("HTTP/1.1 404"))
        await relay.server.shutdown()
    }
}
