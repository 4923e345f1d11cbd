// The program that checks this library against vectors, those of others and ours.

import ArgumentParser

/// `sotto-vectors`.
@main
struct SottoVectors: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sotto-vectors",
        abstract: "Checks Sotto's protocol layers against test vectors.",
        subcommands: [Verify.self, Generate.self, GenerateMLS.self, Exchange.self, Judge.self])
}
