// `sotto-vectors judge`: whether a file proves that a relay told two orders of one lane.

import ArgumentParser
import Foundation
import SottoRelayProtocol
import SottoWire

/// `sotto-vectors judge FILE`.
struct Judge: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says whether a file proves that a relay told two orders of one lane.",
        discussion: """
            The file is a `ForkProof` of spec/relay.md, section 4, Heads. Ends with 0 if it proves \
            a fork, else with 1.
            """)

    @Argument(help: "The file.")
    var file: String

    func run() throws {
        let bytes: [UInt8]
        do {
            bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        } catch {
            throw ValidationError("\(file) cannot be read")
        }
        guard let proof = try? ForkProof(wireBytes: bytes) else {
            return try end("\(file) is no proof of a fork: it does not decode")
        }
        do throws(ForkProofError) {
            try proof.verify()
        } catch {
            return try end("\(file) proves nothing: \(Self.text(error))")
        }
        let claim = proof.first.claim
        print("\(file) proves a fork")
        print("relay:  \(Hexadecimal.encode(proof.relayKey.id.bytes))")
        print("lane:   \(Hexadecimal.encode(claim.lane.bytes))")
        print("number: \(claim.number)")
        print("one:    \(Hexadecimal.encode(claim.hash.bytes))")
        print("other:  \(Hexadecimal.encode(proof.otherHead.bytes))")
    }

    private func end(_ text: String) throws {
        print(text)
        throw ExitCode.failure
    }

    private static func text(_ error: ForkProofError) -> String {
        switch error {
        case .otherRelay: "it is about another relay"
        case .notSigned: "the relay did not sign both heads"
        case .otherLane: "the heads are of two lanes, or of two lives of the relay's store"
        case .doesNotFollow: "the second head is not the one that the links lead to"
        case .noContradiction: "both heads tell the same order"
        }
    }
}
