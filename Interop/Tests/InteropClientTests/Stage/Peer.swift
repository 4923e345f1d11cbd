// The two ways in which tests reach a client: in the same process, and as the program.

import Foundation
import InteropClient
import SottoMLS

/// Something that answers requests.
protocol Peer: AnyObject {
    /// The answer to a request.
    func answer(_ request: JSON) throws -> JSON
}

/// A client in this process.
final class LocalPeer: Peer {
    private var client: Client

    init() { client = Client { UnixTime(seconds: 1_800_000_000) } }

    func answer(_ request: JSON) throws -> JSON { client.answer(request) }
}

/// The program `mls-client`, spoken to through its standard input and output.
final class ProgramPeer: Peer {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var reader = LineReader()
    private var lines: [LineReader.Line] = []

    init(_ arguments: [String] = []) throws {
        process.executableURL = try Self.program()
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    func answer(_ request: JSON) throws -> JSON { try answer(line: request.line()) }

    /// The answer to a line, whatever it holds.
    func answer(line: [UInt8]) throws -> JSON {
        try input.fileHandleForWriting.write(contentsOf: line + [UInt8(ascii: "\n")])
        while lines.isEmpty {
            let bytes = output.fileHandleForReading.availableData
            guard !bytes.isEmpty else { throw Silence() }
            lines += reader.lines(in: bytes)
        }
        guard case .whole(let bytes) = lines.removeFirst() else { throw Silence() }
        return try JSON(line: bytes)
    }

    /// Ends the program's input and gives its exit status.
    func end() throws -> Int32 {
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// The program lies beside the tests' own bundle.
    static func program() throws -> URL {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        var folder = tests
        for _ in 0..<4 {
            let program = folder.appendingPathComponent("mls-client")
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
            folder.deleteLastPathComponent()
        }
        throw Silence()
    }
}

/// The program ended, or is not there.
struct Silence: Error {}
