// `sotto watch`: everything, as it happens.
import ArgumentParser
import SottoClient

struct Watch: HomeCommand {
    static let isLive = true

    static let configuration = CommandConfiguration(
        abstract: "Stay connected and print everything as it happens.",
        discussion: """
            Takes in what arrives, sends what waits, and prints both until it is interrupted \
            (Ctrl-C or SIGTERM). Marks nothing as read. Other commands work beside it.

            EXAMPLES
              sotto watch
              sotto watch --json | jq -r 'select(.type == "message") | .text'
            """)

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session) async throws {
        var transcript = Transcript(output)
        var connection = ConnectionTeller(output)
        try await LiveFeed.run(session.client) { feed in
            for await input in feed.inputs {
                guard case .event(let event) = input else {
                    if case .failed(let failure) = input { throw failure }
                    return
                }
                switch event {
                case .arrived(let message):
                    let name = try await session.client.displayName(of: message.peer)
                    try transcript.show(MessageRecord(message, name: name))
                case .advanced(let message):
                    let name = try await session.client.displayName(of: message.peer)
                    try output.show(MessageRecord(message, name: name, as: .state))
                case .named(let peer, let name):
                    try output.show(NamedRecord(account: peer.hex, name: name))
                case .connection(let state):
                    try connection.tell(state)
                case .missed:
                    try output.show(MissedRecord())
                case .alarm:
                    break  // The session shows every alarm.
                }
            }
        }
    }
}
