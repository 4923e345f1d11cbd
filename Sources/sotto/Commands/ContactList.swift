// `sotto contact list`: everybody one has added.
import ArgumentParser
import SottoClient

struct ContactList: HomeCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List your contacts.",
        discussion: """
            EXAMPLES
              sotto contact list
              sotto contact list --json | jq -r .name
            """)

    @OptionGroup var options: GlobalOptions

    func run(_ session: Session) async throws {
        let contacts = try await session.client.contacts()
        for contact in contacts { try output.show(ContactRecord(contact)) }
        if contacts.isEmpty, !output.isJSON {
            output.note("No contacts yet. Add one: sotto contact add LINK")
        }
    }
}
