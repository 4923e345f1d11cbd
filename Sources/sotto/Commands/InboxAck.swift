// `sotto inbox ack`: a consumer has dealt with what came.
import ArgumentParser
import SottoClient

struct InboxAck: HomeCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Acknowledge everything up to a sequence number.",
        discussion: """
            EXAMPLES
              sotto inbox ack 17 --consumer bot
            """)

    @Argument(help: "The sequence number of the last entry that was dealt with.")
    var sequence: Int64

    @Option(help: "The name of the consumer.")
    var consumer: String

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session) async throws {
        try await session.client.inboxAck(consumer: consumer, sequence: sequence)
        try output.show(AcknowledgedRecord(consumer: consumer, sequence: sequence))
    }
}
