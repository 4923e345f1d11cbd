// What every store is tried with of lanes, and of the tokens that belong to them.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

extension RelayStoreConformance {
    static func denied(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let mailbox = sample.mailbox().0
        let other = sample.mailbox().0
        let labels = (0..<3).map { _ in sample.token().label }
        try store.write([.denied(mailbox, labels), .denied(other, [labels[0]])])
        try store.write([.denied(other, [labels[2], labels[1]])])
        try expect(
            try store.find([.denied(mailbox), .denied(other)]),
            [.denied(mailbox, labels), .denied(other, [labels[2], labels[1]])])
        try store.write([.denied(mailbox, [])])
        try expect(try store.find([.denied(mailbox)]), [.denied(mailbox, [])])
    }

    static func gaps(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let mailbox = sample.mailbox().0
        let other = sample.mailbox().0
        let marks = (1...3).map {
            GapRow(name: .random(using: &sample.entropy), sequence: $0)
        }
        try store.write([.gaps(mailbox, [marks[0]]), .gaps(other, [marks[2]])])
        try store.write([.gaps(mailbox, marks)])
        try expect(
            try store.find([.gaps(mailbox), .gaps(other)]),
            [.gaps(mailbox, marks), .gaps(other, [marks[2]])])
        try store.write([.gaps(mailbox, [])])
        try expect(try store.find([.gaps(mailbox)]), [.gaps(mailbox, [])])
    }

    static func pins(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let lane = LaneID.random(using: &sample.entropy)
        let tokens = (0..<4).map { _ in sample.token() }
        let rows = tokens.enumerated().map { index, token in
            PinRow(lane: token.pinned(to: lane), day: UInt64(10 + index))
        }
        try store.write(zip(tokens, rows).map { .pin($0, $1) })
        try store.write([.pin(tokens[0], PinRow(lane: rows[0].lane, day: 20))])
        try expect(try store.hasPins(before: 11), false)
        try expect(try store.hasPins(before: 12), true)
        try store.write([.removePins(before: 13, max: 1)])
        try expect(
            try store.find(tokens.map { .pin($0) }),
            [
                .pin(tokens[0], PinRow(lane: rows[0].lane, day: 20)), .pin(tokens[1], nil),
                .pin(tokens[2], rows[2]), .pin(tokens[3], rows[3]),
            ])
        try store.write([.removePins(before: 13, max: 9)])
        try expect(
            try store.find([.pin(tokens[2]), .pin(tokens[3])]),
            [.pin(tokens[2], nil), .pin(tokens[3], rows[3])])
    }

    static func idle(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let lanes = (0..<3).map { _ in LaneID.random(using: &sample.entropy) }
        let rows = [5, 6, 7].map { sample.lane(day: $0) }
        let epoch = sample.epoch(1)
        let hash = epoch.tokenHash
        let link = sample.link(4)
        let commit = KeptCommit(number: 4, sealed: [4])
        try store.write(zip(lanes, rows).map { .lane($0, $1) })
        try store.write(
            lanes.flatMap {
                [.epoch($0, epoch), .link($0, link), .keepCommit($0, commit)] as [RelayWrite]
            })
        try expect(try store.idleLanes(before: 5, max: 9), [])
        try expect(
            Set(try store.idleLanes(before: 7, max: 9).map(\.bytes)),
            Set(lanes.prefix(2).map(\.bytes)))
        try expect(try store.idleLanes(before: 7, max: 1).count, 1)
        var used = rows[0]
        used.day = 7
        used.number += 1
        try store.write([.lane(lanes[0], used)])
        try expect(try store.idleLanes(before: 7, max: 9), [lanes[1]])
        try store.write([.removeLane(lanes[1])])
        try expect(
            try store.find([
                .lane(lanes[1]), .epoch(lanes[1], hash), .links(lanes[1], from: 0, max: 9),
                .keptCommits(lanes[1], from: 0, max: 9), .lane(lanes[0]), .epoch(lanes[0], hash),
            ]),
            [
                .lane(lanes[1], nil), .epoch(lanes[1], hash, nil),
                .links(lanes[1], from: 0, max: 9, []),
                .keptCommits(lanes[1], from: 0, max: 9, []), .lane(lanes[0], used),
                .epoch(lanes[0], hash, epoch),
            ])
        try expect(try store.idleLanes(before: 7, max: 9), [])
    }

