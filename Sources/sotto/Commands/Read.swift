// `sotto read`: prints what is unread and marks it as read.
import ArgumentParser
import SottoClient

struct Read: HomeCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print unread messages of somebody and mark them as read.",
        discussion: """
            They are marked as read only once they were printed. The other side learns of it if \
            you have accepted the conversation: by adding them, or by writing to them.

            EXAMPLES
              sotto read bob
              sotto read bob --json | jq -r .text
            """)

    @OptionGroup var who: Who
    @OptionGroup var network: NetworkOptions
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session) async throws {
        // A request from somebody new is not there to be resolved before it was fetched.
        let failure = try await session.exchange(network)
        let peer = try await session.resolve(who.who)
        let name = try await session.client.displayName(of: peer)
        var transcript = Transcript(output)
        var isNews = false
        while let last = try await show(session.client.unread(of: peer), name, &transcript) {
            try await session.client.markRead(peer, through: last)
            isNews = true
        }
        if let failure { throw failure }
        if isNews, let failure = try await session.exchange(network) { throw failure }
    }

    /// Answers the newest of the messages, if there are any.
    private func show(
        _ messages: [Message], _ name: String, _ transcript: inout Transcript
    ) throws -> MessageNumber? {
        for message in messages { try transcript.show(MessageRecord(message, name: name)) }
        return messages.map(\.number).max()
    }
}
