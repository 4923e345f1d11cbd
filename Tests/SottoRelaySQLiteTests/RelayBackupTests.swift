// Backups: whole, made beside a relay, without keys, and put back as another life.

import Foundation
import GRDB
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoRelaySQLite
import SottoWire
import Testing

@Suite struct RelayBackupTests {
    private let folder: TemporaryFolder
    private let lane: LaneID
    private let row: LaneRow

    private var data: String { folder.path + "/data" }
    private var keys: String { folder.path + "/keys" }
    private var backup: String { folder.path + "/backup" }

    init() throws {
        folder = try TemporaryFolder()
        var entropy = Entropy.system()
        lane = .random(using: &entropy)
        row = LaneRow(
            epoch: 3, tokenHash: .random(using: &entropy), number: 7,
            head: .random(using: &entropy), day: 1)
    }

    private func home() throws -> RelayHome { try RelayHome.open(folder: data, keys: keys) }

    private func names(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    @Test("[HOST-4] a backup made while the relay writes is whole, and has no keys unless asked")
    func beside() throws {
        let home = try home()
        try home.store.write([.lane(lane, row)])
        try FileManager.default.createDirectory(
            atPath: data + "/blobs/ab", withIntermediateDirectories: true)
        try Data("blob".utf8).write(to: URL(fileURLWithPath: data + "/blobs/ab/cd"))
        try RelayBackup.make(of: data, in: backup)
        try home.store.write([.probe])
        #expect(try names(in: backup) == ["blobs", "relay.db"])
        #expect(try folder.mode("backup") == 0o700)
        #expect(try folder.mode("backup/relay.db") == 0o600)
        #expect(FileManager.default.contents(atPath: backup + "/blobs/ab/cd") == Data("blob".utf8))
        var header = try #require(FileManager.default.contents(atPath: backup + "/relay.db"))
        header = header.prefix(20)
        #expect(header[18] == 1 && header[19] == 1, "a log would be needed to read it")
        try RelayBackup.make(of: data, withKeysIn: keys, in: folder.path + "/more")
        let kept = try names(in: folder.path + "/more/keys")
        #expect(kept == ["master-key", "name-key", "relay-key"])
        let served = try RelayHome.open(folder: backup, keys: keys)
        #expect(try served.store.find([.lane(lane)]) == [.lane(lane, row)])
        // Even a backup that is served as it lies is another life.
        #expect(served.store.incarnation != home.store.incarnation)
    }

    @Test("[HOST-4] [OPS-4] each time that a backup is put back another life begins")
    func restored() throws {
        var home: RelayHome? = try home()
        let publicKey = home?.privateKey.publicKey
        try home?.store.write([.lane(lane, row)])
        try RelayBackup.make(of: data, withKeysIn: keys, in: backup)
        let before = try #require(home?.store.incarnation)
        home = nil
        var seen = [before]
        for name in ["one", "two"] {
            let place = folder.path + "/" + name
            #expect(try RelayBackup.restore(backup, to: place, keys: place + "-keys"))
            let again = try RelayHome.open(folder: place, keys: place + "-keys")
            #expect(try again.store.find([.lane(lane)]) == [.lane(lane, row)])
            #expect(again.privateKey.publicKey == publicKey)
            #expect(!seen.contains(again.store.incarnation))
            seen.append(again.store.incarnation)
        }
    }

    @Test("[HOST-4] without keys the data are put back, and it is told what is missing")
    func withoutKeys() throws {
        _ = try home()
        try RelayBackup.make(of: data, in: backup)
        let place = folder.path + "/place"
        #expect(try !RelayBackup.restore(backup, to: place, keys: place + "-keys"))
        #expect(throws: RelayDataFolderError.self) {
            try RelayHome.open(folder: place, keys: place + "-keys")
        }
        #expect(try RelayHome.open(folder: place, keys: keys).store.incarnation != .zero)
    }

    @Test("[HOST-4] nothing is overwritten, nothing half done is left, nothing damaged is kept")
    func refused() throws {
        #expect(throws: RelayDataFolderError.notARelay) {
            try RelayBackup.make(of: folder.path + "/nowhere", in: backup)
        }
        _ = try home()
        #expect(throws: RelayDataFolderError.notEmpty) {
            try RelayBackup.make(of: data, in: folder.path)
        }
        try RelayBackup.make(of: data, withKeysIn: keys, in: backup)
        #expect(throws: RelayDataFolderError.notEmpty) {
            _ = try RelayBackup.restore(backup, to: data, keys: keys)
        }
        let other = folder.path + "/other-keys"
        _ = try RelayHome.open(folder: folder.path + "/other", keys: other)
        #expect(throws: RelayDataFolderError.self) {
            _ = try RelayBackup.restore(backup, to: folder.path + "/new", keys: other)
        }
        var bytes = try #require(FileManager.default.contents(atPath: backup + "/relay.db"))
        bytes.replaceSubrange(4_096..<8_192, with: Data(repeating: 9, count: 4_096))
        try bytes.write(to: URL(fileURLWithPath: backup + "/relay.db"))
        let place = folder.path + "/damaged"
        #expect(throws: RelayDataFolderError.self) {
            _ = try RelayBackup.restore(backup, to: place, keys: keys)
        }
        #expect(!FileManager.default.fileExists(atPath: place + "/relay.db"))
    }

    @Test("[HOST-5] a sound database has no problems, a damaged one has")
    func health() throws {
        #expect(throws: RelayDataFolderError.notARelay) {
            try StoreHealth.problems(folder: folder.path)
        }
        _ = try home()
        #expect(try StoreHealth.problems(folder: data).isEmpty)
        var bytes = try #require(FileManager.default.contents(atPath: data + "/relay.db"))
        bytes.replaceSubrange(8_192..<12_288, with: Data(repeating: 9, count: 4_096))
        try bytes.write(to: URL(fileURLWithPath: data + "/relay.db"))
        let problems = (try? StoreHealth.problems(folder: data)) ?? ["unreadable"]
        #expect(!problems.isEmpty)
    }
}
