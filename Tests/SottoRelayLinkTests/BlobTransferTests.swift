// The link's blobs against a relay as it is: up, cut off, on again, down, and in constant memory.

import Foundation
import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import SottoRelayServer
import SottoWire
import Synchronization
import Testing

@Suite("Blob transfers", .timeLimit(.minutes(3))) struct BlobTransferTests {
    /// Bytes that follow from their place; it breaks off where a test wants.
    private struct Pattern: BlobSource {
        let count: UInt64
        var breaksAt = UInt64.max

        func read(from offset: UInt64, count: Int) async throws -> [UInt8] {
            guard offset + UInt64(count) <= breaksAt else {
                // What was sent has time to arrive.
                try await Task.sleep(for: .milliseconds(500))
                throw RelayBlobError.lost
            }
            return bytes(from: offset, count: count)
        }

        private func bytes(from offset: UInt64, count: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            while bytes.count < count {
                // The same byte as far as the block of its place goes.
                let place = offset + UInt64(bytes.count)
                let block = place >> 17
                let left = min(UInt64(count - bytes.count), (block + 1) << 17 - place)
                bytes += [UInt8](repeating: UInt8(truncatingIfNeeded: block), count: Int(left))
            }
            return bytes
        }

        var id: BlobID {
            var hash = SHA256Stream()
            var offset: UInt64 = 0
            while offset < count {
                let bytes = bytes(from: offset, count: Int(min(count - offset, 128 << 10)))
                bytes.withUnsafeBytes { hash.update($0) }
                offset += UInt64(bytes.count)
            }
            return BlobID(made: hash.digest())
        }
    }

    private func token(_ bytes: UInt64, at relay: RealRelay) async throws -> BlobToken {
        var entropy = Entropy.system()
        let connection = try await RelayConnection.connect(
            to: try relay.origin, trusting: .pinned(try relay.id), entropy: .system())
        _ = try await connection.register(
            .random(using: &entropy), mailboxKey: .random(using: &entropy),
            sealingKey: SealingKey(X25519.PrivateKey.random(using: &entropy).publicKey))
        return try await connection.mintBlob(bytes: bytes)
    }

    /// The folder of a relay that has got a part of a source and was shut down.
    private func begun(_ source: Pattern, _ id: BlobID) async throws -> (String, BlobToken) {
        let relay = try await RealRelay()
        let token = try await token(source.count, at: relay)
        let blobs = RelayBlobs(at: try relay.origin)
        let broken = Pattern(count: source.count, breaksAt: 1_000_000)
        await #expect(throws: RelayBlobError.lost) {
            try await blobs.upload(broken, as: id, with: token)
        }
        await relay.server.shutdown()
        return (relay.folder, token)
    }

    @Test("[BLOB-3] a blob that was cut off goes on, over a restart of the relay too")
    func resumed() async throws {
        let source = Pattern(count: 3_000_001)
        let id = source.id
        let (folder, token) = try await begun(source, id)
        let relay = try await RealRelay(folder: folder)
        let seen = Mutex<[UInt64]>([])
        let blobs = RelayBlobs(at: try relay.origin)
        try await blobs.upload(source, as: id, with: token) { offset in
            seen.withLock { $0.append(offset) }
        }
        let offsets = seen.withLock { $0 }
        #expect(offsets.first.map { $0 > 0 && $0 <= 1_000_000 } == true, "\(offsets)")
        #expect(offsets.last == source.count)
        // Once more is nothing; then down, whole and from the middle.
        try await blobs.upload(source, as: id, with: token)
        var whole: [UInt8] = []
        let count = try await blobs.download(id) { whole += $0 }
        #expect(count == source.count && SHA256.hash(whole) == id.bytes)
        var rest: [UInt8] = []
        try await blobs.download(id, from: 2_999_990) { rest += $0 }
        #expect(rest == Array(whole.suffix(11)))
        await relay.end()
    }

    @Test("[BLOB-4] what is not what it was called is told, and what is not there")
    func notTheSame() async throws {
        let relay = try await RealRelay()
        let source = Pattern(count: 5_000)
        let token = try await token(5_000, at: relay)
        let blobs = RelayBlobs(at: try relay.origin)
        await #expect(throws: RelayBlobError.notTheSame) {
            try await blobs.upload(source, as: .zero, with: token)
        }
        await #expect(throws: RelayBlobError.refused(status: 404)) {
            try await blobs.download(.zero) { _ in }
        }
        let short = try await self.token(10, at: relay)
        await #expect(throws: RelayBlobError.refused(status: 413)) {
            try await blobs.upload(source, as: .zero, with: short)
        }
        await relay.end()
        await #expect(throws: RelayBlobError.unreachable) {
            try await blobs.download(.zero) { _ in }
        }
    }

    /// How much memory this process has in use, in bytes.
    private var memory: Int {
        get throws {
            let status = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            let pages = try #require(status.split(separator: " ").dropFirst().first)
            return try #require(Int(pages)) * 4_096
        }
    }

    @Test(
        "[BLOB-8] a large blob goes up and down in the memory of a small one",
        .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/statm")))
    func constantMemory() async throws {
        let relay = try await RealRelay()
        let blobs = RelayBlobs(at: try relay.origin)
        let size = ProcessInfo.processInfo.environment["SOTTO_BLOB_BYTES"].flatMap { UInt64($0) }
        let source = Pattern(count: size ?? 200 << 20)
        let id = source.id
        let token = try await token(source.count, at: relay)
        let before = try memory
        let most = Mutex(before)
        let watch = Task {
            while !Task.isCancelled {
                let now = try memory
                most.withLock { $0 = max($0, now) }
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        try await blobs.upload(source, as: id, with: token)
        let count = try await blobs.download(id) { _ in }
        watch.cancel()
        let grown = most.withLock { $0 } - before
        #expect(count == source.count)
        // Debug builds and their allocator are not thrifty, and both ends are in this process.
        #expect(grown < 64 << 20, "grown by \(grown >> 20) MiB")
        await relay.end()
    }
}
