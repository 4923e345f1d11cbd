// Blobs in memory, for tests: an index and files that pass the conformance suite of blobs.

import SottoCrypto
package import SottoRelayCore
package import SottoRelayProtocol
import SottoWire
import Synchronization

/// An index and files that live as long as their process.
package final class MemoryBlobs: BlobIndex, BlobFiles {
    private struct State {
        var uploads: [UploadID: UploadRow] = [:]
        var blobs: [BlobID: BlobRow] = [:]
        var growing: [UploadID: [UInt8]] = [:]
        var whole: [BlobID: [UInt8]] = [:]
        var free = UInt64.max
    }

    private let state = Mutex(State())

    /// Nothing yet.
    package init() {}

    /// Sets the bytes that the disk says it has left.
    package func leave(freeBytes: UInt64) { state.withLock { $0.free = freeBytes } }

    // MARK: The index

    /// The upload of this name.
    package func upload(_ id: UploadID) throws(RelayStoreError) -> UploadRow? {
        state.withLock { $0.uploads[id] }
    }

    /// The blob at this address.
    package func blob(_ id: BlobID) throws(RelayStoreError) -> BlobRow? {
        state.withLock { $0.blobs[id] }
    }

    /// The bytes of all blobs and open uploads.
    package func blobBytes() throws(RelayStoreError) -> UInt64 {
        state.withLock { state in
            let open = state.uploads.values.filter { $0.state == .open }
            return open.reduce(state.blobs.values.reduce(0) { $0 + $1.bytes }) { $0 + $1.bytes }
        }
    }

    /// Uploads that are forgotten on a day.
    package func expiredUploads(
        on day: UInt64, max: Int
    ) throws(RelayStoreError) -> [UploadID] {
        state.withLock { state in
            Array(state.uploads.filter { $0.value.expires <= day }.keys.sorted().prefix(max))
        }
    }

    /// Blobs that are removed on a day.
    package func expiredBlobs(on day: UInt64, max: Int) throws(RelayStoreError) -> [BlobID] {
        state.withLock { state in
            Array(state.blobs.filter { $0.value.expires <= day }.keys.sorted().prefix(max))
        }
    }

    /// Blobs in the order of their addresses.
    package func blobs(after id: BlobID?, max: Int) throws(RelayStoreError) -> [BlobID] {
        state.withLock { state in
            let all = state.blobs.keys.sorted()
            let rest = all.drop { blob in id.map { blob <= $0 } ?? false }
            return Array(rest.prefix(max))
        }
    }

    /// Makes all changes.
    package func change(_ writes: [BlobWrite]) throws(RelayStoreError) {
        state.withLock { state in
            for write in writes {
                switch write {
                case .upload(let id, let row): state.uploads[id] = row
                case .blob(let id, let row): state.blobs[id] = row
                }
            }
        }
    }

    // MARK: The files

    /// How many bytes of an upload there are.
    package func count(of upload: UploadID) throws(BlobFileError) -> UInt64 {
        state.withLock { UInt64($0.growing[upload]?.count ?? 0) }
    }

    /// Puts bytes behind those that are there.
    package func append(
        _ bytes: [UInt8], to upload: UploadID, at offset: UInt64
    ) throws(BlobFileError) {
        let isThere = state.withLock { state in
            guard UInt64(state.growing[upload]?.count ?? 0) == offset else { return false }
            state.growing[upload, default: []] += bytes
            return true
        }
        guard isThere else { throw .notThere }
    }

    /// Nothing: memory is all there is.
    package func sync(_ upload: UploadID) throws(BlobFileError) {
        guard state.withLock({ $0.growing[upload] != nil }) else { throw .notThere }
    }

    /// The SHA-256 of an upload.
    package func address(of upload: UploadID) throws(BlobFileError) -> BlobID {
        guard let bytes = state.withLock({ $0.growing[upload] }) else { throw .notThere }
        return BlobID(made: SHA256.hash(bytes))
    }

    /// Makes an upload a blob.
    package func keep(_ upload: UploadID, as blob: BlobID) throws(BlobFileError) {
        let isThere = state.withLock { state in
            guard let bytes = state.growing.removeValue(forKey: upload) else {
                return state.whole[blob] != nil
            }
            state.whole[blob] = bytes
            return true
        }
        guard isThere else { throw .notThere }
    }

    /// Removes an upload.
    package func discard(_ upload: UploadID) throws(BlobFileError) {
        state.withLock { _ = $0.growing.removeValue(forKey: upload) }
    }

    /// Removes a blob.
    package func remove(_ blob: BlobID) throws(BlobFileError) {
        state.withLock { _ = $0.whole.removeValue(forKey: blob) }
    }

    /// Bytes of a blob.
    package func read(
        _ blob: BlobID, from offset: UInt64, count: Int
    ) throws(BlobFileError) -> [UInt8] {
        guard let bytes = state.withLock({ $0.whole[blob] }) else { throw .notThere }
        return Array(bytes.dropFirst(Int(clamping: offset)).prefix(count))
    }

    /// Whether a blob is there.
    package func holds(_ blob: BlobID) throws(BlobFileError) -> Bool {
        state.withLock { $0.whole[blob] != nil }
    }

    /// Every upload of which there are bytes.
    package func uploads() throws(BlobFileError) -> [UploadID] {
        state.withLock { $0.growing.keys.sorted() }
    }

    /// The blobs whose address begins with a byte.
    package func blobs(beginning byte: UInt8) throws(BlobFileError) -> [BlobID] {
        state.withLock { $0.whole.keys.filter { $0.bytes[0] == byte }.sorted() }
    }

    /// What was set.
    package func freeBytes() -> UInt64 { state.withLock { $0.free } }
}
