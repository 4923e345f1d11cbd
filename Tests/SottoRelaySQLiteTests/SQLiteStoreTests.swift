// The store on disk: it conforms, survives, refuses what it must, and lets a full disk pass.

import Foundation
import GRDB
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Synchronization
import Testing

@testable import SottoRelaySQLite

/// A folder of its own for one test, removed with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "sotto-relay-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func mode(_ name: String = "") throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
        return try #require(attributes[.posixPermissions] as? Int)
    }
}

@Suite struct SQLiteStoreTests {
    let folder: TemporaryFolder
    let database: String
    var entropy = Entropy(seed: Secret(copying: [UInt8](repeating: 3, count: 32)))

    init() throws {
        folder = try TemporaryFolder()
        database = folder.path + "/relay.db"
    }

    private mutating func open(pagesMax: Int? = nil) throws -> SQLiteRelayStore {
        try SQLiteRelayStore(
            path: database, fresh: .random(using: &entropy), pagesMax: pagesMax)
    }

    @Test("a store on disk conforms", arguments: RelayStoreConformance.all)
    mutating func conforms(_ conformance: RelayStoreConformance) throws {
        try conformance.run(open())
    }

    @Test("a store keeps its rows and its incarnation when it is opened again")
    mutating func reopens() throws {
        let mailbox = MailboxID.random(using: &entropy)
        let delivery = Delivery(sequence: 1, sealed: [1, 2, 3])
        var store: SQLiteRelayStore? = try open()
        let incarnation = store?.incarnation
        try store?.write([.entry(mailbox, delivery, day: 1)])
        store = nil
        let again = try open()
        #expect(again.incarnation == incarnation)
        let key = RowKey.entries(mailbox, after: 0, max: 9)
        #expect(try again.find([key]) == [.entries(mailbox, after: 0, max: 9, [delivery])])
    }

    @Test("[LANE-1] a full disk refuses a transaction whole, and takes it when there is room")
    mutating func fullDisk() throws {
        let mailbox = MailboxID.random(using: &entropy)
        var stored: UInt64 = 0
        do {
            let store = try open(pagesMax: 60)
            while true {
                let writes = (1...4).map { offset in
                    RelayWrite.entry(
                        mailbox,
                        Delivery(sequence: stored + offset, sealed: entropy.bytes(2_000)),
                        day: 1)
                }
                do { try store.write(writes) } catch {
                    #expect(error == .full)
                    break
                }
                stored += 4
            }
            #expect(stored > 0)
            let total = try store.find([.total(mailbox, through: 10_000)])
            let expected = EntryTotal(entries: Int(stored), bytes: Int(stored) * 2_000)
            #expect(total == [.total(mailbox, through: 10_000, expected)])
            try store.write([.removeEntries(mailbox, through: stored), .probe])
            try store.write([
                .entry(mailbox, Delivery(sequence: stored + 1, sealed: [1]), day: 1)
            ])
        }
        let again = try open()
        let total = try again.find([.total(mailbox, through: stored)])
        #expect(total == [.total(mailbox, through: stored, EntryTotal())])
    }

