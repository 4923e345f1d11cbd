// The data folder: made once, opened by one, refused with a sentence.

import Foundation
import GRDB
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoRelaySQLite

@Suite struct DataFolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func refusal(at path: String? = nil) throws -> RelayDataFolderError? {
        do {
            _ = try RelayHome.open(folder: path ?? folder.path)
            return nil
        } catch {
            return error
        }
    }

    private func contents() throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            found[name] = FileManager.default.contents(atPath: folder.path + "/" + name)
        }
        return found
    }

    @Test("[OPS-1] [TOK-2] keys are made at first start, kept, and outside the database")
    func keys() throws {
        var home: RelayHome? = try RelayHome.open(folder: folder.path)
        let publicKey = home?.privateKey.publicKey
        let seed = try #require(home?.privateKey.seed.withBytes { Data($0) })
        let master = try #require(home?.secrets.master.withBytes { Data($0) })
        home = nil
        let again = try RelayHome.open(folder: folder.path)
        #expect(again.privateKey.publicKey == publicKey)
        #expect(again.secrets.master.withBytes { Data($0) } == master)
        for (name, bytes) in try contents() where name.hasPrefix("relay.db") {
            #expect(bytes.range(of: seed) == nil && bytes.range(of: master) == nil)
        }
    }

    @Test("[NAME-6] a folder of relays that knew no user names gets a key for them, once")
    func nameKey() throws {
        try DataFolder(path: folder.path).make()
        let database = try DatabaseQueue(path: folder.path + "/relay.db")
        var entropy = Entropy.system()
        let fresh = Incarnation.random(using: &entropy)
        try database.writeWithoutTransaction {
            _ = try RelaySchema.open(
                $0, fresh: fresh, pagesMax: nil, steps: [RelaySchema.steps[0]])
        }
        try database.close()
        for name in ["relay-key", "master-key"] {
            let path = URL(fileURLWithPath: folder.path + "/" + name)
            try Data(repeating: 3, count: 32).write(to: path)
        }
        var home: RelayHome? = try RelayHome.open(folder: folder.path)
        #expect(home?.store.incarnation == fresh)
        home = nil
        let key = try #require(try contents()["name-key"])
        #expect(key.count == 32)
        home = try RelayHome.open(folder: folder.path)
        home = nil
        #expect(try contents()["name-key"] == key)
        try FileManager.default.removeItem(atPath: folder.path + "/name-key")
        #expect(try refusal() == .keyMissing(file: folder.path + "/name-key"))
    }

    @Test("[OPS-1] the folder is its owner's alone, and so is every file in it")
    func modes() throws {
        let home = try RelayHome.open(folder: folder.path)
        try home.store.write([.probe])
        #expect(try folder.mode() == 0o700)
        let names = try contents().keys
        #expect(names.contains("relay.db-wal"))
        for name in names { #expect(try folder.mode(name) == 0o600, "\(name)") }
    }

    @Test("[OPS-3] a folder that is in use is refused, and free once it is not")
    func inUse() throws {
        var home: RelayHome? = try RelayHome.open(folder: folder.path)
        #expect(try refusal() == .inUse)
        _ = home?.store.incarnation
        home = nil
        #expect(try refusal() == nil)
    }

    @Test("[OPS-3] a folder of a newer version is refused and left as it is")
    func newer() throws {
        _ = try RelayHome.open(folder: folder.path)
        let queue = try DatabaseQueue(path: folder.path + "/relay.db")
        try queue.write { try $0.execute(sql: "UPDATE store SET version = 999") }
        try queue.close()
        let before = try contents()
        #expect(try refusal() == .newer(found: 999, known: RelaySchema.version))
        #expect(try contents() == before)
    }

    @Test("[OPS-4] a folder marked as restored has another incarnation, and all else as before")
    func restored() throws {
        var home: RelayHome? = try RelayHome.open(folder: folder.path)
        let before = try #require(home?.store.incarnation)
        let relayKey = home?.privateKey.publicKey
        var entropy = Entropy.system()
        let lane = LaneID.random(using: &entropy)
        let row = LaneRow(
            epoch: 3, tokenHash: .random(using: &entropy), number: 7,
            head: .random(using: &entropy), day: 9)
        let link = LinkRow(
            number: 7, kind: .message, nextTokenHash: .zero,
            previous: .random(using: &entropy), envelopeHash: .random(using: &entropy), day: 9)
        try home?.store.write([.lane(lane, row), .link(lane, link)])
        do {
            try RelayHome.markRestored(folder: folder.path)
            Issue.record("marked while a relay runs on it")
        } catch { #expect(error == .inUse) }
        home = nil
        try RelayHome.markRestored(folder: folder.path)
        let again = try RelayHome.open(folder: folder.path)
        #expect(again.store.incarnation != before)
        #expect(again.privateKey.publicKey == relayKey)
        #expect(try again.store.find([.lane(lane)]) == [.lane(lane, row)])
        let links = RowKey.links(lane, from: 0, max: 9)
        #expect(try again.store.find([links]) == [.links(lane, from: 0, max: 9, [])])
    }

    @Test("[OPS-4] where no relay ever ran nothing is marked as restored, and nothing made")
    func restoredNothing() throws {
        for path in [folder.path, folder.path + "/nowhere"] {
            do {
                try RelayHome.markRestored(folder: path)
                Issue.record("an empty folder was marked")
            } catch { #expect(error == .notARelay) }
        }
        #expect(try contents().isEmpty)
    }

    @Test("a database without its key files, or with damaged ones, is refused")
    func missingKeys() throws {
        _ = try RelayHome.open(folder: folder.path)
        for name in ["relay-key", "master-key", "name-key"] {
            let path = folder.path + "/" + name
            let key = try #require(FileManager.default.contents(atPath: path))
            try key.dropLast().write(to: URL(fileURLWithPath: path))
            #expect(try refusal() == .keyMissing(file: path))
            try (key + [0]).write(to: URL(fileURLWithPath: path))
            #expect(try refusal() == .keyMissing(file: path))
            try FileManager.default.removeItem(atPath: path)
            #expect(try refusal() == .keyMissing(file: path))
            try key.write(to: URL(fileURLWithPath: path))
            #expect(try refusal() == nil)
        }
    }

    @Test("[HOST-1] keys lie in the folder that was given, and are found where they lay before")
    func keyFolder() throws {
        let data = folder.path + "/data"
        let keys = folder.path + "/keys"
        func keyAfterOpening() throws -> [UInt8] {
            try RelayHome.open(folder: data, keys: keys).privateKey.publicKey
        }
        let first = try keyAfterOpening()
        let names = ["master-key", "name-key", "relay-key"]
        let files = FileManager.default
        #expect(try files.contentsOfDirectory(atPath: keys).sorted() == names)
        #expect(try folder.mode("keys") == 0o700)
        for name in names {
            #expect(try folder.mode("keys/" + name) == 0o600)
            #expect(!files.fileExists(atPath: data + "/" + name))
        }
        // As relays did that had one folder for everything.
        for name in names {
            try files.moveItem(atPath: keys + "/" + name, toPath: data + "/" + name)
        }
        #expect(try keyAfterOpening() == first)
        #expect(try files.contentsOfDirectory(atPath: keys).isEmpty)
        for name in names {
            try files.copyItem(atPath: data + "/" + name, toPath: keys + "/" + name)
        }
        #expect(try keyAfterOpening() == first)
        try Data(repeating: 1, count: 32).write(to: URL(fileURLWithPath: keys + "/master-key"))
        do {
            _ = try keyAfterOpening()
            Issue.record("one of two keys was taken")
        } catch let error as RelayDataFolderError {
            #expect(error == .keysTwice(file: "master-key", folders: [data, keys]))
        }
        for name in names { try files.removeItem(atPath: data + "/" + name) }
        try files.removeItem(atPath: keys + "/relay-key")
        #expect(throws: RelayDataFolderError.keyMissing(file: keys + "/relay-key")) {
            try keyAfterOpening()
        }
    }

    @Test("a folder of other things is refused, and none of them touched")
    func notEmpty() throws {
        let path = folder.path + "/letter.txt"
        try Data("hello".utf8).write(to: URL(fileURLWithPath: path))
        let mode = try folder.mode()
        #expect(try refusal() == .notEmpty)
        #expect(try folder.mode() == mode)
        #expect(try contents().count == 1)
    }

    @Test("a file called lock makes no relay's folder of another one")
    func foreignLock() throws {
        for name in ["lock", "letter.txt"] {
            try Data("x".utf8).write(to: URL(fileURLWithPath: folder.path + "/" + name))
        }
        let mode = try folder.mode()
        #expect(try refusal() == .notEmpty)
        #expect(try folder.mode() == mode)
    }

    @Test("[OPS-1] keys that an archive left open to others are closed when they are read")
    func openKeys() throws {
        _ = try RelayHome.open(folder: folder.path)
        for name in ["relay-key", "master-key"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: folder.path + "/" + name)
        }
        _ = try RelayHome.open(folder: folder.path)
        for name in ["relay-key", "master-key"] { #expect(try folder.mode(name) == 0o600) }
    }

    @Test("a folder that cannot be made is refused with the system's reason")
    func unusable() throws {
        let path = folder.path + "/file"
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        let error = try #require(try refusal(at: path + "/below"))
        #expect(error.sentence.contains("cannot be used"))
    }

    @Test("a first start that was cut short is taken up where it stopped")
    func cutShort() throws {
        let nested = folder.path + "/a/b"
        _ = try RelayHome.open(folder: nested)
        for name in ["relay.db", "master-key"] {
            try FileManager.default.removeItem(atPath: nested + "/" + name)
        }
        #expect(FileManager.default.createFile(atPath: nested + "/master-key.new", contents: nil))
        #expect(try refusal(at: nested) == nil)
    }
}
