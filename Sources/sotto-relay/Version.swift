// `sotto-relay version`.

import ArgumentParser
import Foundation

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the version of the program and of what it speaks and writes.")

    /// What `version` and `--version` print.
    static let text = "sotto-relay 0.1.0 (relay protocol 1, data folder 1)"

    func run() { say(Self.text, to: .standardOutput) }
}
