// `sotto inbox`: everything that arrives, for programs, exactly once.
import ArgumentParser

struct Inbox: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take what arrives, message by message, in a program.",
        discussion: """
            What arrives is numbered 1, 2, 3, ... Each consumer, a name you choose, has a place \
            of its own in that row, which only its `ack` moves: what was not acknowledged comes \
            again, after a crash too.

            EXAMPLES
              sotto inbox next --consumer bot --wait 30s --json
              sotto inbox ack 17 --consumer bot
            """,
        subcommands: [InboxNext.self, InboxAck.self])

    @OptionGroup var options: GlobalOptions
}
