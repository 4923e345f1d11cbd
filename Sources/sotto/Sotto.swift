// The `sotto` command: what it is made of, and how it begins and ends.
import ArgumentParser
import Foundation
import SottoClient

@main
struct Sotto: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sotto",
        abstract: "Talk to people through a relay that learns nothing.",
        discussion: """
            Every message is end-to-end encrypted on this device. The relay stores and forwards \
            sealed envelopes, and knows neither who you are nor what you say.

            START
              sotto init --relay wss://relay.example --name Alice
              sotto me                       your contact link: give it to a friend
              sotto contact add 'sotto:...'  the link your friend gave you
              sotto send bob 'Hello!'
              sotto chat bob

            SCRIPTS
            With --json, each line of standard output is one JSON object, and an error is one on \
            standard error, with code, message, hint and retryable. Exit codes: 0 ok, 1 usage, \
            2 internal, 3 network, 4 identity not trusted, 5 quota or rate, 6 not found, \
            7 refused, 8 partly delivered.

            SHELL COMPLETION
              sotto --generate-completion-script bash > ~/.sotto-completion.bash
            """,
        version: SottoVersion.text,
        subcommands: [
            Init.self, Invited.self, ShowMe.self, TakeUserName.self, ContactCommand.self,
            Verify.self, Send.self, Chat.self, List.self, Log.self, Read.self, Watch.self,
            Alarms.self, Inbox.self, DeleteAccount.self, Version.self,
        ])

    @OptionGroup var options: GlobalOptions

    static func main() async {
        // A reader that went away is told by a failed write, which ends the command quietly.
        signal(SIGPIPE, SIG_IGN)
        let arguments = Array(CommandLine.arguments.dropFirst())
        let status = await execute(arguments)
        Foundation.exit(status.rawValue)
    }

    private static func execute(_ arguments: [String]) async -> ExitStatus {
        var output = Output(isJSON: GlobalOptions.asksForJSON(arguments))
        do {
            let command = try await asyncParseAsRoot(arguments)
            if let command = command as? any OutputCommand {
                output = Output(isJSON: command.options.json)
            }
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = command
                try command.run()
            }
            return .success
        } catch {
            return finish(error, output)
        }
    }

    /// Tells the error, or the help that was asked for, and answers with the exit status.
    private static func finish(_ error: any Error, _ output: Output) -> ExitStatus {
        switch error {
        case is Output.ReaderIsGone:
            return .success
        case let failure as Failure:
            output.fail(failure)
            return failure.status
        case let error as ClientError:
            return finish(Failure(error), output)
        default:
            break
        }
        if exitCode(for: error) == .success {
            try? output.text(fullMessage(for: error))
            return .success
        }
        if output.isJSON || !isUsage(error) {
            return finish(isUsage(error) ? .usage(message(for: error)) : Failure(error), output)
        }
        output.note(fullMessage(for: error))
        return .usage
    }

    private static func isUsage(_ error: any Error) -> Bool {
        exitCode(for: error) == .validationFailure
    }
}

/// A command that prints, and so knows whether it prints JSON.
protocol OutputCommand: AsyncParsableCommand {
    var options: GlobalOptions { get }
}

extension OutputCommand {
    var output: Output { Output(isJSON: options.json) }
}

enum SottoVersion {
    static let text = "0.1.0"
    static let protocolVersion = 1
}
