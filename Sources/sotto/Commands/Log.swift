// `sotto log`: what was said with somebody.
import ArgumentParser
import SottoClient

struct Log: HomeCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what was said with somebody, and how far each message got.",
        discussion: """
            Shows messages without marking them as read. Beside your own messages stands how far \
            they got: waiting, sent (the relay has it), delivered (they have it), read.

            EXAMPLES
              sotto log bob
              sotto log bob --limit 5 --offline
              sotto log bob --json --limit 100000 | jq -r .text
            """)

    @OptionGroup var who: Who

    @Option(help: "How many messages, counted from the newest.")
    var limit = 50

    @OptionGroup var network: NetworkOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (1...Self.limitMax).contains(limit) else {
            throw ValidationError("--limit is 1 to \(Self.limitMax).")
        }
    }

    func run(_ session: Session) async throws {
        let peer = try await session.resolve(who.who)
        let failure = try await session.exchange(network)
        let name = try await session.client.displayName(of: peer)
        var transcript = Transcript(output)
        for message in try await newest(of: peer, session.client) {
            try transcript.show(MessageRecord(message, name: name))
        }
        if let failure { throw failure }
    }

    /// As many as were asked for, page by page, the oldest first.
    private func newest(of peer: PeerID, _ client: SottoClient) async throws -> [Message] {
        var messages: [Message] = []
        while messages.count < limit {
            let page = try await client.log(
                of: peer, limit: min(limit - messages.count, Self.pageMax),
                before: messages.first?.number)
            guard !page.isEmpty else { break }
            messages = page + messages
        }
        return messages
    }

    private static let limitMax = 100_000
    private static let pageMax = 1_000
}
