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
        RelayStoreConformance("epochs are found by token and forgotten by age", epochs),
        RelayStoreConformance("posts are removed by age, oldest first", posts),
        RelayStoreConformance("what is oldest is told by mailbox", expired),
        RelayStoreConformance("a transaction that fails leaves nothing", atomic),
        RelayStoreConformance("folding changes nothing that is stored", fold),
    ]
}

private func expect<Value: Equatable>(
    _ found: @autoclosure () throws -> Value, _ expected: Value, line: Int = #line
) throws {
    let found = try found()
    guard found == expected else {
        throw RelayStoreConformance.Violation(
            description: "line \(line): found \(found), expected \(expected)")
    }
}

/// Names and rows drawn from a seed.
private struct Sample {
    var entropy = Entropy(seed: Secret(copying: [UInt8](repeating: 7, count: 32)))

    mutating func id<Value>(_ draw: (inout Entropy) -> Value) -> Value { draw(&entropy) }

    mutating func mailbox() -> (MailboxID, MailboxRow) {
        let row = MailboxRow(
            mailboxKey: .random(using: &entropy), sealingKey: .random(using: &entropy),
            tokenGeneration: 3, acked: 1, newest: .max >> 1, entries: 4, bytes: 5)
        return (.random(using: &entropy), row)
    }

    mutating func post(_ time: UInt64) -> (PostID, PostRow) {
        let row = PostRow(
            bodyHash: .random(using: &entropy), answer: entropy.bytes(40),
            time: Timestamp(milliseconds: time))
        return (.random(using: &entropy), row)
    }

    mutating func delivery(_ sequence: UInt64, bytes: Int = 20) -> Delivery {
        Delivery(sequence: sequence, sealed: entropy.bytes(bytes))
    }
}

// MARK: - The cases

extension RelayStoreConformance {
    private static func empty(_ store: any RelayStore) throws {
        var sample = Sample()
        let mailbox = sample.mailbox().0
        let lane = LaneID.random(using: &sample.entropy)
        let hash = LaneTokenHash.random(using: &sample.entropy)
        let post = sample.post(1).0
        let locator = Locator.random(using: &sample.entropy)
        let keys: [RowKey] = [
            .mailbox(mailbox), .total(mailbox, through: 9),
            .entries(mailbox, after: 0, max: 5), .lane(lane), .epoch(lane, hash),
            .post(post), .record(locator), .stock(locator), .package(locator, number: 0),
        ]
        try expect(
            try store.find(keys),
            [
                .mailbox(mailbox, nil), .total(mailbox, through: 9, EntryTotal()),
                .entries(mailbox, after: 0, max: 5, []), .lane(lane, nil),
                .epoch(lane, hash, nil), .post(post, nil), .record(locator, nil),
                .stock(locator, nil), .package(locator, number: 0, nil),
            ])
        try expect(try store.expired(before: 100, max: 10), [])
        try store.write([.probe])
    }

    private static func rows(_ store: any RelayStore) throws {
        var sample = Sample()
        let (mailbox, mailboxRow) = sample.mailbox()
        let lane = LaneID.random(using: &sample.entropy)
        let laneRow = LaneRow(
            epoch: 3, tokenHash: .random(using: &sample.entropy), number: 9,
            head: .random(using: &sample.entropy))
        let (post, postRow) = sample.post(1_000)
        let locator = Locator.random(using: &sample.entropy)
        let writeKey = WriteKey.random(using: &sample.entropy)
        let record = RecordRow(
            writeKey: writeKey, record: Record(version: 4, sealed: sample.entropy.bytes(50)))
        let package = SealedPackage(sealed: sample.entropy.bytes(60))
        let stock = StockRow(
            writeKey: writeKey, version: 2, bodyHash: .random(using: &sample.entropy),
            oldest: 5, next: 6, lastResort: package,
            windowStart: Timestamp(milliseconds: 77), takenInWindow: 8)
        try store.write([
            .mailbox(mailbox, mailboxRow), .lane(lane, laneRow), .post(post, postRow),
            .record(locator, record), .stock(locator, stock),
            .package(locator, number: 5, package),
        ])
        try expect(
            try store.find([
                .package(locator, number: 5), .stock(locator), .record(locator),
                .post(post), .lane(lane), .mailbox(mailbox),
            ]),
            [
                .package(locator, number: 5, package), .stock(locator, stock),
                .record(locator, record), .post(post, postRow), .lane(lane, laneRow),
                .mailbox(mailbox, mailboxRow),
            ])
        try store.write([.removePackage(locator, number: 5)])
        try expect(
            try store.find([.package(locator, number: 5)]),
            [.package(locator, number: 5, nil)])
    }

