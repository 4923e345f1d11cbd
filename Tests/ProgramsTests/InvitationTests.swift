// A relay that lets in who it invites: the host's command, the guest's, and both programs between.

import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(3))) struct InvitationTests {
    private func sotto(_ home: String, _ arguments: String...) async throws -> Program.Outcome {
        try await Program("sotto", arguments + ["--home", home]).outcome()
    }

    @Test("[REG-1] [REG-2] [REG-4] without an invitation no mailbox opens; with one, one does")
    func invited() async throws {
        let relay = try await RelayFixture([
            "--registration-policy", "invitation", "--registration-work-bits", "8",
        ])
        let invite = try await Program(
            "sotto-relay", ["invite", "--data", relay.dataFolder, "--expires", "2h"]
        ).outcome()
        #expect(invite.status == 0, "\(invite.errors)")
        let code = invite.output.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(code.wholeMatch(of: /[0-9a-z]{4}(-[0-9a-z]{4}){3}/) != nil)

        let home = relay.folder.path + "/guest"
        let uninvited = try await sotto(
            home, "init", "--relay", relay.address, "--timeout", "3s")
        #expect(uninvited.status != 0)
        let useless = try await sotto(home, "invited", "0000-0000-0000-0000")
        #expect(useless.status == 7 && useless.errors.contains("without an invitation"))
        let late = try await sotto(home, "invited", code.uppercased())
        #expect(late.status == 0, "\(late.errors)")
        #expect(!late.output.contains("does not work yet"))
        #expect(!FileManager.default.fileExists(atPath: home + "/invitation"))
        let other = relay.folder.path + "/other"
        let wrong = try await sotto(other, "init", "--relay", relay.address, "--invite", "x")
        #expect(wrong.status != 0 && wrong.errors.contains("no invitation"))
        #expect(!FileManager.default.fileExists(atPath: other))

        let users = try await Program("sotto-relay", ["users", "--data", relay.dataFolder])
            .outcome()
        #expect(users.output.contains(/devices registered +1\n/), "\(users.output)")
        let again = try await sotto(
            other, "init", "--relay", relay.address, "--invite", code, "--timeout", "3s")
        #expect(again.status != 0 && again.errors.contains("without an invitation"))
        await relay.stop()
    }

    @Test("[HOST-2] [HOST-4] a relay that runs is looked at, backed up, drained, and put back")
    func operated() async throws {
        let relay = try await RelayFixture()
        func run(_ arguments: String...) async throws -> Program.Outcome {
            try await Program("sotto-relay", arguments + ["--data", relay.dataFolder]).outcome()
        }
        let status = try await run("status", "--json")
        #expect(status.status == 0 && status.output.contains("\"isReady\":true"))
        #expect(try await run("status").output.contains("ready, up"))
        #expect(try await run("quota", "--entries", "77").output.contains("entries  77"))
        #expect(try await run("check-config").output.contains(/mailbox.entries +77 +.*changed/))
        #expect(try await run("doctor").status == 0)
        #expect(try await run("ban", "192.0.2.0/24").output.contains("holds now"))
        #expect(try await run("ban").output == "192.0.2.0/24\n")
        let backup = relay.folder.path + "/backup"
        #expect(try await run("backup", backup).status == 0)
        #expect(!FileManager.default.fileExists(atPath: backup + "/keys"))
        #expect(try await run("restore", backup).status == 7)
        #expect(try await run("drain").status == 0)
        #expect(try await run("drain").status == 3)
        #expect(try await run("status").status == 3)
        try FileManager.default.removeItem(atPath: relay.dataFolder)
        #expect(try await run("restore", backup).status == 0)
        try await relay.start()
        #expect(try await run("status").status == 0)
        await relay.stop()
    }
}
