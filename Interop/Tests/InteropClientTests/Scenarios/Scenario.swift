// What is played on a stage.

import SottoCrypto
import SottoMLS
import Testing

/// Something that is played, in every suite and with handshake messages open and sealed.
struct Scenario: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let play: @Sendable (Stage) throws -> Void

    init(_ name: String, _ play: @escaping @Sendable (Stage) throws -> Void) {
        testDescription = name
        self.play = play
    }

    static let all = welcomes + messages + commits + successors + outsiders
}

/// How it is played.
struct Setting: Sendable, CustomTestStringConvertible {
    let suite: CipherSuite
    let isEncrypted: Bool

    var testDescription: String { "\(suite), \(isEncrypted ? "sealed" : "open")" }

    static let all = CipherSuite.all.flatMap { suite in
        [true, false].map { Setting(suite: suite, isEncrypted: $0) }
    }
}
