// The measurements of a relay, by load from outside.

import ArgumentParser

struct RelayBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay",
        abstract: "What a relay carries: messages a second, latency, stores, idle connections.",
        discussion: """
            Loads the relay at --url, or one that is started on a temporary folder. A message is \
            posted, accepted (that is, on disk), delivered, acknowledged and deleted. Both sides \
            share this machine: what the load itself uses is told too.

            EXAMPLES
              sotto-bench relay load --binary .build/release/sotto-relay
              sotto-bench relay latency --url ws://127.0.0.1:8340 --pid 4711 --rate 1000
            """,
        subcommands: [
            RelayLoad.self, RelayLatency.self, RelayOffline.self, RelayIdle.self, RelayGroup.self,
            RelayGrowth.self, RelayParts.self,
        ])
}

/// How much is posted by how many.
struct LoadOptions: ParsableArguments {
    @Option(help: "Conversations.")
    var pairs = 50

    @Option(help: "The size of an envelope.")
    var bytes = 1_024

    @Option(help: "Mailboxes that each post goes to: 1, or 2 with the sender's own.")
    var copies = 1

    @Flag(help: "Acknowledge every message by itself, not all that came at once together.")
    var ackEach = false

    func validate() throws {
        guard (1...5_000).contains(pairs), (16...262_144).contains(bytes), (1...2).contains(copies)
        else { throw ValidationError("a number is out of range") }
    }

    var title: String {
        "\(pairs) conversations, \(bytes) bytes, \(copies) mailbox\(copies == 1 ? "" : "es") a post"
            + (ackEach ? ", each acknowledged by itself" : "")
    }
}
