// `sotto chat`: a conversation, line by line.
import ArgumentParser
import SottoClient

struct Chat: HomeCommand {
    static let isLive = true

    static let configuration = CommandConfiguration(
        abstract: "Talk with somebody: typed lines go out, arriving ones print.",
        discussion: """
            Begins with the last messages. Each line you type is one message; what arrives is \
            marked as read. Ctrl-D ends it once everything is sent, Ctrl-C at once: what was not \
            sent by then goes out later. Works on a pipe too.

            EXAMPLES
              sotto chat bob
              printf 'first\\nsecond\\n' | sotto chat bob
            """)

    @OptionGroup var who: Who

    @OptionGroup var options: GlobalOptions

    @Option(
        help: ArgumentHelp(
            "After the last line: how long to wait for the relay.", valueName: "duration"))
    var timeout = TimeSpan(.seconds(20))

    func run(_ session: Session) async throws {
        let peer = try await session.resolve(who.who)
        var room = try await ChatRoom(session, with: peer)
        if !output.isJSON {
            output.note(output.style.dim("Talking with \(room.title). Ctrl-D ends it."))
        }
        try await room.begin()
        var isEnding = false
        try await LiveFeed.run(session.client, readsLines: true) { feed in
            for await input in feed.inputs {
                switch input {
                case .line(let line):
                    try await room.say(line)
                    feed.takeLine()
                case .endOfLines:
                    feed.settle(room.settling(within: timeout.duration))
                    feed.pause(for: .seconds(1))
                    isEnding = true
                case .event(let event): try await room.happened(event, feed)
                case .pause:
                    try room.tellStates()
                    if isEnding { output.note("Still sending. Ctrl-C leaves it for later.") }
                    isEnding = false
                case .settled(let failure):
                    try await room.end()
                    if let failure { throw failure }
                    return
                case .failed(let failure): throw failure
                case .interrupted: return
                }
            }
        }
    }
}
