// `sotto-relay print-config` and `check-config`: what can be configured, and what is.

import ArgumentParser
import Foundation

struct PrintConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "print-config",
        abstract: "Print a configuration file with every setting at its default.",
        discussion: """
            EXAMPLE
              sotto-relay print-config > /etc/sotto/relay.yaml
            """)

    func run() { say(DefaultFile.text, terminator: "", to: .standardOutput) }
}

struct CheckConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Say which settings are in force, and where each comes from.",
        discussion: """
            Starts nothing and changes nothing. Every mistake is named with its file and line, \
            variable or flag; the exit code is then 1.

            EXAMPLE
              sotto-relay check-config --config /etc/sotto/relay.yaml
            """)

    @OptionGroup var flags: ConfigurationFlags

    func run() throws {
        let table = try flags.effective().table
        let keys = table.map(\.key.count).max() ?? 0
        let values = min(table.map(\.value.count).max() ?? 0, Self.valueWidthMax)
        for row in table {
            let columns = [padded(row.key, keys), padded(row.value, values), row.origin]
            say(columns.joined(separator: "  "), to: .standardOutput)
        }
    }

    private static let valueWidthMax = 40

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
