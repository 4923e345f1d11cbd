// Runs the real programs, found beside the test bundle, as child processes.
import Foundation
import Testing

/// A program that was started: its output goes to files, so that it can be looked at while it runs.
final class Program: Sendable {
    private let process: ChildProcess
    private let input: FileHandle?
    private let folder: TemporaryFolder

    /// How a program ended, and what it said.
    struct Outcome {
        let status: Int32
        let wasKilled: Bool
        let output: String
        let errors: String
    }

    /// - Parameter input: What its standard input holds; nil leaves it open for `type`.
    init(
        _ name: String, _ arguments: [String], environment: [String: String] = [:],
        input: String? = "", fileBlocksMax: Int? = nil
    ) throws {
        folder = try TemporaryFolder()
        var path = Program.folder.appendingPathComponent(name).path
        var arguments = arguments
        if let fileBlocksMax {
            let limited = "ulimit -f \(fileBlocksMax); trap '' XFSZ; exec \"$@\""
            arguments = ["-c", limited, "sh", path] + arguments
            path = "/bin/sh"
        }
        let environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("SOTTO_") && !$0.key.hasPrefix("XDG_") }
            .merging(environment) { $1 }
        let pipe = input == nil ? Pipe() : nil
        self.input = pipe?.fileHandleForWriting
        if let input = self.input { _ = fcntl(input.fileDescriptor, F_SETFD, FD_CLOEXEC) }
        if let input { try Data(input.utf8).write(to: folder.url("input")) }
        let reading =
            try pipe?.fileHandleForReading ?? FileHandle(forReadingFrom: folder.url("input"))
        let output = try folder.create("output")
        let errors = try folder.create("errors")
        process = try ChildProcess(
            path, arguments, environment: environment, input: reading.fileDescriptor,
            output: output.fileDescriptor, errors: errors.fileDescriptor)
        try reading.close()
    }

    deinit {
        process.signal(SIGKILL)
    }

    var isRunning: Bool { process.isRunning }
    var output: String { folder.text("output") }
    var errors: String { folder.text("errors") }

    func signal(_ number: Int32) {
        process.signal(number)
    }

    func type(_ line: String) throws {
        try input?.write(contentsOf: Data((line + "\n").utf8))
    }

    func endInput() throws {
        try input?.close()
    }

    /// Waits for its end.
    func outcome() async -> Outcome {
        let (status, wasKilled) = await process.end()
        return Outcome(status: status, wasKilled: wasKilled, output: output, errors: errors)
    }

    /// Waits until its output or its errors hold the text.
    func says(_ text: String, within seconds: Int = 20) async throws {
        for _ in 0..<(seconds * 50) {
            if output.contains(text) || errors.contains(text) { return }
            if !isRunning { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        if output.contains(text) || errors.contains(text) { return }
        throw NotSaid(text: text, output: output, errors: errors)
    }

    struct NotSaid: Error {
        let text: String
        let output: String
        let errors: String
    }

    /// Where the build put its products.
    static let folder: URL = {
        let bundles = Bundle.allBundles.filter { $0.bundlePath.hasSuffix(".xctest") }
        let bundle = bundles.first?.bundleURL ?? Bundle.main.bundleURL
        return bundle.pathExtension == "xctest" ? bundle.deletingLastPathComponent() : bundle
    }()
}

/// A folder that goes when nobody holds it any more.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/sotto-test-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func url(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }

    func create(_ name: String) throws -> FileHandle {
        try Data().write(to: url(name))
        return try FileHandle(forWritingTo: url(name))
    }

    func text(_ name: String) -> String {
        String(decoding: (try? Data(contentsOf: url(name))) ?? Data(), as: UTF8.self)
    }
}
