// The program: requests on standard input, answers on standard output, one a line.

import ArgumentParser
import Foundation
import InteropClient
import SottoCrypto
import SottoMLS

/// Speaks the MLS working group's RPC interface as lines of JSON until its input ends.
@main
struct MLSClientProgram: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mls-client",
        abstract: "Answers the MLS working group's RPC interface, one JSON object a line.")

    @Option(help: "64 hexadecimal digits that all keys follow from, to replay a run.")
    var seed: String?

    @Option(help: "The time that lifetimes are made and checked with, in seconds since 1970.")
    var now: UInt64?

    func run() throws {
        var client = Client(entropy: try entropy(), clock: clock)
        var reader = LineReader()
        let (input, output) = (FileHandle.standardInput, FileHandle.standardOutput)
        while case let bytes = input.availableData, !bytes.isEmpty {
            for line in reader.lines(in: bytes) { try output.answer(line, with: &client) }
        }
        if let line = reader.last() { try output.answer(line, with: &client) }
    }

    private func entropy() throws -> Entropy {
        guard let seed else { return .system() }
        guard let bytes = Hexadecimal.decode(seed), bytes.count == seedLength else {
            throw ValidationError("A seed has \(2 * seedLength) hexadecimal digits.")
        }
        return Entropy(seed: Secret(copying: bytes))
    }

    private var clock: @Sendable () -> UnixTime {
        if let now { return { UnixTime(seconds: now) } }
        return { UnixTime(seconds: UInt64(max(0, Date().timeIntervalSince1970))) }
    }
}

extension FileHandle {
    fileprivate func answer(_ line: LineReader.Line, with client: inout Client) throws {
        try write(contentsOf: client.answer(line) + [UInt8(ascii: "\n")])
    }
}

private let seedLength = 32
