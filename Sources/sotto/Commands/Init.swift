// `sotto init`: makes an account.
import ArgumentParser
import SottoClient

struct Init: OutputCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make an account at a relay.",
        discussion: """
            Makes the home folder with your keys, and a mailbox at the relay. Prints your contact \
            link, and once, never again, your recovery code.

            The relay's key is trusted as it shows itself now, or only if it is the one that \
            --relay-id names: ask whoever runs the relay, or see a friend's `sotto me`.

            EXAMPLES
              sotto init --relay wss://relay.example --name Alice
              sotto init --relay wss://relay.example --name Alice --username alice
              sotto init --relay wss://relay.example --invite 7k3m-92pd-x0qz-h4tf
              sotto init --relay ws://localhost:8340 --home ./alice    (a relay on this machine)
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: ArgumentHelp("The relay: wss://HOST[:PORT].", valueName: "url"))
    var relay: String

    @Option(help: "What you are called; those you write to see it.")
    var name: String?

    @Option(
        help: ArgumentHelp(
            "A user name at the relay, by which others find you: see `sotto username`.",
            valueName: "name"))
    var username: String?

    @Option(
        name: .customLong("relay-id"),
        help: ArgumentHelp("The relay's key as 64 hex digits.", valueName: "hex"))
    var relayID: String?

    @Option(
        help: ArgumentHelp("The invitation that the relay's host gave you.", valueName: "code"))
    var invite: String?

    @Option(help: ArgumentHelp("How long to wait for the relay.", valueName: "duration"))
    var timeout = TimeSpan(.seconds(20))

    func run() async throws {
        let creation = try await SottoClient.create(
            home: options.home, relay: relay, relayID: relayID, name: name,
            invitation: invite, timeout: timeout.duration, logger: Session.logger())
        let session = Session(client: creation.client, output: output)
        try await session.whileOpen(isLive: false) { session in
            let refusal = await takeUserName(session)
            let me = try await session.client.me()
            try output.show(AccountRecord(me, recoveryCode: creation.recoveryCode))
            if let fault = creation.unpublished ?? refusal { throw Failure(fault) }
        }
    }

    /// The account is there by now, so its recovery code is shown whatever comes of the name.
    private func takeUserName(_ session: Session) async -> ClientError? {
        guard let username else { return nil }
        do throws(ClientError) {
            try await session.client.takeUserName(username, timeout: timeout.duration)
            return nil
        } catch {
            return error
        }
    }
}
