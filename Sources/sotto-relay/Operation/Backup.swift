// `sotto-relay backup` and `restore`: copies of the data, made while the relay runs.

import ArgumentParser
import Foundation
import SottoRelaySQLite

struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy what the relay holds, as of one moment, while it runs or not.",
        discussion: """
            The copy is whole and consistent: database, blobs, and nothing else. It holds sealed \
            messages and pseudonyms, no names and no content; keep it as you keep the relay all \
            the same. The keys are left out unless you ask: who has keys and data is the relay. \
            Copy them once, with --with-keys or by hand, and keep them somewhere else.

            EXAMPLES
              sotto-relay backup /backup/sotto-$(date +%F) --data /var/lib/sotto
              sotto-relay backup /safe/sotto --data /var/lib/sotto --with-keys
            """)

    @Argument(help: ArgumentHelp("Where to; made here, or empty.", valueName: "dir"))
    var folder: String

    @Flag(help: "Copy the relay's keys too.")
    var withKeys = false

    @OptionGroup var location: DataLocation

    func run() throws {
        let (settings, data) = try location.settings()
        do {
            try RelayBackup.make(
                of: data, withKeysIn: withKeys ? settings.keyFolder(data) : nil, in: folder)
        } catch {
            throw Failure(sentence: "\(folder): \(error.sentence)", code: Failure.refused)
        }
        let keys = withKeys ? "with the keys" : "without the keys"
        say("\(folder): a backup of \(data), \(keys)", to: .standardOutput)
    }
}

struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a backup back into an empty data folder.",
        discussion: """
            What the relay took after the backup was made is lost, and users' programs say that \
            the relay was restored: the store begins another life. Keys that the backup holds are \
            put into the folder of keys if it has none.

            EXAMPLE
              sotto-relay restore /backup/sotto-2027-01-31 --data /var/lib/sotto
            """)

    @Argument(help: ArgumentHelp("The backup.", valueName: "dir"))
    var folder: String

    @OptionGroup var location: DataLocation

    func run() throws {
        let (settings, data) = try location.settings()
        let keys = settings.keyFolder(data)
        let isWhole: Bool
        do {
            isWhole = try RelayBackup.restore(folder, to: data, keys: keys)
        } catch {
            throw Failure(sentence: "\(data): \(error.sentence)", code: Failure.refused)
        }
        say("\(data): restored from \(folder); users are told so", to: .standardOutput)
        if !isWhole {
            say(
                "before you serve it, put relay-key and master-key into \(keys)",
                to: .standardOutput)
        }
    }
}
