// What lies on the disk, and what a disk that was changed does (spec/conversation.md section 8).

import Foundation
import GRDB
import SottoClientCore
import SottoCrypto
import SottoIdentity
import SottoWire
import Testing

@testable import SottoClientStore

@Suite("At rest")
struct AtRestTests {
    @Test("[REST-1] no key, card, name or origin lies open in the files of a home")
    func nothingInTheClear() throws {
        let home = try TestHome()
        let store = try home.makeStore()
        let account = try home.account(in: store)
        let open = try home.content()
        var secrets: [Data] = [
            Data(TestHome.name.utf8), Data(account.deviceKey.publicKey),
            Data(account.mailbox.bytes), Data(account.stock.bytes),
        ]
        secrets += [account.card.secret].map { secret in secret.withBytes { Data($0) } }
        for secret in secrets { #expect(open.range(of: secret) == nil) }
        store.close()
        let closed = try home.content()
        for secret in secrets { #expect(closed.range(of: secret) == nil) }
        #expect(closed.range(of: Data("group_records".utf8)) != nil, "the search finds nothing")
    }

    @Test("[REST-1] the home has mode 0700 and its files 0600")
    func modes() throws {
        let home = try TestHome()
        let store = try home.makeStore()
        #expect(try home.mode(home.folder.path) == 0o700)
        for file in try home.files() {
            #expect(try home.mode(home.url(file).path) == 0o600, "\(file)")
        }
        store.close()
    }

    @Test("[REST-2] equal values are sealed unequally, and rows are found by keyed hashes")
    func sealing() throws {
        var entropy = Entropy(seed: Secret(copying: repeatElement(1, count: 32)))
        let seal = ColumnSeal(storeID: [1], dataKey: entropy.secret(32))
        let other = ColumnSeal(storeID: [1], dataKey: entropy.secret(32))
        let place = ColumnSeal.Place(table: "records", row: [7], column: "value")
        let value = Secret(copying: [1, 2, 3])
        let one = seal.seal(value, at: place, using: &entropy)
        let two = seal.seal(value, at: place, using: &entropy)
        #expect(one != two)
        #expect(try seal.open(one, at: place) == value)
        #expect(seal.rowKey(1, [5]) != other.rowKey(1, [5]))
        #expect(seal.rowKey(1, [5]) != seal.rowKey(2, [5]))
    }

    @Test("[REST-1] a sealed value opens in its own place only, and with no bit changed")
    func places() throws {
        var entropy = Entropy(seed: Secret(copying: repeatElement(1, count: 32)))
        let seal = ColumnSeal(storeID: [1], dataKey: entropy.secret(32))
        let place = ColumnSeal.Place(table: "records", row: [7], column: "value")
        let sealed = seal.seal(Secret(copying: [1, 2, 3]), at: place, using: &entropy)
        let others = [
            ColumnSeal.Place(table: "messages", row: [7], column: "value"),
            ColumnSeal.Place(table: "records", row: [8], column: "value"),
            ColumnSeal.Place(table: "records", row: [7], column: "values"),
        ]
        for other in others {
            #expect(throws: StoreError.doesNotOpen) { try seal.open(sealed, at: other) }
        }
        for index in sealed.indices {
            var flipped = sealed
            flipped[index] ^= 1
            #expect(throws: StoreError.doesNotOpen) { try seal.open(flipped, at: place) }
        }
    }

    @Test("[REST-1] another home's key opens nothing")
    func otherKey() throws {
        let home = try TestHome()
        try home.makeStore().close()
        try Data(repeating: 9, count: 32).write(to: home.url("key"))
        #expect(throws: StoreError.doesNotOpen) { try ClientStore.open(home: home.folder) }
        try Data(repeating: 9, count: 31).write(to: home.url("key"))
        #expect(throws: StoreError.doesNotOpen) { try ClientStore.open(home: home.folder) }
    }

    @Test("[REST-3] closing leaves nothing in the write-ahead log")
    func walIsEmptied() throws {
        let home = try TestHome()
        let store = try home.makeStore()
        #expect(try Data(contentsOf: home.url("sotto.db-wal")).count > 0)
        store.close()
        let log = try? Data(contentsOf: home.url("sotto.db-wal"))
        #expect(log?.isEmpty ?? true)
        let again = try ClientStore.open(home: home.folder)
        #expect(try home.account(in: again).origin == TestHome.origin)
        again.close()
    }

    @Test("[REST-4] a home of a newer version is refused and left as it is")
    func newerVersion() throws {
        let home = try TestHome()
        try home.makeStore().close()
        let database = try DatabaseQueue(path: home.url("sotto.db").path)
        try database.write { try $0.execute(sql: "PRAGMA user_version = 2") }
        try database.close()
        let before = try home.content()
        #expect(throws: StoreError.newer) { try ClientStore.open(home: home.folder) }
        #expect(try home.content() == before)
    }

    @Test("what was there before is not taken for a home, nor overwritten")
    func existing() throws {
        let home = try TestHome()
        #expect(throws: StoreError.noHome) { try ClientStore.open(home: home.folder) }
        try home.makeStore().close()
        #expect(throws: StoreError.homeExists) {
            try ClientStore.create(home: home.folder, using: &home.entropy)
        }
        #expect(try ClientStore.open(home: home.folder).generation == 1)
    }

    @Test("a home whose making was cut off is none, and does not stand in the way of the next")
    func cutOff() throws {
        for files in [["key"], ["key", "sotto.db"]] {
            let home = try TestHome()
            let path = home.folder.path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for name in files { try Data().write(to: home.url(name)) }
            try Data(repeating: 1, count: 32).write(to: home.url("key"))
            #expect(home.folder.isCutOff)
            #expect(throws: StoreError.noHome) { try ClientStore.open(home: home.folder) }
            home.folder.remove()
            try home.makeStore().close()
            #expect(!home.folder.isCutOff)
        }
        let other = try TestHome()
        try FileManager.default.createDirectory(
            atPath: other.folder.path, withIntermediateDirectories: true)
        try Data(repeating: 1, count: 32).write(to: other.url("key"))
        try Data([1]).write(to: other.url("somebody's"))
        #expect(!other.folder.isCutOff)
    }
}
