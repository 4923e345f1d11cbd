// The cases that every store is tried with, in the order in which they are listed.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

extension RelayStoreConformance {
    static func empty(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let mailbox = sample.mailbox().0
        let lane = LaneID.random(using: &sample.entropy)
        let hash = LaneTokenHash.random(using: &sample.entropy)
        let post = sample.post(1).0
        let locator = Locator.random(using: &sample.entropy)
        let token = sample.token()
        let keys: [RowKey] = [
            .mailbox(mailbox), .denied(mailbox), .gaps(mailbox), .pin(token),
            .total(mailbox, through: 9),
            .entries(mailbox, after: 0, max: 5), .lane(lane), .epoch(lane, hash),
            .links(lane, from: 0, max: 5), .keptCommits(lane, from: 0, max: 5),
            .post(post), .record(locator), .stock(locator), .package(locator, number: 0),
        ]
        try expect(
            try store.find(keys),
            [
                .mailbox(mailbox, nil), .denied(mailbox, []), .gaps(mailbox, []), .pin(token, nil),
                .total(mailbox, through: 9, EntryTotal()),
                .entries(mailbox, after: 0, max: 5, []), .lane(lane, nil),
                .epoch(lane, hash, nil), .links(lane, from: 0, max: 5, []),
                .keptCommits(lane, from: 0, max: 5, []), .post(post, nil), .record(locator, nil),
                .stock(locator, nil), .package(locator, number: 0, nil),
            ])
        try expect(try store.expired(before: 100, max: 10), [])
        try expect(try store.idleLanes(before: 100, max: 10), [])
        try expect(try store.hasPins(before: 100), false)
        try expect(try store.linkAges(after: nil, before: 100, max: 9), [])
        try store.write([.probe])
    }

    static func rows(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let (mailbox, mailboxRow) = sample.mailbox()
        let lane = LaneID.random(using: &sample.entropy)
        let laneRow = sample.lane(day: 11)
        let (post, postRow) = sample.post(1_000)
        let locator = Locator.random(using: &sample.entropy)
        let writeKey = WriteKey.random(using: &sample.entropy)
        let record = RecordRow(
            writeKey: writeKey, record: Record(version: 4, sealed: sample.entropy.bytes(50)),
            day: 20_001)
        let package = SealedPackage(sealed: sample.entropy.bytes(60))
        let stock = StockRow(
            writeKey: writeKey, version: 2, bodyHash: .random(using: &sample.entropy),
            oldest: 5, next: 6, lastResort: package,
            takes: RateWindow(since: Timestamp(milliseconds: 77), count: 8), day: 20_002)
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

    static func again(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
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

    static func entries(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
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

    static func entryBytes(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let mailbox = sample.mailbox().0
        let size = RelayCoreLimits.fetchBytesMax / 2
        let deliveries = (1...3).map { sample.delivery($0, bytes: size) }
        try store.write(deliveries.map { .entry(mailbox, $0, day: 1) })
        try expect(
            try store.find([.entries(mailbox, after: 0, max: 3)]),
            [.entries(mailbox, after: 0, max: 3, Array(deliveries[0...1]))])
    }

    static func removal(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
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

    static func posts(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
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

    static func expired(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
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

    static func fold(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let mailbox = sample.mailbox().0
        let delivery = sample.delivery(1)
        try store.write([.entry(mailbox, delivery, day: 1)])
        let key = RowKey.entries(mailbox, after: 0, max: 9)
        for _ in 1...3 {
            while try store.fold() {}
            try expect(
                try store.find([key]), [.entries(mailbox, after: 0, max: 9, [delivery])])
        }
        try store.write([.removeEntries(mailbox, through: 1)])
        try expect(try store.find([key]), [.entries(mailbox, after: 0, max: 9, [])])
    }

    static func invitations(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let hashes = (0..<3).map { _ in InvitationHash.random(using: &sample.entropy) }
        let rows = [5, 6, 7].map {
            InvitationRow(uses: 3, expires: Timestamp(milliseconds: $0))
        }
        for (hash, row) in zip(hashes, rows) { try store.write([.invitation(hash, row)]) }
        let fewer = InvitationRow(uses: 2, expires: Timestamp(milliseconds: 6))
        try store.write([.invitation(hashes[1], fewer), .invitation(hashes[2], nil)])
        let keys = hashes.map { RowKey.invitation($0) }
        try expect(
            try store.find(keys),
            [
                .invitation(hashes[0], rows[0]), .invitation(hashes[1], fewer),
                .invitation(hashes[2], nil),
            ])
        try store.write([.removeInvitations(before: Timestamp(milliseconds: 6))])
        try expect(
            try store.find(keys),
            [
                .invitation(hashes[0], nil), .invitation(hashes[1], fewer),
                .invitation(hashes[2], nil),
            ])
    }

    static func totals(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let (waiting, row) = sample.mailbox()
        let (empty, other) = sample.mailbox()
        var full = row
        full.entries = 3
        full.bytes = 70
        var none = other
        none.entries = 0
        none.bytes = 0
        let lane = sample.lane(day: 3)
        try store.write([
            .mailbox(waiting, full), .mailbox(empty, none),
            .lane(.random(using: &sample.entropy), lane),
        ])
        let totals = try store.totals()
        try expect([totals.mailboxes, totals.mailboxesWaiting, totals.lanes], [2, 1, 1])
        try expect([totals.entries, totals.entryBytes], [3, 70])
        try expect([totals.records, totals.stocks], [0, 0])
    }

    static func atomic(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
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