    static func epochs(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let lane = LaneID.random(using: &sample.entropy)
        let other = LaneID.random(using: &sample.entropy)
        var rows = (0..<4).map { sample.epoch(UInt64($0)) }
        rows[3].ended = 0
        rows[3].time = Timestamp(milliseconds: 100)
        try store.write(rows.map { .epoch(lane, $0) })
        try store.write([.epoch(other, rows[0])])
        rows[1].ended = 77
        var again = rows[2]
        again.began = 9
        try store.write([.epoch(lane, rows[1]), .epoch(lane, again)])
        try expect(
            try store.find(rows.map { .epoch(lane, $0.tokenHash) }),
            [
                .epoch(lane, rows[0].tokenHash, rows[0]),
                .epoch(lane, rows[1].tokenHash, rows[1]),
                .epoch(lane, again.tokenHash, again), .epoch(lane, rows[3].tokenHash, rows[3]),
            ])
        let pruning = { EpochPruning(endedBelow: 2, openBefore: Timestamp(milliseconds: $0)) }
        try store.write([.pruneEpochs(lane, pruning(100))])
        try expect(
            try store.find(rows.map { .epoch(lane, $0.tokenHash) }),
            [
                .epoch(lane, rows[0].tokenHash, nil), .epoch(lane, rows[1].tokenHash, nil),
                .epoch(lane, again.tokenHash, again), .epoch(lane, rows[3].tokenHash, rows[3]),
            ])
        try store.write([.pruneEpochs(lane, pruning(101))])
        try expect(
            try store.find([
                .epoch(lane, rows[3].tokenHash), .epoch(other, rows[0].tokenHash),
            ]),
            [
                .epoch(lane, rows[3].tokenHash, nil),
                .epoch(other, rows[0].tokenHash, rows[0]),
            ])
    }

    static func links(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let lanes = (0..<3).map { _ in LaneID.random(using: &sample.entropy) }.sorted()
        let rows = (1...6).map { sample.link(UInt64($0)) }
        try store.write(rows.map { .link(lanes[1], $0) } + [.link(lanes[0], rows[4])])
        try store.write([2, 4].map { .keepCommit(lanes[1], KeptCommit(number: $0, sealed: [7])) })
        try expect(
            try store.find([
                .links(lanes[1], from: 2, max: 3), .links(lanes[1], from: 6, max: 9),
                .links(lanes[2], from: 0, max: 9), .keptCommits(lanes[1], from: 3, max: 9),
            ]),
            [
                .links(lanes[1], from: 2, max: 3, Array(rows[1...3])),
                .links(lanes[1], from: 6, max: 9, [rows[5]]),
                .links(lanes[2], from: 0, max: 9, []),
                .keptCommits(
                    lanes[1], from: 3, max: 9, [KeptCommit(number: 4, sealed: [7])]),
            ])
        // A link's day is ten more than its number.
        let ages = [
            LinkAge(lane: lanes[0], oldest: 5, kept: 5),
            LinkAge(lane: lanes[1], oldest: 1, kept: 3),
        ]
        try expect(try store.linkAges(after: nil, before: 13, max: 9), ages)
        try expect(try store.linkAges(after: nil, before: 13, max: 1), [ages[0]])
        try expect(try store.linkAges(after: lanes[0], before: 13, max: 9), [ages[1]])
        try expect(
            try store.linkAges(after: lanes[0], before: 99, max: 9),
            [LinkAge(lane: lanes[1], oldest: 1, kept: 7)])
        try store.write([.removeLinks(lanes[1], below: 3)])
        try expect(
            try store.find([
                .links(lanes[1], from: 0, max: 2), .keptCommits(lanes[1], from: 0, max: 9),
                .links(lanes[0], from: 0, max: 2),
            ]),
            [
                .links(lanes[1], from: 0, max: 2, Array(rows[2...3])),
                .keptCommits(
                    lanes[1], from: 0, max: 9, [KeptCommit(number: 4, sealed: [7])]),
                .links(lanes[0], from: 0, max: 2, [rows[4]]),
            ])
    }

    static func keptCommits(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let lane = LaneID.random(using: &sample.entropy)
        let half = RelayCoreLimits.fetchBytesMax / 2
        let commits = (1...3).map {
            KeptCommit(number: $0 + 4, sealed: sample.entropy.bytes(half))
        }
        try store.write([4, 5, 6].map { .epoch(lane, sample.epoch($0)) })
        try store.write(commits.map { .keepCommit(lane, $0) })
        try expect(
            try store.find([.keptCommits(lane, from: 0, max: 9)]),
            [.keptCommits(lane, from: 0, max: 9, Array(commits[0...1]))])
        // Only what comes after the commit that began the oldest epoch left can be asked for.
        let pruning = EpochPruning(endedBelow: 5, openBefore: Timestamp(milliseconds: 0))
        try store.write([.pruneEpochs(lane, pruning)])
        try expect(
            try store.find([.keptCommits(lane, from: 0, max: 9)]),
            [.keptCommits(lane, from: 0, max: 9, Array(commits[1...2]))])
    }
}
