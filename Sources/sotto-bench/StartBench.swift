// How long a command takes from nothing to its end.

import ArgumentParser
import Foundation

struct StartBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Wall and CPU time of running a command, many times.",
        usage: "sotto-bench start --binary PATH [--times N] [--json] -- ARGUMENT...")

    @OptionGroup var report: ReportOptions

    @Option(help: "The program.")
    var binary: String

    @Option(help: "How many times it runs.")
    var times = 20

    @Argument(parsing: .postTerminator, help: "What it is given.")
    var arguments: [String] = []

    func validate() throws {
        guard times > 0 else { throw ValidationError("--times is at least 1") }
    }

    func run() throws {
        var wall: [Duration] = []
        var cpu: [Duration] = []
        _ = try runOnce()
        for _ in 0..<times {
            let (taken, used) = try runOnce()
            wall.append(taken)
            cpu.append(used)
        }
        let command = ([URL(fileURLWithPath: binary).lastPathComponent] + arguments)
            .joined(separator: " ")
        var report = Report("start", "\(command), \(times) times")
        report.add(
            "wall time, median", Double(microseconds: wall.percentile(0.5)) / 1_000, .milliseconds)
        report.add(
            "wall time, longest", Double(microseconds: wall.percentile(1)) / 1_000, .milliseconds)
        report.add(
            "CPU time, median", Double(microseconds: cpu.percentile(0.5)) / 1_000, .milliseconds)
        try report.print(self.report)
    }

    private func runOnce() throws -> (wall: Duration, cpu: Duration) {
        let clock = ContinuousClock()
        let start = clock.now
        let process = try ChildProcess.start(binary, arguments, wordsTo: "/dev/null")
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(process, &status, 0, &usage) == process else {
            throw BenchError.cannotStart(binary)
        }
        let taken = clock.now - start
        guard status == 0 else { throw BenchError.failed(status: status >> 8 & 0xFF) }
        return (taken, usage.cpu)
    }
}
