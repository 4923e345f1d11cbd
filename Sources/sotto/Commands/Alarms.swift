// `sotto alarms`: what there was to warn of.
import ArgumentParser
import Foundation
import SottoClient

struct Alarms: HomeCommand {
    static let configuration = CommandConfiguration(
        abstract: "List what you were warned of, the newest last.",
        discussion: """
            A relay that contradicts itself, something missing, something that could not be read: \
            every command says so once, after its own output. This lists all of it again, with \
            what to do. With --json the signed proofs are there, for others to check.

            EXAMPLES
              sotto alarms
              sotto alarms --json | jq 'select(.code == "fork") | .evidence'
              sotto alarms --export fork.proof && sotto-vectors judge fork.proof
            """)

    @Option(help: "How many, counted from the newest.")
    var limit = 50

    @Option(
        help: ArgumentHelp(
            "Write the newest proof that the relay told two histories to a file for others.",
            valueName: "file"))
    var export: String?

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (1...Self.limitMax).contains(limit) else {
            throw ValidationError("--limit is 1 to \(Self.limitMax).")
        }
    }

    func run(_ session: Session) async throws {
        if let export { try await write(to: export, session) }
        let teller = AlarmTeller(client: session.client, output: output, isResult: true)
        let unseen = try await session.client.unseenAlarms().count
        let alarms = try await session.client.alarms(limit: max(limit, unseen))
        for alarm in alarms.reversed() {
            let name = await teller.name(of: alarm)
            try output.show(AlarmRecord(alarm, name: name, withProof: true))
        }
        try await session.client.markSeen(alarms)
        if alarms.isEmpty, !output.isJSON { output.note("There was nothing to warn you of.") }
    }

    private func write(to file: String, _ session: Session) async throws {
        guard let proof = try await session.client.forkProof() else {
            throw Failure(
                status: .notFound, code: "no_proof",
                message: "There is no proof that the relay told two histories.",
                hint: "See `sotto alarms` for what there is.", isRetryable: false)
        }
        do {
            try Data(proof).write(to: URL(fileURLWithPath: file), options: .withoutOverwriting)
        } catch {
            throw Failure.usage(
                "\(file) cannot be written.", hint: "Name a file that is not there.")
        }
    }

    private static let limitMax = 1_000
}
