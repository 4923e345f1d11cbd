// What an operator relies on: draining, a full disk, a port that is taken.

import Foundation
import SottoCrypto
import SottoRelayCore
import SottoRelayLink
import SottoRelayProtocol
import SottoRelaySQLite
import SottoRelayServer
import SottoWire
import Testing

@Suite("Operation", .timeLimit(.minutes(1)))
struct OperationTests {
    /// A database on disk that goes with the object.
    private final class Disk {
        let folder = NSTemporaryDirectory() + "sotto-operation-" + UUID().uuidString
        let store: SQLiteRelayStore

        init(pagesMax: Int? = nil) throws {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false)
            store = try SQLiteRelayStore(
                path: folder + "/relay.db", fresh: .zero, pagesMax: pagesMax)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }
    }

    private func status(_ path: String, _ relay: ServedRelay) async throws -> Int? {
        let client = try await RawClient.connect(relay.server.port)
        let head = try await client.ask("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return Int(head.split(separator: " ")[1])
    }

    private func entries(in store: any RelayStore, _ device: ServedDevice) throws -> Int {
        let key = RowKey.total(device.mailbox, through: .max >> 1)
        guard case .total(_, _, let total) = try store.find([key]).first else { return 0 }
        return total.entries
    }

    @Test("[OPS-2] draining answers what was taken, says so, and closes with 1001")
    func draining() async throws {
        let disk = try Disk()
        let relay = try await ServedRelay.start(store: disk.store)
        let alice = try await relay.device()
        let poster = try await relay.raw()
        var lane = ServedLane()
        _ = try await poster.ask(.post(lane.commit(to: [alice], opens: true)))
        for number in 0..<60 {
            _ = try await poster.send(.post(lane.message("\(number)", to: [alice])))
        }
        async let stopped: Void = relay.server.shutdown()
        var (sawNotice, accepted, refused) = (false, 0, 0)
        var code: UInt16?
        while code == nil, let frame = try await poster.nextFrame() {
            guard frame.opcode == 2 else {
                code = frame.closeCode
                continue
            }
            switch try RelayFrame(wireBytes: frame.payload) {
            case .notice(.draining): sawNotice = true
            case .response(let response):
                if case .success = response.result { accepted += 1 } else { refused += 1 }
            default: break
            }
        }
        await stopped
        #expect(sawNotice && code == 1001)
        // What was not read before the end has no answer; what has one is what was stored.
        #expect(accepted + refused <= 60)
        #expect(try entries(in: disk.store, alice) == accepted + 1)
    }

    @Test("[OPS-2] a shutdown from a task that was cancelled waits for answers, too")
    func cancelledShutdown() async throws {
        let relay = try await ServedRelay.start()
        let client = try await relay.raw()
        for _ in 0..<RelayLimits.requestsInFlightMax { _ = try await client.send(.ping) }
        let stopping = Task {
            while !Task.isCancelled { await Task.yield() }
            await relay.server.shutdown()
        }
        stopping.cancel()
        #expect(try await client.closeCode() == 1001)
        await stopping.value
    }

    @Test("[LANE-1] on a full disk a post is unavailable, the relay not ready, and both recover")
    func fullDisk() async throws {
        let disk = try Disk(pagesMax: 150)
        try await ServedRelay.with(store: disk.store) { relay in
            let alice = try await relay.device()
            let poster = try await relay.connect()
            var lane = ServedLane()
            _ = try await poster.post(lane.commit(to: [alice], opens: true))
            let text = String(repeating: "x", count: 8_000)
            var accepted = 1
            await #expect(
                throws: RelayRequestError.refused(
                    .unavailable(retryAfter: RelayCoreLimits.unavailableRetry))
            ) {
                while true {
                    _ = try await poster.post(lane.message(text, to: [alice]))
                    accepted += 1
                }
            }
            #expect(try entries(in: disk.store, alice) == accepted)
            // A probe that still fits may have made it ready; what does not fit unmakes it.
            var readiness = try await status("/readyz", relay)
            for _ in 0..<5 where readiness != 503 {
                _ = try? await poster.post(lane.message(text, to: [alice]))
                readiness = try await status("/readyz", relay)
            }
            #expect(readiness == 503)
            #expect(try await status("/healthz", relay) == 200)
            try await alice.connection.ping()

            try await alice.connection.ack(UInt64(accepted))
            let after = try await poster.post(lane.message(text, to: [alice]))
            #expect(after.head.claim.number == UInt64(accepted) + 1)
            #expect(try await status("/readyz", relay) == 200)
        }
    }

    @Test("records and stocks are served from disk to whoever knows where they lie")
    func directory() async throws {
        let disk = try Disk()
        try await ServedRelay.with(store: disk.store) { relay in
            var entropy = Entropy.system()
            let client = try await relay.connect()
            let relayKey = client.hello.relayKey
            let writer = try SignaturePrivateKey.random(using: &entropy)
            let writeKey = try WriteKey(writer.publicKey)
            let locator = Locator.random(using: &entropy)
            try await client.putRecord(
                PutRecord(
                    locator: locator, writeKey: writeKey,
                    record: Record(version: 1, sealed: [1, 2]), signedBy: writer, at: relayKey))
            try await client.putStock(
                PutStock(
                    locator: locator, writeKey: writeKey, version: 1,
                    addition: StockAddition(
                        packages: [SealedPackage(sealed: [3])], lastResort: nil),
                    signedBy: writer, at: relayKey))
            let reader = try await relay.connect()
            #expect(try await reader.record(at: locator) == Record(version: 1, sealed: [1, 2]))
            let taken = Taken(package: SealedPackage(sealed: [3]), isLastResort: false)
            #expect(try await reader.takePackage(from: locator) == taken)
            await #expect(throws: RelayRequestError.refused(.notFound)) {
                try await reader.takePackage(from: locator)
            }
        }
    }

    @Test("a port that is taken is an error that says which")
    func portTaken() async throws {
        try await ServedRelay.with { relay in
            var entropy = Entropy.system()
            let disk = try Disk()
            let home = RelayHome(
                store: disk.store, privateKey: try .random(using: &entropy),
                secrets: try RelaySecrets(master: entropy.secret(32), names: entropy.secret(32)))
            do {
                _ = try await RelayServer.start(
                    home, RelayConfiguration(port: relay.server.port))
                Issue.record("two relays listen on one port")
            } catch RelayServerError.cannotListen(_, let port, _) {
                #expect(port == relay.server.port)
            }
        }
    }
}
