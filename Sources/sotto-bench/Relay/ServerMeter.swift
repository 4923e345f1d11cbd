// What the relay under load uses: CPU time, memory, bytes written.

import Foundation

/// The relay's CPU time and writes, and this process's CPU time, from one moment on.
struct ServerMeter {
    private let process: Int32?
    private let start: (server: Duration?, own: Duration, written: Int?)

    init(_ process: Int32?) {
        self.process = process
        start = (
            process.flatMap(CPUTime.of(process:)), CPUTime.ofThisProcess(),
            process.flatMap(Self.bytesWritten)
        )
    }

    /// The relay's CPU time since then, if it is to be known.
    var serverTime: Duration? {
        guard let process, let before = start.server, let now = CPUTime.of(process: process) else {
            return nil
        }
        return now - before
    }

    /// Adds what each of so many cost since then.
    func add(to report: inout Report, each name: String, _ count: Int) {
        guard count > 0 else { return }
        if let serverTime {
            report.add(
                "relay's CPU time \(name)", Double(microseconds: serverTime / count), .microseconds)
        }
        if let process, let before = start.written, let now = Self.bytesWritten(process) {
            report.add(
                "bytes that the relay wrote \(name)", Double(now - before) / Double(count) / 1_024,
                .kibibytes)
        }
        let own = (CPUTime.ofThisProcess() - start.own) / count
        report.add("this program's CPU time \(name)", Double(microseconds: own), .microseconds)
    }

    /// The memory of a process that is its own, in bytes.
    static func residentBytes(_ process: Int32) -> Int? {
        field("VmRSS:", of: "/proc/\(process)/status").map { $0 * 1_024 }
    }

    private static func bytesWritten(_ process: Int32) -> Int? {
        field("write_bytes:", of: "/proc/\(process)/io")
    }

    private static func field(_ name: String, of path: String) -> Int? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
    }
}
