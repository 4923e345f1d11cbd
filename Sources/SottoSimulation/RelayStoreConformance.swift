// What every store of a relay must do; each store's tests run all of it.

import SottoCrypto
package import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// One thing that a store must do, tried on an empty store.
package struct RelayStoreConformance: Sendable, CustomStringConvertible {
    /// The sentence that is tried.
    package let description: String
    /// Tries it; throws a `Violation` where it does not hold.
    package let run: @Sendable (any RelayStore) throws -> Void

    /// A store that does something else.
    package struct Violation: Error, CustomStringConvertible {
        /// What was expected and what was found.
        package let description: String
    }

    private init(
        _ description: String, _ run: @escaping @Sendable (any RelayStore) throws -> Void
    ) {
        self.description = description
        self.run = run
    }

    /// Everything that is tried.
    package static let all = [
        RelayStoreConformance("an empty store holds nothing under any key", empty),
        RelayStoreConformance("rows come back as written", rows),
        RelayStoreConformance("a row that is written again takes the place of the first", again),
        RelayStoreConformance(
            "entries come back by number, after a number, up to a count", entries),
        RelayStoreConformance("entries come back until they have enough bytes", entryBytes),
        RelayStoreConformance("removing entries leaves later ones and other mailboxes", removal),
        RelayStoreConformance("epochs are found by token, the newest first, and pruned", epochs),
        RelayStoreConformance("links come back by number and are removed by number", links),
        RelayStoreConformance("commits are kept while they can be asked for", keptCommits),
        RelayStoreConformance("posts are removed by age, oldest first", posts),
        RelayStoreConformance("what is oldest is told by mailbox", expired),
        RelayStoreConformance("a mailbox, a record, a stock go with all that is in them", leaving),
        RelayStoreConformance("what was not put for long is removed, and no more", unused),
        RelayStoreConformance("a transaction that fails leaves nothing", atomic),
        RelayStoreConformance("what a mailbox denies is put whole, and emptied", denied),
        RelayStoreConformance("gap marks of a mailbox are put whole, and emptied", gaps),
        RelayStoreConformance("lanes of tokens are found by token and removed by day", pins),
        RelayStoreConformance("lanes are told and removed by the day of their use", idle),
        RelayStoreConformance("invitations are put, emptied and removed by age", invitations),
        RelayStoreConformance("what there is is counted by kind", totals),
        RelayStoreConformance("folding changes nothing that is stored", fold),
    ]
}

func expect<Value: Equatable>(
    _ found: @autoclosure () throws -> Value, _ expected: Value, line: Int = #line
) throws {
    let found = try found()
    guard found == expected else {
        throw RelayStoreConformance.Violation(
            description: "line \(line): found \(found), expected \(expected)")
    }
}

/// Names and rows drawn from a seed.
struct ConformanceSample {
    var entropy = Entropy(seed: Secret(copying: [UInt8](repeating: 7, count: 32)))

    mutating func id<Value>(_ draw: (inout Entropy) -> Value) -> Value { draw(&entropy) }

    mutating func mailbox() -> (MailboxID, MailboxRow) {
        var row = MailboxRow(
            mailboxKey: .random(using: &entropy), sealingKey: .random(using: &entropy),
            tokenGeneration: 3, acked: 1, newest: .max >> 1, entries: 4, bytes: 5)
        row.denied = 6
        row.gaps = 7
        row.isOpen = false
        row.openWelcomes = RateWindow(since: Timestamp(milliseconds: 7), count: 8)
        row.strayWelcomes = RateWindow(since: Timestamp(milliseconds: 9), count: 10)
        return (.random(using: &entropy), row)
    }

    mutating func token(_ kind: TokenKind = .conversation) -> DeliveryToken {
        DeliverySecret(
            masterKey: entropy.secret(32), mailbox: .random(using: &entropy), generation: 2
        ).mint(kind, using: &entropy)
    }

    mutating func lane(day: UInt64) -> LaneRow {
        var row = LaneRow(
            epoch: 3, tokenHash: .random(using: &entropy), number: 9,
            head: .random(using: &entropy), day: day, began: 8)
        row.alternatives = RateWindow(since: Timestamp(milliseconds: 11), count: 12)
        return row
    }

    /// An epoch that began with a commit, is as deep as that, and has ended.
    mutating func epoch(_ began: UInt64) -> EpochRow {
        EpochRow(
            began: began, depth: began, tokenHash: .random(using: &entropy), ended: began + 1,
            time: Timestamp(milliseconds: 50 + began))
    }

    /// A link; every other is a commit's.
    mutating func link(_ number: UInt64) -> LinkRow {
        let isCommit = number.isMultiple(of: 2)
        return LinkRow(
            number: number, kind: isCommit ? .commit : .message,
            nextTokenHash: isCommit ? .random(using: &entropy) : .zero,
            previous: .random(using: &entropy), envelopeHash: .random(using: &entropy),
            day: number + 10)
    }

    mutating func post(_ time: UInt64) -> (PostID, PostRow) {
        let head = LaneHead(
            lane: .random(using: &entropy), incarnation: .random(using: &entropy), number: 7,
            hash: .random(using: &entropy))
        let row = PostRow(
            bodyHash: .random(using: &entropy), head: head, statuses: [.stored, .full, .refused],
            time: Timestamp(milliseconds: time))
        return (.random(using: &entropy), row)
    }

    mutating func delivery(_ sequence: UInt64, bytes: Int = 20) -> Delivery {
        Delivery(sequence: sequence, sealed: entropy.bytes(bytes))
    }
}
