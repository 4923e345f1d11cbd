// The relay under load: one that runs already, or one that is started for the occasion.

import ArgumentParser
import Foundation
import SottoRelayProtocol
import SottoWire

/// Which relay is measured.
struct RelayTarget: ParsableArguments {
    @Option(help: "Where the relay is: ws://127.0.0.1:8340, say. Without it, one is started.")
    var url: String?

    @Option(help: "The relay's id, in hexadecimal; any relay is good enough without it.")
    var relayID: String?

    @Option(help: "The process of the relay at --url, on this machine, to tell its CPU time.")
    var pid: Int32?

    @Option(help: "The program that is started.")
    var binary = "sotto-relay"

    @Option(help: "The data folder of the relay that is started; a temporary one without it.")
    var data: String?

    /// Where connections go.
    struct Address {
        let host: String
        let port: Int
        let relayID: RelayID?
    }

    /// The relay, running.
    func start() throws -> TargetedRelay {
        guard let url else { return try TargetedRelay(starting: binary, on: data) }
        let origin = try RelayOrigin(url)
        guard origin.scheme == .ws else { throw BenchError.needsPlainWebSocket }
        let address = Address(host: origin.host, port: origin.port, relayID: try pinned(relayID))
        return TargetedRelay(at: address, process: pid)
    }

    private func pinned(_ text: String?) throws -> RelayID? {
        guard let text else { return nil }
        guard let bytes = try? Hexadecimal.decode(text), let id = try? RelayID(bytes) else {
            throw ValidationError("--relay-id takes 64 hexadecimal digits")
        }
        return id
    }
}
