// What MLS adds to the primitives that it cannot do without.

import ArgumentParser
import SottoCrypto
import SottoMLS

struct MLSBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mls",
        abstract:
            "Messages, growth, updates and memory of groups, beside the primitives they take.",
        discussion: """
            What an operation cannot do without (signatures, checks of signatures, key pairs, \
            sealing, derivations, hashes) is measured in the same run, on inputs of the same \
            length; a ratio of 1 would be a group that costs nothing beyond these.
            """)

    /// What can be measured by itself.
    enum Part: String, CaseIterable, ExpressibleByArgument {
        case messages, growth, update, memory
    }

    @OptionGroup var report: ReportOptions

    @Option(help: "Messages a round.")
    var messages = 200

    @Option(help: "Rounds of every measurement, in place of as many as there is patience for.")
    var rounds: Int?

    @Option(help: "Members of groups, separated by commas.")
    var members = "10,100,1000,10000"

    @Option(help: "Numbers of cipher suites, separated by commas.")
    var suites = "0x0001,0x004F"

    @Option(help: "Parts to measure, separated by commas (\(Part.list)).")
    var parts = Part.list

    func run() throws {
        var report = Report("mls", "CPU time, and what it is of the primitives' own")
        let parts = Set(self.parts.split(separator: ",").compactMap { Part(rawValue: String($0)) })
        let sizes = members.split(separator: ",").compactMap { Int($0) }.filter { $0 >= 4 }
        for suite in try self.suites.split(separator: ",").map(CipherSuite.init(bench:)) {
            if parts.contains(.messages) {
                try report.addMessages(suite, count: messages, rounds: rounds)
            }
            for size in sizes {
                if parts.contains(.growth) {
                    try report.addGrowth(suite, to: size, rounds: rounds)
                }
                if parts.contains(.update) {
                    try report.addUpdates(suite, in: size, rounds: rounds)
                }
            }
            if parts.contains(.memory), let size = sizes.max() {
                try report.addMemory(suite, of: size)
            }
        }
        try report.print(self.report)
    }
}

extension MLSBench.Part {
    static var list: String { allCases.map(\.rawValue).joined(separator: ",") }
}

extension CipherSuite {
    /// The suite with a hexadecimal number, as it is written in documents.
    init(bench number: some StringProtocol) throws {
        let digits = number.hasPrefix("0x") ? number.dropFirst(2) : number[...]
        try self.init(rawValue: UInt16(digits, radix: 16) ?? 0)
    }

    var number: String {
        let digits = String(rawValue, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// An operation and its primitives, measured in turns, so that a busy machine slows both alike.
struct Turns {
    private var taken: [Duration] = []
    private var floors: [Duration] = []
    private var ratios: [Double] = []

    mutating func add(_ taken: Duration, floor: Duration) {
        self.taken.append(taken)
        floors.append(floor)
        ratios.append(taken / floor)
    }

    fileprivate var median: (taken: Duration, floor: Duration, ratio: Double) {
        (taken.percentile(0.5), floors.percentile(0.5), ratios.sorted()[ratios.count / 2])
    }
}

extension Report {
    /// Medians of a time and of what it is of the primitives' own.
    mutating func add(_ name: String, _ turns: Turns) {
        let (taken, floor, ratio) = turns.median
        let (unit, scale) =
            taken > .milliseconds(10) ? (Unit.milliseconds, 1e-3) : (.microseconds, 1)
        add(name, Double(microseconds: taken) * scale, unit)
        add("\(name), its primitives", Double(microseconds: floor) * scale, unit)
        add("\(name), ratio", ratio, .times)
    }
}
