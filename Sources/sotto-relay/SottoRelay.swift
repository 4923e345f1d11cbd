// `sotto-relay`: a blind relay for one machine.

import ArgumentParser
import Foundation

/// The command and its subcommands.
@main
struct SottoRelay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sotto-relay",
        abstract: "Stores and forwards sealed messages without learning whose they are.",
        discussion: """
            A relay keeps its database and blobs in a data folder, and in a folder of keys beside \
            it the keys by which its users know it and its tokens hold. Copy the keys once, to a \
            safe place. `sotto-relay backup` copies the data while the relay runs; `restore` puts \
            it back.

            EXAMPLES
              sotto-relay print-config > /etc/sotto/relay.yaml
              sotto-relay serve --data /var/lib/sotto --listen 127.0.0.1:8340
              sotto-relay status --data /var/lib/sotto
              sotto-relay invite --data /var/lib/sotto
              sotto-relay backup --data /var/lib/sotto /backup/sotto
              sotto-relay doctor --data /var/lib/sotto
              sotto-relay verify-log --data /var/lib/sotto
              sotto-relay help serve

            EXIT CODES
              0  all went well          1  wrong use
              2  a fault of the relay   3  the address cannot be listened on
              7  the data folder or the certificate was refused
            """,
        version: Version.text,
        subcommands: [
            Serve.self, Status.self, Users.self, Quota.self, Invite.self, Ban.self, Drain.self,
            Backup.self, Restore.self, Doctor.self, PrintConfig.self, CheckConfig.self,
            Inspect.self, VerifyLog.self, Restored.self, Version.self,
        ])

    /// Runs one command; every failure is a sentence on standard error and a number.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            say("sotto-relay: \(failure.sentence)", to: .standardError)
            Self.end(failure.code)
        } catch {
            let isWanted = exitCode(for: error) == .success
            say(fullMessage(for: error), to: isWanted ? .standardOutput : .standardError)
            Self.end(isWanted ? 0 : Failure.usage)
        }
    }

    private static func end(_ code: Int32) -> Never { Foundation.exit(code) }
}

/// Why a command did not do what it was asked.
struct Failure: Error {
    /// What happened and what can be done about it.
    let sentence: String
    /// The program's exit code.
    let code: Int32

    static let usage: Int32 = 1
    static let fault: Int32 = 2
    static let network: Int32 = 3
    static let refused: Int32 = 7
}

/// Writes a line at once: who waits for it may be at the other end of a pipe.
func say(_ line: String, terminator: String = "\n", to file: FileHandle) {
    try? file.write(contentsOf: Data((line + terminator).utf8))
}
