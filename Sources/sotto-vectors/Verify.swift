// `sotto-vectors verify`: runs files and says what became of every case.

import ArgumentParser

/// `sotto-vectors verify FILE...`.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs vector files, recognised by their shape.",
        discussion: """
            A folder stands for the .json and .cbor files in it. Exits with 1 if a case failed, \
            else with 2 if a file cannot be read or is of no known format.
            """)

    @Argument(help: "Vector files and folders of them.")
    var files: [String]

    @Flag(help: "Count files of no known format as skipped.")
    var allowUnknown = false

    func run() throws {
        var total = Tally()
        var unknown = 0
        for path in VectorFile.paths(in: files) {
            guard let file = try? VectorFile(path: path) else {
                print("\(path): not a readable vector file")
                unknown += 1
                continue
            }
            guard let format = VectorFormats.all.first(where: { $0.recognises(file) }) else {
                print("\(path): of no known format")
                unknown += 1
                continue
            }
            let tally = Tally(format.run(file))
            print("\(path): \(format.name): \(tally.summary)")
            for line in tally.details { print("    \(line)") }
            total.add(tally)
        }
        print("total: \(total.summary)")
        if total.failed > 0 { throw ExitCode(1) }
        if unknown > 0 && !allowUnknown { throw ExitCode(2) }
    }
}

/// How the cases of a file ended, equal reasons counted together.
struct Tally: Equatable {
    private(set) var passed = 0
    private(set) var failed = 0
    private(set) var skipped = 0
    private var failures: [String] = []
    private var skips: [String: Int] = [:]

    init() {}

    init(_ outcomes: [VectorOutcome]) {
        for (index, outcome) in outcomes.enumerated() {
            switch outcome {
            case .passed: passed += 1
            case .failed(let reason):
                failed += 1
                failures.append("case \(index) failed: \(reason)")
            case .skipped(let reason):
                skipped += 1
                skips[reason, default: 0] += 1
            }
        }
    }

    var summary: String { "\(passed) passed, \(failed) failed, \(skipped) skipped" }

    /// What to say below the summary: each failure, then each reason for skipping.
    var details: [String] {
        failures + skips.sorted { $0.key < $1.key }.map { "\($0.value) skipped: \($0.key)" }
    }

    mutating func add(_ other: Tally) {
        passed += other.passed
        failed += other.failed
        skipped += other.skipped
    }
}
