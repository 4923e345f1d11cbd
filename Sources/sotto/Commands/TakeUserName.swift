// `sotto username`: a short name at the relay that leads to one's contact link.
import ArgumentParser
import SottoClient

struct TakeUserName: HomeCommand {
    static let configuration = CommandConfiguration(
        commandName: "username",
        abstract: "Take a user name at your relay, show it, or give it back.",
        discussion: """
            Who knows your user name can write to you as if they had your contact link, at your \
            relay alone. It has 3 to 32 of the letters a to z, digits, '.', '_' and '-'; capital \
            letters count as small ones. The relay does not see it: it can only guess, at a price.

            A new name takes the place of the one before, which anybody can take then.

            EXAMPLES
              sotto username alice
              sotto username
              sotto username --drop
            """)

    @Argument(help: "The user name; without it, the one you have is shown.")
    var name: String?

    @Flag(help: "Give the name back.")
    var drop = false

    @Option(help: ArgumentHelp("How long to wait for the relay.", valueName: "duration"))
    var timeout = TimeSpan(.seconds(20))

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard name == nil || !drop else {
            throw ValidationError("Either name one or --drop yours, not both.")
        }
    }

    func run(_ session: Session) async throws {
        if let name {
            // A name leads to what the account has published.
            try await session.client.drain(timeout: timeout.duration)
            try await session.client.takeUserName(name, timeout: timeout.duration)
        } else if drop {
            try await session.client.dropUserName(timeout: timeout.duration)
        }
        try output.show(UserNameRecord(try await session.client.me()))
    }
}
