// `sotto-relay status` and `users`: how a running relay is.

import ArgumentParser
import Foundation
import SottoRelayCore
import SottoRelayServer

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show how the running relay is: what it holds, how fast it goes.",
        discussion: """
            Looks twice, a moment apart, so that there are rates. Times are upper bounds: half of \
            all posts took no longer than p50, 99 of 100 no longer than p99.

            EXAMPLES
              sotto-relay status --data /var/lib/sotto
              sotto-relay status --data /var/lib/sotto --watch
              sotto-relay status --config /etc/sotto/relay.yaml --json
            """)

    @OptionGroup var location: DataLocation

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(help: "Show it anew until interrupted.")
    var watch = false

    @Option(help: ArgumentHelp("Seconds between two looks, 1 to 3600.", valueName: "n"))
    var interval = 1

    func validate() throws {
        guard (1...3_600).contains(interval) else {
            throw ValidationError("--interval is 1 to 3600 seconds.")
        }
    }

    func run() throws {
        let socket = OperatorSocket(data: try location.data())
        var earlier = try socket.status()
        repeat {
            Thread.sleep(forTimeInterval: Double(interval))
            let now = try socket.status()
            show(StatusReport(now, since: earlier))
            earlier = now
        } while watch
    }

    private func show(_ report: StatusReport) {
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let text = (try? encoder.encode(report)) ?? Data()
            return say(String(decoding: text, as: UTF8.self), to: .standardOutput)
        }
        // On a terminal that is watched, the table takes the place of the last one.
        let isLive = watch && isatty(1) == 1
        if isLive { say("\u{1B}[H\u{1B}[2J", terminator: "", to: .standardOutput) }
        say(report.lines.joined(separator: "\n"), to: .standardOutput)
        if watch && !isLive { say("", to: .standardOutput) }
    }
}

struct Users: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Count who uses the relay; it has no names.",
        discussion: """
            A mailbox is one device of somebody: the relay does not know which belong together.

            EXAMPLE
              sotto-relay users --data /var/lib/sotto
            """)

    @OptionGroup var location: DataLocation

    func run() throws {
        let status = try OperatorSocket(data: try location.data()).status()
        guard let totals = status.totals else {
            throw Failure(sentence: "the store cannot be read", code: Failure.fault)
        }
        for (name, count) in [
            ("devices registered", totals.mailboxes), ("of these listening", status.subscribers),
            ("of these with something waiting", totals.mailboxesWaiting),
            ("conversations known", totals.lanes), ("cards and names", totals.records),
        ] {
            let gap = String(repeating: " ", count: 34 - name.count)
            say(name + gap + "\(count)", to: .standardOutput)
        }
    }
}

extension OperatorSocket {
    /// How the relay is, which must be running.
    func status() throws(Failure) -> RelayStatus {
        guard case .status(let status) = try demand(.status) else {
            throw Failure(sentence: "the relay answers something else", code: Failure.fault)
        }
        return status
    }
}

/// How a command names the relay it is about.
struct DataLocation: ParsableArguments {
    @OptionGroup(visibility: .hidden) var flags: ConfigurationFlags

    /// The data folder.
    func data() throws -> String { try flags.withData().data }

    /// All that is in force, and the data folder.
    func settings() throws -> (settings: RelaySettings, data: String) { try flags.withData() }
}
