// `sotto inbox next`: what a consumer has not acknowledged yet.
import ArgumentParser
import SottoClient

struct InboxNext: HomeCommand {
    static let configuration = CommandConfiguration(
        commandName: "next",
        abstract: "Print what a consumer has not acknowledged yet.",
        discussion: """
            Fetches what the mailbox holds first. With --wait and nothing there, waits that long \
            for something to arrive. Nothing to print is no error.

            EXAMPLES
              sotto inbox next --consumer bot
              sotto inbox next --consumer bot --max 1 --wait 5m --json
            """)

    @Option(help: "The name of the consumer.")
    var consumer: String

    @Option(help: "At most this many.")
    var max = 100

    @Option(help: ArgumentHelp("How long to wait for something.", valueName: "duration"))
    var wait = TimeSpan(.zero)

    @OptionGroup var network: NetworkOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (1...Self.entriesMax).contains(max) else {
            throw ValidationError("--max is 1 to \(Self.entriesMax).")
        }
    }

    func run(_ session: Session) async throws {
        var failure = try await session.exchange(network)
        let entries = try await session.client.inboxNext(
            consumer: consumer, max: max, wait: network.offline ? .zero : wait.duration)
        var transcript = Transcript(output)
        for entry in entries { try transcript.show(MessageRecord(entry)) }
        if wait.duration > .zero, !entries.isEmpty {
            // What came while it waited is owed receipts, and makes up for a relay that was late.
            failure = try await session.exchange(network)
        }
        if let failure { throw failure }
    }

    private static let entriesMax = 1_000
}
