// `sotto-relay version`.

import ArgumentParser
import Foundation

struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the version of the program and of what it speaks and writes.")

    func run() {
        say("sotto-relay 0.1.0 (relay protocol 1, data folder 1)", to: .standardOutput)
    }
}
