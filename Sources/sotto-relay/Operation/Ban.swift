// `sotto-relay ban`: addresses and mailboxes that are not served.

import ArgumentParser
import Foundation
import SottoRelayCore
import SottoRelayServer

struct Ban: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop serving addresses or a mailbox, open connections included.",
        discussion: """
            Takes a range of addresses or the 32 hex digits of a mailbox's id. Holds at once for \
            a relay that runs, and is kept in the data folder. Without arguments the bans are \
            listed. A relay behind a proxy knows addresses if proxies.addresses is set.

            EXAMPLES
              sotto-relay ban --data /var/lib/sotto 192.0.2.0/24
              sotto-relay ban --data /var/lib/sotto --lift 192.0.2.0/24
              sotto-relay ban --data /var/lib/sotto
            """)

    @Argument(help: ArgumentHelp("Addresses, or a mailbox's id.", valueName: "whom"))
    var whom: [String] = []

    @Flag(help: "Serve these again.")
    var lift = false

    @OptionGroup var location: DataLocation

    func run() throws {
        let data = try location.data()
        let file = BanFile(data: data)
        var kept = try file.read()
        for text in whom {
            guard let ban = BanList.Ban(text) else {
                throw Failure(
                    sentence: "\"\(text)\" is no address, range of addresses or mailbox",
                    code: Failure.usage)
            }
            kept.removeAll { $0 == ban }
            if !lift { kept.append(ban) }
        }
        guard !whom.isEmpty else {
            return say(kept.map { "\($0)\n" }.joined(), terminator: "", to: .standardOutput)
        }
        try file.write(kept)
        let isRunning = try OperatorSocket(data: data).ask(.ban(kept.map(\.description))) != nil
        say(isRunning ? "holds now" : "holds from the next start on", to: .standardOutput)
    }
}

/// The bans in a data folder, a line each.
struct BanFile {
    private let path: String

    init(data: String) { path = data + "/bans" }

    /// The list, as far as it can be read.
    var list: BanList { BanList((try? read()) ?? []) }

    func read() throws(Failure) -> [BanList.Ban] {
        guard let bytes = FileManager.default.contents(atPath: path) else { return [] }
        var bans: [BanList.Ban] = []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            guard let ban = BanList.Ban(String(line)) else {
                throw Failure(
                    sentence: "\(path): \"\(line)\" is no address, range or mailbox",
                    code: Failure.refused)
            }
            bans.append(ban)
        }
        return bans
    }

    func write(_ bans: [BanList.Ban]) throws(Failure) {
        do {
            let text = bans.map { "\($0)\n" }.joined()
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        } catch {
            throw Failure(sentence: "\(path): cannot be written", code: Failure.refused)
        }
    }
}
