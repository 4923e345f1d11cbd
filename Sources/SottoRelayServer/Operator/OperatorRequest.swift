// What the host's commands ask of a running relay, and what they are told: lines of JSON.

import Foundation
package import SottoRelayCore

/// One question to a running relay.
package enum OperatorRequest: Codable, Equatable, Sendable {
    /// How it is.
    case status
    /// What a mailbox may hold from now on; what is not given stays.
    case quota(entries: Int?, bytes: Int?, days: Int?)
    /// To shut down as after SIGTERM [OPS-2].
    case drain
    /// A code that opens so many mailboxes within so many seconds [REG-2].
    case invite(uses: UInt32, seconds: UInt64)
    /// Who is not served from now on, all of them [REG-6].
    case ban([String])
}

/// What a running relay says.
package enum OperatorAnswer: Codable, Equatable, Sendable {
    /// How it is.
    case status(RelayStatus)
    /// What a mailbox may hold now.
    case quota(entries: Int, bytes: Int, days: Int)
    /// A code to pass on, and when it ends in milliseconds since 1970.
    case invitation(code: String, expires: UInt64)
    /// It is being done.
    case done
    /// It will not be done; the sentence says why.
    case refused(String)
}

/// A relay as its host sees it: counts, and nobody's.
package struct RelayStatus: Codable, Equatable, Sendable {
    /// The program's version.
    package var version: String
    /// What links pin, in hexadecimal.
    package var relayID: String
    /// The life of the store, in hexadecimal.
    package var incarnation: String
    /// When it started, in milliseconds since 1970.
    package var startedMilliseconds: UInt64
    /// When this was said.
    package var nowMilliseconds: UInt64
    /// Whether it can take posts.
    package var isReady: Bool
    /// Whether it is shutting down.
    package var isDraining: Bool
    /// Connections served now.
    package var connections: Int
    /// Connections that may be served.
    package var connectionsMax: Int
    /// Mailboxes whose device listens now.
    package var subscribers: Int
    /// What a mailbox may hold: entries.
    package var mailboxEntries: Int
    /// What a mailbox may hold: bytes.
    package var mailboxBytes: Int
    /// How many days an entry is kept.
    package var mailboxDays: Int
    /// How much the store holds; nothing when it cannot be read.
    package var totals: StoreTotals?
    /// Every meter.
    package var readings: [MeterReading]
}

/// Questions and answers as lines.
package enum OperatorLine {
    /// The longest line of a question.
    package static let requestBytesMax = 64 << 10

    /// A line without its end.
    package static func text(of value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(value)).map { Array($0) } ?? []
    }

    /// What a line says; nothing when it says something else.
    package static func read<Value: Decodable>(_ type: Value.Type, _ line: [UInt8]) -> Value? {
        try? JSONDecoder().decode(type, from: Data(line))
    }
}
