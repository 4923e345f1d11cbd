// `sotto delete-account`: leaves the relay for good and removes the home.
import ArgumentParser
import SottoClient

struct DeleteAccount: OutputCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete-account",
        abstract: "Delete your account: all of it at the relay, and this home.",
        discussion: """
            Takes your user name, your record, your key packages and your mailbox away from the \
            relay, and then removes the home folder with your keys and messages. What you wrote \
            stays with those you wrote to. Nothing brings the account back.

            Where the relay is not reached nothing is deleted; run it again.

            EXAMPLES
              sotto delete-account --yes
            """)

    @OptionGroup var options: GlobalOptions

    @Flag(help: "That you mean it.")
    var yes = false

    @Option(help: ArgumentHelp("How long to wait for the relay.", valueName: "duration"))
    var timeout = TimeSpan(.seconds(20))

    func run() async throws {
        guard yes else {
            throw Failure.usage(
                "This deletes the account in \(options.home) for good.",
                hint: "Say --yes if you mean it.")
        }
        let client = try await SottoClient.open(home: options.home, logger: Session.logger())
        let account = try await client.me().account
        try await client.deleteAccount(timeout: timeout.duration)
        try output.show(DeletedRecord(account: account.hex))
    }
}
