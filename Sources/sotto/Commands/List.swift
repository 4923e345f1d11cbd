// `sotto list`: all conversations.
import ArgumentParser
import SottoClient

struct List: HomeCommand {
    static let configuration = CommandConfiguration(
        abstract: "List conversations, the newest first.",
        discussion: """
            Fetches what the mailbox holds first. A conversation marked as a request was begun \
            by somebody you have not added: they get no receipts from you until you add them or \
            answer.

            EXAMPLES
              sotto list
              sotto list --json | jq 'select(.unread > 0) | .name'
            """)

    @OptionGroup var network: NetworkOptions
    @OptionGroup var options: GlobalOptions

    func run(_ session: Session) async throws {
        let failure = try await session.exchange(network)
        let conversations = try await session.client.conversations()
        for conversation in conversations { try output.show(ConversationRecord(conversation)) }
        if conversations.isEmpty, !output.isJSON {
            output.note(
                "No conversations yet. Give your link (`sotto me`) to somebody, or add theirs.")
        }
        if let failure { throw failure }
    }
}
