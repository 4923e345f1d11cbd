// `sotto verify`: the safety number with somebody, and whether it was compared.
import ArgumentParser
import SottoClient

struct Verify: HomeCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the safety number with somebody, or say that it is right.",
        discussion: """
            Both sides see the same 60 digits. Read them to each other where nobody can be faked: \
            face to face, or by telephone with a voice you know. If they differ, somebody else's \
            account is posing as theirs.

            EXAMPLES
              sotto verify bob              show the number
              sotto verify bob --accept     the numbers are the same
              sotto verify bob --withdraw   no longer sure
            """)

    @OptionGroup var who: Who

    @Flag(help: "The numbers are the same: mark them as verified.")
    var accept = false

    @Flag(help: "Take the mark away.")
    var withdraw = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if accept && withdraw {
            throw ValidationError("Give --accept or --withdraw, not both.")
        }
    }

    func run(_ session: Session) async throws {
        let peer = try await session.resolve(who.who)
        if accept || withdraw { try await session.client.setVerified(peer, accept) }
        let number = try await session.client.safetyNumber(with: peer)
        let name = try await session.client.displayName(of: peer)
        try output.show(SafetyNumberRecord(number, of: peer, name: name))
    }
}
