// A relay in this process, with its folder, its port and its keys.

import Foundation
import Logging
import SottoRelayCore
import SottoRelayLink
import SottoRelayProtocol
import SottoRelaySQLite
import SottoRelayServer
import SottoWire

/// A relay on a port of its own, in a folder that goes when the test ends.
final class RealRelay: Sendable {
    let folder: String
    let server: RelayServer

    /// - Parameter folder: The folder of a relay that was shut down, to start it anew.
    init(folder: String? = nil) async throws {
        self.folder = folder ?? NSTemporaryDirectory() + "sotto-link-\(UUID().uuidString)"
        var logger = Logger(label: "relay")
        logger.logLevel = .critical
        server = try await RelayServer.start(
            try RelayHome.open(folder: self.folder), RelayConfiguration(), logger: logger)
    }

    var id: RelayID { get throws { try RelayID(Hexadecimal.decode(server.relayID)) } }

    var origin: RelayOrigin { get throws { try RelayOrigin("ws://127.0.0.1:\(server.port)") } }

    /// Ends the relay and removes its folder.
    func end() async {
        await server.shutdown()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
