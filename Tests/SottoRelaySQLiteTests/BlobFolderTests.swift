// Blobs on a disk: the index in the database, the bytes in files, and what a crash leaves of them.

import Foundation
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@testable import SottoRelaySQLite

@Suite("Blobs on disk")
struct BlobFolderTests {
    private let folder: TemporaryFolder
    private var entropy = Entropy.system()
    private let now = Timestamp(milliseconds: 20_000 * 86_400_000)

    init() throws { folder = try TemporaryFolder() }

    private func store() throws -> SQLiteRelayStore {
        var entropy = Entropy.system()
        return try SQLiteRelayStore(
            path: folder.path + "/relay.db", fresh: .random(using: &entropy))
    }

    private func keeper(_ store: SQLiteRelayStore) throws -> BlobKeeper {
        BlobKeeper(
            index: store, files: try BlobFolder(folder.path + "/blobs"),
            masterKey: Secret(copying: Array(repeating: 1, count: 32)), quotas: BlobQuotas())
    }

    @Test("blobs on disk conform", arguments: BlobStoreConformance.all)
    func conforms(_ conformance: BlobStoreConformance) throws {
        try conformance.run(try store(), try BlobFolder(folder.path + "/blobs"))
    }

    @Test("[BLOB-6] files of blobs are for their owner alone")
    func modes() throws {
        let files = try BlobFolder(folder.path + "/blobs")
        let upload = UploadID(made: [UInt8](repeating: 1, count: 16))
        try files.append([1], to: upload, at: 0)
        let names = try #require(
            FileManager.default.subpaths(atPath: folder.path + "/blobs"))
        #expect(names.count == 2)
        for name in ["/blobs"] + names.map({ "/blobs/" + $0 }) {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + name)
            let mode = try #require(attributes[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0, "\(name)")
        }
    }

    /// The ends of an upload, and what a crash right before each leaves.
    private enum Crash: CaseIterable {
        case beforeTheRow, amongTheBytes, beforeTheIndex, beforeTheFile, none
    }

    @Test("[BLOB-7] wherever an upload is cut off, it goes on or is mended, and nothing stays over")
    mutating func crashes() throws {
        let bytes = entropy.bytes(5_000)
        let blob = BlobID(made: SHA256.hash(bytes))
        for crash in Crash.allCases {
            let store = try store()
            var keeper = try keeper(store)
            let token = try keeper.mint(
                5_000, for: .random(using: &entropy), now: now, using: &entropy)
            if crash != .beforeTheRow { _ = try keeper.begin(token, bytes: 5_000, now: now) }
            try keeper.files.append(
                Array(bytes.prefix(crash == .amongTheBytes ? 100 : 5_000)), to: token.upload,
                at: 0)
            switch crash {
            case .beforeTheRow, .amongTheBytes, .beforeTheIndex: break
            case .beforeTheFile:
                try store.change([
                    .upload(
                        token.upload,
                        UploadRow(bytes: 5_000, state: .complete(blob), expires: 20_002)),
                    .blob(blob, BlobRow(bytes: 5_000, expires: 20_030)),
                ])
            case .none: _ = try keeper.complete(token, as: blob, now: now)
            }
            let again = try self.keeper(try self.store())
            try again.mend()
            let second = try again.mend()
            #expect(second == 0)
            switch crash {
            case .beforeTheRow:
                #expect(try again.files.uploads().isEmpty)
                _ = try again.begin(token, bytes: 5_000, now: now)
            case .amongTheBytes:
                let status = try again.status(of: token, now: now)
                #expect(status.offset == 100)
            case .beforeTheIndex:
                _ = try again.complete(token, as: blob, now: now)
                fallthrough
            case .beforeTheFile, .none:
                let read = try again.files.read(blob, from: 0, count: 6_000)
                #expect(read == bytes)
                #expect(try again.status(of: token, now: now).blob == blob)
            }
            // Much later all of it is gone.
            let later = Timestamp(milliseconds: 20_040 * 86_400_000)
            while try again.sweep(now: later) {}
            #expect(try again.files.uploads().isEmpty && store.blobBytes() == 0)
            #expect(try !again.files.holds(blob))
        }
    }

    @Test("[BLOB-7] rows whose files are gone go, as after a backup without its blobs")
    mutating func missingFiles() throws {
        let store = try store()
        let keeper = try keeper(store)
        let ids = (0..<3).map { BlobID(made: SHA256.hash([$0])) }
        try store.change(ids.map { .blob($0, BlobRow(bytes: 1, expires: 30_000)) })
        let upload = UploadID.random(using: &entropy)
        try keeper.files.append([1], to: upload, at: 0)
        try keeper.files.keep(upload, as: ids[1])
        let orphan = UploadID.random(using: &entropy)
        try keeper.files.append([9, 9], to: orphan, at: 0)
        let orphaned = try keeper.files.address(of: orphan)
        try keeper.files.keep(orphan, as: orphaned)
        #expect(try keeper.mend() == 3)
        #expect(try store.blobs(after: nil, max: 10) == [ids[1]])
        #expect(try !keeper.files.holds(orphaned))
    }
}
