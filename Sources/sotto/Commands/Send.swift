// `sotto send`: one message to somebody.
import ArgumentParser
import Foundation
import SottoClient

struct Send: HomeCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send a message.",
        discussion: """
            The message is stored before anything else: if the relay cannot be reached it goes \
            out later, with the next command that reaches it or while `sotto watch` runs.

            --wait says how far the message must get before the command ends: `sent`, the relay \
            has it; `delivered`, a device of theirs has it; `read`. Works beside `sotto watch`.

            EXAMPLES
              sotto send bob 'Hello!'
              sotto send bob 'Are you there?' --wait read --timeout 5m
              git log -1 | sotto send bob -
              sotto send bob -- '-starts with a dash'
            """)

    @OptionGroup var who: Who

    @Argument(help: "The message; - or nothing: what standard input holds.")
    var text: String?

    @Argument(help: .hidden)
    var unquoted: [String] = []

    @Option(help: "How far it must get: sent, delivered or read.")
    var wait = WaitStage.sent

    @OptionGroup var network: NetworkOptions
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard unquoted.isEmpty else {
            throw ValidationError("Put the message in quotes: sotto send \(who.who) 'Hello you!'")
        }
        if network.offline && wait != .sent {
            throw ValidationError("With --offline there is nothing to wait for.")
        }
    }

    func run(_ session: Session) async throws {
        let peer = try await session.resolve(who.who)
        let message = try messageText()
        let number = try await session.client.send(message, to: peer)
        var failure: Failure?
        if !network.offline {
            do {
                _ = try await session.client.wait(
                    for: wait.stage, of: number, timeout: network.timeout.duration)
                // The message is where it should be; what else there is to fetch may wait.
                _ = try await session.exchange(network)
            } catch {
                failure = Failure(error)
            }
        }
        let stored = try await session.client.message(number)
        let name = try await session.client.displayName(of: peer)
        try output.show(MessageRecord(stored, name: name))
        if let failure { throw told(failure, stored) }
    }

    private func messageText() throws -> String {
        if let text, text != "-" { return text }
        if isatty(STDIN_FILENO) == 1 { output.note("Type the message; Ctrl-D ends it.") }
        let input = FileHandle.standardInput.readDataToEndOfFile()
        guard let text = String(validating: input, as: UTF8.self) else {
            throw Failure.usage(
                "Standard input is not UTF-8 text.", hint: "Only text can be sent.")
        }
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// A message that the relay took is not queued any more, however long one waits for the rest.
    private func told(_ failure: Failure, _ message: Message) -> Failure {
        if case .outgoing(.waiting) = message.direction {
            return failure.queueing(message.number)
        }
        guard case .outgoing(.reached(let stage, _)) = message.direction,
            failure.status == .network
        else { return failure }
        return Failure(
            status: .network, code: failure.code,
            message: "The message is \(MessageRecord.State(stage).rawValue), but was not "
                + "\(wait.rawValue) within \(TimeSpan.describe(network.timeout.duration)).",
            hint: "Nothing needs to be sent again: `sotto log` shows how far it got.",
            isRetryable: false)
    }
}

enum WaitStage: String, ExpressibleByArgument, CaseIterable {
    case sent, delivered, read

    var stage: Stage {
        switch self {
        case .sent: .sent
        case .delivered: .delivered
        case .read: .read
        }
    }
}