    private static func again(_ store: any RelayStore) throws {
        var sample = Sample()
        var (mailbox, row) = sample.mailbox()
        try store.write([.mailbox(mailbox, row)])
        row.acked = 1_000
        row.bytes = 0
        try store.write([.mailbox(mailbox, row)])
        try expect(try store.find([.mailbox(mailbox)]), [.mailbox(mailbox, row)])
        let (post, first) = sample.post(1)
        let second = sample.post(2).1
        try store.write([.post(post, first)])
        try store.write([.post(post, second)])
        try expect(try store.find([.post(post)]), [.post(post, second)])
    }

    private static func entries(_ store: any RelayStore) throws {
        var sample = Sample()
        let mailbox = sample.mailbox().0
        let other = sample.mailbox().0
        let deliveries = (1...6).map { sample.delivery($0) }
        let shuffled = [3, 0, 5, 1, 4, 2].map { deliveries[$0] }
        let stranger = sample.delivery(1)
        try store.write(
            shuffled.map { .entry(mailbox, $0, day: 3) } + [.entry(other, stranger, day: 3)])
        try expect(
            try store.find([
                .entries(mailbox, after: 0, max: 100), .entries(mailbox, after: 2, max: 2),
                .entries(mailbox, after: 6, max: 2), .entries(other, after: 0, max: 9),
                .total(mailbox, through: 4), .total(mailbox, through: .max >> 1),
            ]),
            [
                .entries(mailbox, after: 0, max: 100, deliveries),
                .entries(mailbox, after: 2, max: 2, Array(deliveries[2...3])),
                .entries(mailbox, after: 6, max: 2, []),
                .entries(other, after: 0, max: 9, [stranger]),
                .total(mailbox, through: 4, EntryTotal(entries: 4, bytes: 80)),
                .total(mailbox, through: .max >> 1, EntryTotal(entries: 6, bytes: 120)),
            ])
    }

    private static func entryBytes(_ store: any RelayStore) throws {
        var sample = Sample()
        let mailbox = sample.mailbox().0
        let size = RelayCoreLimits.fetchBytesMax / 2
        let deliveries = (1...3).map { sample.delivery($0, bytes: size) }
        try store.write(deliveries.map { .entry(mailbox, $0, day: 1) })
        try expect(
            try store.find([.entries(mailbox, after: 0, max: 3)]),
            [.entries(mailbox, after: 0, max: 3, Array(deliveries[0...1]))])
    }

    private static func removal(_ store: any RelayStore) throws {
        var sample = Sample()
        let mailbox = sample.mailbox().0
        let other = sample.mailbox().0
        let kept = sample.delivery(3)
        let stranger = sample.delivery(1)
        try store.write([
            .entry(mailbox, sample.delivery(1), day: 1),
            .entry(mailbox, sample.delivery(2), day: 1), .entry(mailbox, kept, day: 1),
            .entry(other, stranger, day: 1),
        ])
        try store.write([.removeEntries(mailbox, through: 2)])
        try expect(
            try store.find([
                .entries(mailbox, after: 0, max: 9), .entries(other, after: 0, max: 9),
            ]),
            [
                .entries(mailbox, after: 0, max: 9, [kept]),
                .entries(other, after: 0, max: 9, [stranger]),
            ])
    }

