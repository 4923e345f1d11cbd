// `sotto contact add`: takes somebody's contact link.
import ArgumentParser
import SottoClient

struct ContactAdd: HomeCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add somebody by their contact link or user name, or take a request.",
        discussion: """
            The link begins with `sotto:` and has a `#` in it: put it in quotes. Adding a link \
            again renews what is known of it; --name then gives the contact another name. Adding \
            somebody who wrote to you first accepts the conversation; for that the first digits \
            of their account id, as `sotto list` shows them, are enough.

            EXAMPLES
              sotto contact add 'sotto:wss://relay.example#AbC...'
              sotto contact add 'sotto:wss://relay.example#AbC...' --name Bob
              sotto contact add @bob
              sotto contact add 3fa9b2c1
            """)

    @Argument(
        help: """
            The contact link, as their `sotto me` shows it; or @ and their user name at your \
            relay; or digits of an account id.
            """)
    var link: String

    @Option(help: "What you call them. Default: what they call themselves, once they have written.")
    var name: String?

    @Option(help: ArgumentHelp("How long to wait for the relay.", valueName: "duration"))
    var timeout = TimeSpan(.seconds(20))

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session) async throws {
        let contact = try await contact(session)
        try output.show(ContactRecord(contact))
        // Accepting a request owes receipts for what had come before.
        try await session.client.drain(timeout: timeout.duration)
    }

    private func contact(_ session: Session) async throws -> Contact {
        if link.allSatisfy(\.isHexDigit) {
            return try await session.client.accept(session.resolve(link), name: name)
        }
        if link.hasPrefix("@") {
            return try await session.client.addContact(
                userName: link, name: name, timeout: timeout.duration)
        }
        return try await session.client.addContact(
            link: link, name: name, timeout: timeout.duration)
    }
}
