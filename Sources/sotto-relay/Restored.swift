// `sotto-relay restored`: a data folder that was put back from a backup begins another life.

import ArgumentParser
import Foundation
import SottoRelayCore
import SottoRelaySQLite

struct Restored: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mark a data folder as put back from a backup, before it is served again.",
        discussion: """
            What the relay took after the backup was made is lost. It must not give the numbers \
            that it gave then to other messages in the same name: its users' programs would hold \
            that for a forged order, with proof. After this command they say instead that the \
            relay was restored, and conversations go on from where the backup has them.

            Keys and contents stay; the relay is still the one that links name. Run it once for \
            each time that a folder is put back, and not for one that was only moved.

            EXAMPLE
              sotto-relay restored --data /var/lib/sotto
            """)

    @Option(
        help: ArgumentHelp("The data folder that was put back.", valueName: "dir"))
    var data: String

    func run() throws {
        do {
            try RelayHome.markRestored(folder: data)
        } catch {
            throw Failure(sentence: "\(data): \(error.sentence)", code: Failure.refused)
        }
        say(
            "\(data): marked as restored; users are told so when they connect",
            to: .standardOutput)
    }
}