    private static func epochs(_ store: any RelayStore) throws {
        var sample = Sample()
        let lane = LaneID.random(using: &sample.entropy)
        let other = LaneID.random(using: &sample.entropy)
        let hashes = (0..<4).map { _ in LaneTokenHash.random(using: &sample.entropy) }
        for (epoch, hash) in hashes.enumerated() {
            let number = UInt64(epoch)
            try store.write([
                .epoch(lane, number, hash, oldest: number > 1 ? number - 1 : 0)
            ])
        }
        try expect(
            try store.find(hashes.map { .epoch(lane, $0) } + [.epoch(other, hashes[3])]),
            [
                .epoch(lane, hashes[0], nil), .epoch(lane, hashes[1], nil),
                .epoch(lane, hashes[2], 2), .epoch(lane, hashes[3], 3),
                .epoch(other, hashes[3], nil),
            ])
    }

    private static func posts(_ store: any RelayStore) throws {
        var sample = Sample()
        let rows = (1...5).map { sample.post(UInt64($0) * 1_000) }
        try expect(try store.hasPosts(before: Timestamp(milliseconds: 9_000)), false)
        try store.write(rows.map { .post($0.0, $0.1) })
        try expect(try store.hasPosts(before: Timestamp(milliseconds: 1_000)), false)
        try expect(try store.hasPosts(before: Timestamp(milliseconds: 1_001)), true)
        try store.write([.removePosts(before: Timestamp(milliseconds: 4_000), max: 2)])
        try expect(
            try store.find(rows.map { .post($0.0) }),
            [
                .post(rows[0].0, nil), .post(rows[1].0, nil), .post(rows[2].0, rows[2].1),
                .post(rows[3].0, rows[3].1), .post(rows[4].0, rows[4].1),
            ])
        try store.write([.removePosts(before: Timestamp(milliseconds: 4_000), max: 2)])
        try expect(
            try store.find([.post(rows[2].0), .post(rows[3].0)]),
            [.post(rows[2].0, nil), .post(rows[3].0, rows[3].1)])
        try expect(try store.hasPosts(before: Timestamp(milliseconds: 4_000)), false)
    }

    private static func expired(_ store: any RelayStore) throws {
        var sample = Sample()
        let one = sample.mailbox().0
        let two = sample.mailbox().0
        try store.write([
            .entry(one, sample.delivery(2), day: 10), .entry(one, sample.delivery(1), day: 10),
            .entry(two, sample.delivery(1), day: 11),
        ])
        try store.write([.entry(one, sample.delivery(3), day: 12)])
        try expect(try store.expired(before: 10, max: 9), [])
        let old = ExpiredEntries(mailbox: one, through: 2)
        try expect(try store.expired(before: 11, max: 9), [old])
        try expect(
            Set(try store.expired(before: 12, max: 9).map { "\($0.mailbox.bytes) \($0.through)" }),
            ["\(one.bytes) 2", "\(two.bytes) 1"])
        try expect(try store.expired(before: 11, max: 2), [old])
        try expect(try store.expired(before: 12, max: 2).isEmpty, false)
    }

    private static func fold(_ store: any RelayStore) throws {
        var sample = Sample()
        let mailbox = sample.mailbox().0
        let delivery = sample.delivery(1)
        try store.write([.entry(mailbox, delivery, day: 1)])
        try store.fold()
        let key = RowKey.entries(mailbox, after: 0, max: 9)
        try expect(
            try store.find([key]), [.entries(mailbox, after: 0, max: 9, [delivery])])
        try store.write([.removeEntries(mailbox, through: 1)])
        try expect(try store.find([key]), [.entries(mailbox, after: 0, max: 9, [])])
    }

    private static func atomic(_ store: any RelayStore) throws {
        var sample = Sample()
        let (mailbox, row) = sample.mailbox()
        let first = sample.delivery(1)
        try store.write([.entry(mailbox, first, day: 1)])
        do {
            try store.write([
                .mailbox(mailbox, row), .entry(mailbox, sample.delivery(2), day: 1),
                .entry(mailbox, sample.delivery(1), day: 1),
            ])
            throw Violation(description: "a number was given twice")
        } catch is RelayStoreError {}
        try expect(
            try store.find([.mailbox(mailbox), .entries(mailbox, after: 0, max: 9)]),
            [.mailbox(mailbox, nil), .entries(mailbox, after: 0, max: 9, [first])])
        try store.write([.mailbox(mailbox, row)])
        try expect(try store.find([.mailbox(mailbox)]), [.mailbox(mailbox, row)])
    }
}
