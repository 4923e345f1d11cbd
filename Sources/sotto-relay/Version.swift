// `sotto-relay version`.

import ArgumentParser
import Foundation
import SottoRelayProtocol
import SottoRelaySQLite

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the version of the program and of what it speaks and writes.")

    /// What `version` and `--version` print.
    static let text =
        "sotto-relay 0.1.0 (relay protocol \(RelayLimits.version), "
        + "data folder \(SQLiteRelayStore.version))"

    func run() { say(Self.text, to: .standardOutput) }
}
