// A real relay on a free port, with a folder that goes when the test does.

import Foundation
import Logging
import SottoClient
import SottoRelayCore
import SottoRelaySQLite
import SottoRelayServer

/// A relay and the folder that everything of a test lies in.
final class TestRelay: Sendable {
    let folder: String
    let server: RelayServer
    private let serving: Task<Void, any Error>

    /// Starts a relay in a folder of its own, or again in the folder of an earlier one.
    init(folder: String? = nil, port: Int = 0, entriesMax: Int = 10_000) async throws {
        let folder = folder ?? Self.newFolder()
        self.folder = folder
        let home = try RelayHome.open(folder: folder + "/relay")
        let server = try await RelayServer.start(
            home, RelayConfiguration(port: port, mailboxEntriesMax: entriesMax),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        self.server = server
        serving = Task { try await server.run() }
    }

    var origin: String { "ws://127.0.0.1:\(server.port)" }

    /// A home in the test's folder.
    func home(_ name: String) -> String { folder + "/" + name }

    /// Makes a client of this relay.
    func client(
        _ name: String, environment: ClientEnvironment = ClientEnvironment()
    ) async throws -> SottoClient {
        let creation = try await SottoClient.create(
            home: home(name), relay: origin, name: name, environment: environment)
        if let error = creation.unpublished { throw error }
        return creation.client
    }

    /// Stops the relay; the folder stays.
    func stop() async {
        serving.cancel()
        _ = await serving.result
    }

    /// Stops the relay and deletes everything.
    func remove() async {
        await stop()
        try? FileManager.default.removeItem(atPath: folder)
    }

    static func newFolder() -> String {
        let path = NSTemporaryDirectory() + "sotto-test-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}

/// Runs a test against a relay of its own.
func withRelay(_ body: (TestRelay) async throws -> Void) async throws {
    let relay = try await TestRelay()
    do {
        try await body(relay)
    } catch {
        await relay.remove()
        throw error
    }
    await relay.remove()
}
