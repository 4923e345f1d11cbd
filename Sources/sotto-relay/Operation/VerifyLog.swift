// `sotto-relay verify-log`: computes every lane's chain anew and compares what was answered.

import ArgumentParser
import Foundation
import SottoRelaySQLite

struct VerifyLog: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-log",
        abstract: "Compute every lane's chain anew and compare every head that was answered.",
        discussion: """
            Reads the links of the last 30 days and the answers of the last day, and changes \
            nothing; the relay may serve meanwhile. Ends with 0 if all of it agrees, with 2 if \
            something does not.

            EXAMPLE
              sotto-relay verify-log --data /var/lib/sotto
            """)

    @OptionGroup var location: DataLocation

    func run() throws {
        let (_, data) = try location.settings()
        let audit: LogAudit
        do {
            audit = try LogAudit(folder: data)
        } catch .unreadable(let reason) {
            throw Failure(
                sentence: "\(data): there is no relay's log that can be read: \(reason)",
                code: Failure.refused)
        }
        say(
            "\(audit.lanes) lanes, \(audit.links) links, \(audit.answers) answers",
            to: .standardOutput)
        for fault in audit.faults { say(fault.sentence, to: .standardOutput) }
        guard audit.faultCount == 0 else {
            throw Failure(
                sentence: "\(data): the log does not agree with itself in "
                    + "\(audit.faultCount) places", code: Failure.fault)
        }
        say("all of it agrees", to: .standardOutput)
    }
}
