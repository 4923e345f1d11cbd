// `sotto-relay invite`: codes that open mailboxes.

import ArgumentParser
import Foundation
import SottoRelayServer

struct Invite: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make an invitation: a code that opens a mailbox.",
        discussion: """
            Prints the code once; the relay keeps its hash alone. With registration.policy \
            invitation nobody opens a mailbox without one. Who gets it runs \
            `sotto init --relay URL --invite CODE`.

            EXAMPLES
              sotto-relay invite --data /var/lib/sotto
              sotto-relay invite --data /var/lib/sotto --uses 5 --expires 30d
            """)

    @Option(help: ArgumentHelp("How many mailboxes it opens.", valueName: "n"))
    var uses: UInt32 = 1

    @Option(
        help: ArgumentHelp("How long it holds: 45m, 12h, 7d.", valueName: "time"))
    var expires = "7d"

    @OptionGroup var location: DataLocation

    func validate() throws {
        guard uses > 0 else { throw ValidationError("--uses is 1 or more.") }
        guard Self.seconds(expires) != nil else {
            throw ValidationError("--expires is a number with m, h or d: 45m, 12h, 7d.")
        }
    }

    func run() throws {
        let request = OperatorRequest.invite(uses: uses, seconds: Self.seconds(expires) ?? 0)
        let answer = try OperatorSocket(data: try location.data()).demand(request)
        guard case .invitation(let code, _) = answer else {
            throw Failure(sentence: "the relay answers something else", code: Failure.fault)
        }
        say(code, to: .standardOutput)
    }

    /// The seconds of a time, a year at most.
    static func seconds(_ text: String) -> UInt64? {
        let units: [Character: UInt64] = ["m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last.flatMap({ units[$0] }), let count = UInt64(text.dropLast()),
            (1...525_600).contains(count), count * unit <= 365 * 86_400
        else { return nil }
        return count * unit
    }
}
