// The store on disk: it conforms, survives, refuses what it must, and lets a full disk pass.

import Foundation
import GRDB
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoRelaySQLite
import SottoSimulation
import SottoWire
import Testing

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
            try store.write([.removeEntries(mailbox, through: 4), .probe])
            try store.write([
                .entry(mailbox, Delivery(sequence: stored + 1, sealed: [1]), day: 1)
            ])
        }
        let again = try open()
        let total = try again.find([.total(mailbox, through: 4)])
        #expect(total == [.total(mailbox, through: 4, EntryTotal())])
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

    @Test("a damaged file is an error and no crash")
    mutating func damaged() throws {
        try Data(entropy.bytes(9_000)).write(
            to: URL(fileURLWithPath: folder.path + "/other.db"))
        #expect(throws: RelayDataFolderError.self) {
            try SQLiteRelayStore(path: folder.path + "/other.db", fresh: .zero)
        }
    }
}
