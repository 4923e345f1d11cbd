// `sotto-relay quota`: what a mailbox may hold, seen and changed while the relay runs.

import ArgumentParser
import Foundation
import SottoRelayServer

struct Quota: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show or change what a mailbox may hold, while the relay runs.",
        discussion: """
            What is changed here holds at once and after the next start too: it is kept in the \
            data folder and wins over flags, environment and configuration file until --reset, \
            which takes effect at the next start. A mailbox that holds more than a new limit \
            loses nothing; it takes nothing new until it is below.

            EXAMPLES
              sotto-relay quota --data /var/lib/sotto
              sotto-relay quota --data /var/lib/sotto --entries 5000 --bytes 32MiB
              sotto-relay quota --data /var/lib/sotto --reset
            """)

    @OptionGroup var location: DataLocation

    @Option(help: ArgumentHelp("Entries a mailbox holds.", valueName: "n"))
    var entries: String?

    @Option(help: ArgumentHelp("Bytes a mailbox holds.", valueName: "bytes"))
    var bytes: String?

    @Option(help: ArgumentHelp("Days an entry is kept.", valueName: "n"))
    var days: String?

    @Flag(help: "Forget what was changed here.")
    var reset = false

    func run() throws {
        let data = try location.data()
        let file = RuntimeSettings(data: data)
        if reset {
            try file.remove()
            return say("from the next start on the configuration holds", to: .standardOutput)
        }
        let given = [
            ("mailbox.entries", entries), ("mailbox.bytes", bytes), ("mailbox.days", days),
        ]
        .compactMap { key, text in text.map { (key, $0) } }
        var wanted = RelaySettings()
        for (key, text) in given {
            try RuntimeSettings.read(key, text, into: &wanted)
        }
        func isGiven(_ key: String) -> Bool { given.contains { $0.0 == key } }
        let request = OperatorRequest.quota(
            entries: isGiven("mailbox.entries") ? wanted.mailboxEntries : nil,
            bytes: isGiven("mailbox.bytes") ? wanted.mailboxBytes : nil,
            days: isGiven("mailbox.days") ? wanted.mailboxDays : nil)
        guard
            case .quota(let entries, let bytes, let days) =
                try OperatorSocket(data: data).demand(request)
        else { throw Failure(sentence: "the relay answers something else", code: Failure.fault) }
        if !given.isEmpty { try file.keep(given) }
        say(
            "entries  \(entries)\nbytes    \(ByteCount.text(bytes))\ndays     \(days)",
            to: .standardOutput)
    }
}

struct Drain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shut the running relay down: answer what was taken, tell clients, end.",
        discussion: """
            The same as SIGTERM. Returns when the relay has ended, or after 30 seconds.

            EXAMPLE
              sotto-relay drain --data /var/lib/sotto
            """)

    @OptionGroup var location: DataLocation

    func run() throws {
        let socket = OperatorSocket(data: try location.data())
        _ = try socket.demand(.drain)
        for _ in 0..<300 {
            guard (try? socket.ask(.status)) ?? nil != nil else {
                return say("the relay has ended", to: .standardOutput)
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
        throw Failure(sentence: "the relay is still draining", code: Failure.fault)
    }
}
