// The program itself: its pipes, its options, and the driver that its page shows.

import Foundation
import InteropClient
import Testing

@Suite("The program")
struct ProgramTests {
    @Test("it answers every line and ends with its input")
    func pipes() throws {
        let peer = try ProgramPeer()
        let rubbish = try peer.answer(line: Array("rubbish".utf8))
        guard case .object(let fields) = rubbish else { throw Silence() }
        #expect(fields["id"] == .null)
        #expect(fields["error"] != nil)
        let answer = try peer.answer(["id": "x", "rpc": "Name"])
        #expect(answer == ["id": "x", "result": ["name": "Sotto"]])
        #expect(try peer.end() == 0)
    }

    @Test("the same seed, time and requests give the same answers")
    func replay() throws {
        let seed = String(repeating: "5e", count: 32)
        let requests: [JSON] = [
            ["rpc": "CreateGroup", "params": ["group_id": "01", "cipher_suite": 1]],
            ["rpc": "CreateKeyPackage", "params": ["cipher_suite": 3, "identity": "0102"]],
            ["rpc": "Commit", "params": ["state_id": 1]],
        ]
        let runs = try (0..<2).map { _ in
            let peer = try ProgramPeer(["--seed", seed, "--now", "1800000000"])
            return try requests.map { try peer.answer($0) }
        }
        #expect(runs[0] == runs[1])
    }

    @Test("options that make no sense end it with a usage error", arguments: ["5e", "zz"])
    func usage(_ seed: String) throws {
        let process = Process()
        process.executableURL = try ProgramPeer.program()
        process.arguments = ["--seed", seed]
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 64)
    }

    @Test("the driver on its page runs as it is written there")
    func driver() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../README.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let blocks = text.components(separatedBy: "```python\n").dropFirst()
        let block = try #require(blocks.first?.components(separatedBy: "```").first)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", block]
        var environment = ProcessInfo.processInfo.environment
        let folder = try ProgramPeer.program().deletingLastPathComponent().path
        environment["PATH"] = folder + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
        process.environment = environment
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(String(decoding: said, as: UTF8.self) == "they agree\n")
    }
}
