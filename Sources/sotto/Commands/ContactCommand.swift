// `sotto contact`: the people one knows.
import ArgumentParser

struct ContactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contact",
        abstract: "Add and list the people you know.",
        discussion: """
            EXAMPLES
              sotto contact add 'sotto:wss://relay.example#AbC...' --name Bob
              sotto contact list
            """,
        subcommands: [ContactAdd.self, ContactList.self])

    @OptionGroup var options: GlobalOptions
}
