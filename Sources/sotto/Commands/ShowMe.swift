// `sotto me`: who one is, and the link to give to others.
import ArgumentParser
import SottoClient

struct ShowMe: HomeCommand {
    static let configuration = CommandConfiguration(
        commandName: "me",
        abstract: "Show your contact link, safety number and relay.",
        discussion: """
            Your contact link holds a secret: give it to people who may write to you, and do not \
            publish it. Half of every safety number is yours; `sotto verify WHO` shows the whole.

            EXAMPLES
              sotto me
              sotto me --json | jq -r .link
            """)

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session) async throws {
        try output.show(AccountRecord(try await session.client.me()))
    }
}
