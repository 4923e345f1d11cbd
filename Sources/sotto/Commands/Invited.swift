// `sotto invited`: another invitation for an account that its relay has not let in yet.
import ArgumentParser
import SottoClient

struct Invited: HomeCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the relay another invitation, if it did not take the first.",
        discussion: """
            An invitation may be used up, have ended, or be mistyped. The account stays as it is; \
            the code is kept until the relay has opened the mailbox, also where it cannot be \
            reached now.

            EXAMPLE
              sotto invited 7k3m-92pd-x0qz-h4tf
            """)

    @Argument(help: ArgumentHelp("The invitation.", valueName: "code"))
    var code: String

    @Option(help: ArgumentHelp("How long to wait for the relay.", valueName: "duration"))
    var timeout = TimeSpan(.seconds(20))

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session) async throws {
        try session.client.keepInvitation(code)
        try await session.client.drain(timeout: timeout.duration)
        try output.show(AccountRecord(try await session.client.me()))
    }
}
