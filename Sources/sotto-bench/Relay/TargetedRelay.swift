// A relay that can be loaded, and its process where that is ours.

import Foundation
import SottoRelayProtocol
import SottoWire

final class TargetedRelay {
    private(set) var address: RelayTarget.Address
    private(set) var process: Int32?
    private let start: Start?

    /// How a relay of ours was started.
    private struct Start {
        let binary: String
        let folder: String
        /// What is removed in the end.
        let temporary: URL
    }

    /// A relay that runs already.
    init(at address: RelayTarget.Address, process: Int32?) {
        self.address = address
        self.process = process
        start = nil
    }

    /// Starts a relay on a folder, by default a temporary one.
    init(starting binary: String, on folder: String?) throws {
        let temporary = FileManager.default.temporaryDirectory
            .appendingPathComponent("sotto-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
        let start = Start(
            binary: binary, folder: folder ?? temporary.appendingPathComponent("data").path,
            temporary: temporary)
        self.start = start
        (process, address) = try Self.launch(start)
    }

    deinit {
        stop()
        if let start { try? FileManager.default.removeItem(at: start.temporary) }
    }

    /// A new connection.
    func connect() throws -> LoadConnection { try LoadConnection(to: address) }

    /// Ends a relay that was started here and waits for its end.
    func stop() {
        guard start != nil, let process else { return }
        self.process = nil
        ChildProcess.end(process)
    }

    /// Starts a relay that was started here once more, on the same folder.
    func restart() throws {
        guard let start else { throw BenchError.needsProcess }
        stop()
        (process, address) = try Self.launch(start)
    }

    private static func launch(_ start: Start) throws -> (Int32, RelayTarget.Address) {
        let words = start.temporary.appendingPathComponent("words").path
        let process = try ChildProcess.start(
            start.binary,
            [
                "serve", "--data", start.folder, "--listen", "127.0.0.1:0",
                // All of a load comes from one address.
                "--connections-per-client", "19000", "--connections-beginning", "19000",
            ], wordsTo: words)
        for _ in 0..<1_000 {
            if let line = try? String(contentsOfFile: words, encoding: .utf8),
                let address = parse(line)
            {
                return (process, address)
            }
            usleep(10_000)
        }
        ChildProcess.end(process)
        throw BenchError.cannotStart(start.binary)
    }

    /// `listening on HOST:PORT, relay id HEX`, once the line is whole.
    private static func parse(_ line: String) -> RelayTarget.Address? {
        let words = line.split { " ,\n".contains($0) }
        guard line.hasSuffix("\n"), words.count >= 6, let colon = words[2].lastIndex(of: ":"),
            let port = Int(words[2][colon...].dropFirst()),
            let bytes = try? Hexadecimal.decode(words[5]), let id = try? RelayID(bytes)
        else { return nil }
        return RelayTarget.Address(host: "127.0.0.1", port: port, relayID: id)
    }
}