    @Test("[OPS-5] the last of the disk is kept for what makes room")
    mutating func keepsRoom() throws {
        let free = Mutex(64 << 20)
        let store = try SQLiteRelayStore(
            path: database, fresh: .random(using: &entropy),
            freeBytes: { free.withLock { $0 } })
        let mailbox = MailboxID.random(using: &entropy)
        let entry = RelayWrite.entry(mailbox, Delivery(sequence: 1, sealed: [1]), day: 1)
        try store.write([entry])
        free.withLock { $0 -= 1 }
        let refused: [[RelayWrite]] = [
            [.entry(mailbox, Delivery(sequence: 2, sealed: [1]), day: 1)], [.probe],
            [.removeEntries(mailbox, through: 1), entry],
        ]
        for writes in refused {
            #expect(throws: RelayStoreError.full) { try store.write(writes) }
        }
        try store.write([.removeEntries(mailbox, through: 1)])
        #expect(
            try store.find([.total(mailbox, through: 9)]) == [
                .total(mailbox, through: 9, EntryTotal())
            ])
        free.withLock { $0 += 1 }
        try store.write([.probe])
    }

    @Test("what the system says is free on a disk is more than nothing")
    func freeBytes() {
        #expect(DiskSpace.freeBytes(at: folder.path) > 0)
        #expect(DiskSpace.freeBytes(at: folder.path) < .max)
    }

    @Test("[LANE-1] a transaction is synced before it counts, and what it deletes is overwritten")
    mutating func settings() throws {
        let queue = try DatabaseQueue(path: database)
        let fresh = Incarnation.random(using: &entropy)
        let found = try queue.writeWithoutTransaction { database in
            _ = try RelaySchema.open(database, fresh: fresh, pagesMax: nil)
            return try ["journal_mode", "synchronous", "secure_delete"].map {
                try String.fetchOne(database, sql: "PRAGMA \($0)")
            }
        }
        #expect(found == ["wal", "2", "1"])
    }

    @Test("what was removed is not in the file any more")
    mutating func secureDelete() throws {
        let mailbox = MailboxID.random(using: &entropy)
        let sealed = entropy.bytes(600)
        var store: SQLiteRelayStore? = try open()
        try store?.write([.entry(mailbox, Delivery(sequence: 1, sealed: sealed), day: 1)])
        try store?.write([.removeEntries(mailbox, through: 1)])
        store = nil
        let bytes = try Data(contentsOf: URL(fileURLWithPath: database))
        #expect(bytes.range(of: Data(sealed[100..<300])) == nil)
        #expect(!FileManager.default.fileExists(atPath: database + "-wal"))
    }

    @Test("[SEAL-3] entries of a day that stay come to lie by mailbox, days in their order")
    mutating func places() throws {
        let mailboxes = (0..<30).map { _ in MailboxID.random(using: &entropy) }
        do {
            let store = try open()
            for (index, mailbox) in mailboxes.enumerated() {
                let delivery = Delivery(sequence: 1, sealed: [1])
                try store.write([.entry(mailbox, delivery, day: index < 15 ? 8 : 7)])
            }
            // The first time finds out what is there, the second moves what still is.
            while try store.fold() {}
            while try store.fold() {}
            let keys = mailboxes.map { RowKey.entries($0, after: 0, max: 9) }
            let entry = Delivery(sequence: 1, sealed: [1])
            #expect(
                try store.find(keys)
                    == mailboxes.map { .entries($0, after: 0, max: 9, [entry]) })
        }
        let found = try DatabaseQueue(path: database).read { database in
            try Row.fetchAll(database, sql: "SELECT mailbox, day FROM entries ORDER BY rowid")
        }
        let order: [Data] = found.map { $0[0] }
        let came = mailboxes.map { Data($0.bytes) }
        #expect(Set(order) == Set(came))
        let days: [Int] = found.map { $0[1] }
        #expect(days == days.sorted() && days.filter { $0 == 7 }.count == 15)
        func sorted(_ came: ArraySlice<Data>) -> [Data] {
            came.sorted { $0.lexicographicallyPrecedes($1) }
        }
        #expect(Array(order[..<15]) == sorted(came[15...]))
        #expect(Array(order[15...]) == sorted(came[..<15]))
        let left = try DatabaseQueue(path: database).read { database in
            try Int.fetchOne(database, sql: "SELECT count(*) FROM arrivals")
        }
        #expect(left == 0)
    }

    @Test("[MBX-4] entries are read, counted and removed in order wherever they lie")
    mutating func settling() throws {
        let mailbox = MailboxID.random(using: &entropy)
        let store = try open()
        let entries = (1...UInt64(3 * StoreLimits.settledMax)).map { number in
            Delivery(sequence: number, sealed: [UInt8(truncatingIfNeeded: number)])
        }
        let (first, second) = (entries.prefix(1_200), entries.dropFirst(1_200))
        try store.write(first.shuffled().map { .entry(mailbox, $0, day: 3) })
        #expect(try !store.fold())
        try store.write(second.shuffled().map { .entry(mailbox, $0, day: 4) })
        // A part has moved, a part of those that came together with it has not.
        #expect(try store.fold())
        let all = RowKey.entries(mailbox, after: 0, max: entries.count)
        #expect(
            try store.find([all]) == [.entries(mailbox, after: 0, max: entries.count, entries)])
        let total = EntryTotal(entries: 1_000, bytes: 1_000)
        #expect(
            try store.find([.total(mailbox, through: 1_000)])
                == [.total(mailbox, through: 1_000, total)])
        try store.write([.removeEntries(mailbox, through: 1_000)])
        let left = Array(entries.dropFirst(1_000))
        #expect(try store.find([all]) == [.entries(mailbox, after: 0, max: entries.count, left)])
        while try store.fold() {}
        #expect(try store.find([all]) == [.entries(mailbox, after: 0, max: entries.count, left)])
    }

    @Test("[SEAL-3] a folded store keeps no log of its transactions, nor what was removed")
    mutating func folds() throws {
        let mailbox = MailboxID.random(using: &entropy)
        let sealed = entropy.bytes(600)
        let store = try open()
        try store.write([.entry(mailbox, Delivery(sequence: 1, sealed: sealed), day: 1)])
        try store.write([.removeEntries(mailbox, through: 1)])
        let log = URL(fileURLWithPath: database + "-wal")
        #expect(try Data(contentsOf: log).range(of: Data(sealed[100..<300])) != nil)
        try store.fold()
        #expect(try Data(contentsOf: log).isEmpty)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: database))
        #expect(bytes.range(of: Data(sealed[100..<300])) == nil)
        try store.write([.entry(mailbox, Delivery(sequence: 2, sealed: sealed), day: 1)])
    }

    @Test("[MBX-7] expired entries come in portions that are bounded, and all of them in the end")
    mutating func expiresInPortions() throws {
        let store = try open()
        let mailboxes = (0..<20).map { _ in MailboxID.random(using: &entropy) }
        try store.write(
            mailboxes.flatMap { mailbox in
                (1...30).map {
                    .entry(mailbox, Delivery(sequence: $0, sealed: [1]), day: 1)
                }
            })
        var removed = 0
        while case let expired = try store.expired(before: 2, max: 40), !expired.isEmpty {
            let before = removed
            for entries in expired {
                let key = RowKey.total(entries.mailbox, through: entries.through)
                guard case .total(_, _, let total) = try store.find([key])[0] else { break }
                removed += total.entries
                try store.write([
                    .removeEntries(entries.mailbox, through: entries.through)
                ])
            }
            #expect((1..<40 + 30).contains(removed - before))
        }
        #expect(removed == 600)
    }

    @Test("a damaged file is an error and no crash")
    mutating func damaged() throws {
        try Data(entropy.bytes(9_000)).write(
            to: URL(fileURLWithPath: folder.path + "/other.db"))
        #expect(throws: RelayDataFolderError.self) {
            try SQLiteRelayStore(path: folder.path + "/other.db", fresh: .zero)
        }
    }
}
