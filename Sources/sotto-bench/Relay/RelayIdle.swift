// What a connection on which nothing happens takes of the relay's memory.

import ArgumentParser
import Foundation
import SottoCrypto
import SottoRelayProtocol

struct RelayIdle: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idle", abstract: "The relay's memory for each idle connection.")

    @OptionGroup var target: RelayTarget
    @OptionGroup var report: ReportOptions

    @Option(help: "Connections; each owns a mailbox and is subscribed.")
    var connections = 10_000

    func validate() throws {
        guard (100...19_000).contains(connections) else {
            throw ValidationError("--connections is 100 to 19,000")
        }
    }

    func run() throws {
        OpenFiles.raiseLimit()
        let relay = try target.start()
        defer { relay.stop() }
        guard let process = relay.process else { throw BenchError.needsProcess }
        var held: [LoadConnection] = []
        // The first ones bring what is there once, whatever comes after them.
        try connect(max(100, connections / 20), to: relay, &held)
        let before = try resident(process)
        let already = held.count
        try connect(connections, to: relay, &held)
        let after = try resident(process)
        var report = Report("relay-idle", "\(connections) connections, subscribed, without TLS")
        let each = Double(after - before) / Double(held.count - already) / 1_024
        report.add("memory a connection", each, .kibibytes)
        report.add("memory of the relay", Double(after) / 1_024, .kibibytes)
        try report.print(self.report)
    }

    private func connect(
        _ count: Int, to relay: TargetedRelay, _ held: inout [LoadConnection]
    ) throws {
        var entropy = Entropy.system()
        while held.count < count {
            let connection = try relay.connect()
            _ = try LoadMailbox(on: connection, using: &entropy)
            _ = try connection.ask(.subscribe(credit: 256))
            held.append(connection)
        }
    }

    private func resident(_ process: Int32) throws -> Int {
        usleep(500_000)
        guard let bytes = ServerMeter.residentBytes(process) else { throw BenchError.needsProcess }
        return bytes
    }
}
