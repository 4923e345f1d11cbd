// The measurements of Sotto, each a command of its own.

import ArgumentParser

@main
struct SottoBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sotto-bench",
        abstract: "Measures Sotto: what its parts cost, and what a relay carries.",
        discussion: """
            Times are CPU time unless a line says otherwise. Compare figures of one run with each \
            other; figures of two machines, or of a busy one, say little.
            """,
        subcommands: [CryptoBench.self, MLSBench.self, RelayBench.self, StartBench.self])
}

/// How every command tells its figures.
struct ReportOptions: ParsableArguments {
    @Flag(help: "One JSON object in place of a table.")
    var json = false
}
