// What every store must do when something is taken away for good.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire

extension RelayStoreConformance {
    static func leaving(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let (gone, goneRow) = sample.mailbox()
        let (kept, keptRow) = sample.mailbox()
        let delivery = Delivery(sequence: 1, sealed: sample.entropy.bytes(30))
        let (record, recordRow) = sample.record(day: 20_000)
        let (stock, stockRow) = sample.stock(day: 20_000)
        let package = SealedPackage(sealed: sample.entropy.bytes(20))
        try store.write([
            .mailbox(gone, goneRow), .denied(gone, [sample.token().label]),
            .gaps(gone, [GapRow(name: .random(using: &sample.entropy), sequence: 1)]),
            .entry(gone, delivery, day: 20_000),
            .mailbox(kept, keptRow), .entry(kept, delivery, day: 20_000),
            .record(record, recordRow), .stock(stock, stockRow),
            .package(stock, number: 0, package),
        ])
        try store.write([.removeMailbox(gone), .removeRecord(record), .removeStock(stock)])
        try expect(
            try store.find([
                .mailbox(gone), .entries(gone, after: 0, max: 9), .record(record), .stock(stock),
                .package(stock, number: 0), .denied(gone), .gaps(gone),
                .mailbox(kept),
                .entries(kept, after: 0, max: 9),
            ]),
            [
                .mailbox(gone, nil), .entries(gone, after: 0, max: 9, []), .record(record, nil),
                .stock(stock, nil), .package(stock, number: 0, nil), .denied(gone, []),
                .gaps(gone, []),
                .mailbox(kept, keptRow),
                .entries(kept, after: 0, max: 9, [delivery]),
            ])
        try store.write([.removeMailbox(gone), .removeRecord(record), .removeStock(stock)])
    }

    static func unused(_ store: any RelayStore) throws {
        var sample = ConformanceSample()
        let records = (0..<3).map { sample.record(day: 100 + $0) }
        let (oldStock, oldRow) = sample.stock(day: 100)
        let (newStock, newRow) = sample.stock(day: 102)
        let package = SealedPackage(sealed: sample.entropy.bytes(20))
        try expect(try store.hasUnused(before: 103), false)
        try store.write(records.map { .record($0.0, $0.1) })
        try store.write([
            .stock(oldStock, oldRow), .package(oldStock, number: 0, package),
            .stock(newStock, newRow), .package(newStock, number: 0, package),
        ])
        try expect(try store.hasUnused(before: 100), false)
        try expect(try store.hasUnused(before: 101), true)
        try store.write([.removeUnused(before: 102, max: 1)])
        try expect(
            try store.find(records.map { .record($0.0) }),
            [.record(records[0].0, nil)] + records.dropFirst().map { .record($0.0, $0.1) })
        try expect(
            try store.find([
                .stock(oldStock), .package(oldStock, number: 0), .stock(newStock),
                .package(newStock, number: 0),
            ]),
            [
                .stock(oldStock, nil), .package(oldStock, number: 0, nil),
                .stock(newStock, newRow), .package(newStock, number: 0, package),
            ])
        try store.write([.removeUnused(before: 102, max: 10)])
        try expect(try store.hasUnused(before: 102), false)
        try expect(try store.find([.record(records[2].0)]), [.record(records[2].0, records[2].1)])
    }
}

extension ConformanceSample {
    mutating func record(day: UInt64) -> (Locator, RecordRow) {
        let row = RecordRow(
            writeKey: .random(using: &entropy),
            record: Record(version: 1, sealed: entropy.bytes(40)), day: day)
        return (.random(using: &entropy), row)
    }

    mutating func stock(day: UInt64) -> (Locator, StockRow) {
        let row = StockRow(
            writeKey: .random(using: &entropy), version: 1,
            bodyHash: .random(using: &entropy), next: 1, day: day)
        return (.random(using: &entropy), row)
    }
}
