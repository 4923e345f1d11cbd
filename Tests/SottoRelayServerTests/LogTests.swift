// What the log holds after all kinds of traffic: nobody's id, address or size.

import Logging
import NIOConcurrencyHelpers
import SottoCrypto
import SottoRelayCore
import SottoRelayLink
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@testable import SottoRelayServer

@Suite("Log", .timeLimit(.minutes(1)))
struct LogTests {
    /// Keeps everything that is logged, at every level.
    private struct Everything: LogHandler {
        let lines: NIOLockedValueBox<[String]>
        var logLevel = Logger.Level.trace
        var metadata = Logger.Metadata()

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = self.metadata.merging(event.metadata ?? [:]) { $1 }
            lines.withLockedValue { $0.append("\(event.level) \(event.message) \(metadata)") }
        }
    }

    @Test(
        "[HOST-6] traffic, refusals, rubbish, a failing store and draining name nobody in the log")
    func nobody() async throws {
        let lines = NIOLockedValueBox<[String]>([])
        var entropy = Entropy.system()
        let store = MemoryRelayStore(incarnation: .random(using: &entropy))
        let key = try SignaturePrivateKey.random(using: &entropy)
        let server = try await RelayServer.start(
            RelayHome(
                store: store, privateKey: key,
                secrets: try RelaySecrets(master: entropy.secret(32), names: entropy.secret(32))),
            RelayConfiguration(mailboxEntriesMax: 3),
            logger: Logger(label: "test", factory: { _ in Everything(lines: lines) }), metrics: nil)
        let relay = ServedRelay(server: server, id: RelayKey(made: key.publicKey).id)

        let device = try await relay.device()
        var lane = ServedLane()
        let poster = try await relay.connect()
        _ = try await poster.post(lane.commit(to: [device], opens: true))
        for _ in 0..<5 {
            _ = try await poster.post(
                lane.message(String(repeating: "x", count: 4_567), to: [device]))
        }
        _ = try? await poster.record(at: .random(using: &entropy))
        let rubbish = try await relay.raw()
        try? await rubbish.send([9, 9, 9])
        store.fail(with: .failed(code: 10))
        _ = try? await poster.post(lane.message("y", to: [device]))
        store.fail(with: nil)
        await server.shutdown()

        let log = lines.withLockedValue { $0 }
        #expect(log.contains { $0.contains("the store fails") }, "the log is not kept at all")
        let secrets = [
            device.mailbox.hexadecimal, lane.id.hexadecimal, "127.0.0.1", "::1", "4567", "4,567",
            Hexadecimal.encode(lane.token.bytes), "ClientAddress",
        ]
        for line in log {
            for secret in secrets { #expect(!line.contains(secret), "\(line)") }
        }
    }
}
