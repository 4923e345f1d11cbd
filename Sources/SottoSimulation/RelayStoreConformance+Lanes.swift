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
        let hash = LaneTokenHash.random(using: &sample.entropy)
        try store.write(zip(lanes, rows).map { .lane($0, $1) })
        try store.write(lanes.map { .epoch($0, 1, hash, oldest: 0) })
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
            try store.find([.lane(lanes[1]), .epoch(lanes[1], hash), .lane(lanes[0])]),
            [.lane(lanes[1], nil), .epoch(lanes[1], hash, nil), .lane(lanes[0], used)])
        try expect(try store.idleLanes(before: 7, max: 9), [])
    }
}
