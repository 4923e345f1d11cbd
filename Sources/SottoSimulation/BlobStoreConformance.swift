// What every index and every folder of blobs must do; each store's tests run all of it.

import SottoCrypto
package import SottoRelayCore
import SottoRelayProtocol
import SottoWire

/// One thing that a store of blobs must do, tried on an empty one.
package struct BlobStoreConformance: Sendable, CustomStringConvertible {
    /// The sentence that is tried.
    package let description: String
    /// Tries it; throws a `RelayStoreConformance.Violation` where it does not hold.
    package let run: @Sendable (any BlobIndex, any BlobFiles) throws -> Void

    private init(
        _ description: String,
        _ run: @escaping @Sendable (any BlobIndex, any BlobFiles) throws -> Void
    ) {
        self.description = description
        self.run = run
    }

    /// Everything that is tried.
    package static let all = [
        BlobStoreConformance("rows come back as written, and go when they are removed", rows),
        BlobStoreConformance("what is counted is blobs and open uploads", usage),
        BlobStoreConformance("what is too old is told, oldest first and up to a count", expiry),
        BlobStoreConformance("blobs are told in the order of their addresses", order),
        BlobStoreConformance("an upload grows at its end and nowhere else", growth),
        BlobStoreConformance("an upload becomes the blob of its hash, once", keeping),
        BlobStoreConformance("what is removed is gone, and again is nothing", removal),
    ]
}

private func uploadID(_ byte: UInt8) -> UploadID {
    UploadID(made: [UInt8](repeating: byte, count: 16))
}

private func blobID(_ byte: UInt8) -> BlobID {
    BlobID(made: [UInt8](repeating: byte, count: 32))
}

// MARK: - The cases

private func rows(_ index: any BlobIndex, _ files: any BlobFiles) throws {
    try expect(index.upload(uploadID(1)), nil)
    try expect(index.blob(blobID(1)), nil)
    let open = UploadRow(bytes: 5 << 30, state: .open, expires: 20_000)
    let whole = UploadRow(bytes: 7, state: .complete(blobID(1)), expires: 20_001)
    let blob = BlobRow(bytes: 7, expires: 20_030)
    try index.change([
        .upload(uploadID(1), open), .upload(uploadID(2), whole), .blob(blobID(1), blob),
    ])
    try expect(index.upload(uploadID(1)), open)
    try expect(index.upload(uploadID(2)), whole)
    try expect(index.blob(blobID(1)), blob)
    try index.change([
        .upload(uploadID(1), nil), .upload(uploadID(2), open), .blob(blobID(1), nil),
        .upload(uploadID(9), nil), .blob(blobID(9), nil),
    ])
    try expect(index.upload(uploadID(1)), nil)
    try expect(index.upload(uploadID(2)), open)
    try expect(index.blob(blobID(1)), nil)
}

private func usage(_ index: any BlobIndex, _ files: any BlobFiles) throws {
    try expect(index.blobBytes(), 0)
    let open = UploadRow(bytes: 100, state: .open, expires: 1)
    try index.change([.upload(uploadID(1), open), .blob(blobID(1), BlobRow(bytes: 7, expires: 1))])
    try expect(index.blobBytes(), 107)
    try index.change([.upload(uploadID(1), open), .blob(blobID(1), BlobRow(bytes: 7, expires: 2))])
    try expect(index.blobBytes(), 107)
    let whole = UploadRow(bytes: 100, state: .complete(blobID(2)), expires: 1)
    try index.change([
        .upload(uploadID(1), whole), .blob(blobID(2), BlobRow(bytes: 100, expires: 1)),
    ])
    try expect(index.blobBytes(), 107)
    try index.change([.upload(uploadID(1), nil), .blob(blobID(1), nil), .blob(blobID(2), nil)])
    try expect(index.blobBytes(), 0)
}

private func expiry(_ index: any BlobIndex, _ files: any BlobFiles) throws {
    for byte in UInt8(1)...5 {
        try index.change([
            .upload(uploadID(byte), UploadRow(bytes: 1, state: .open, expires: UInt64(byte))),
            .blob(blobID(byte), BlobRow(bytes: 1, expires: UInt64(byte))),
        ])
    }
    try expect(index.expiredUploads(on: 0, max: 10), [])
    try expect(index.expiredUploads(on: 3, max: 10), (1...3).map(uploadID))
    try expect(index.expiredUploads(on: 3, max: 2), (1...2).map(uploadID))
    try expect(index.expiredBlobs(on: 4, max: 10), (1...4).map(blobID))
    try expect(index.expiredBlobs(on: 9, max: 1), [blobID(1)])
}

private func order(_ index: any BlobIndex, _ files: any BlobFiles) throws {
    for byte: UInt8 in [9, 3, 200, 0] {
        try index.change([.blob(blobID(byte), BlobRow(bytes: 1, expires: 1))])
    }
    try expect(index.blobs(after: nil, max: 3), [0, 3, 9].map(blobID))
    try expect(index.blobs(after: blobID(9), max: 3), [blobID(200)])
    try expect(index.blobs(after: blobID(200), max: 3), [])
}

private func growth(_ index: any BlobIndex, _ files: any BlobFiles) throws {
    let upload = uploadID(1)
    try expect(files.count(of: upload), 0)
    try files.append([1, 2, 3], to: upload, at: 0)
    try files.append([], to: upload, at: 3)
    try files.append([4], to: upload, at: 3)
    try expect(files.count(of: upload), 4)
    for offset: UInt64 in [0, 3, 5] {
        do throws(BlobFileError) {
            try files.append([9], to: upload, at: offset)
            throw .failed(code: 0)
        } catch {
            try expect(error, .notThere)
        }
    }
    try files.sync(upload)
    try expect(files.address(of: upload), BlobID(made: SHA256.hash([1, 2, 3, 4])))
    try expect(files.uploads(), [upload])
}

private func keeping(_ index: any BlobIndex, _ files: any BlobFiles) throws {
    let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0) }
    try files.append(bytes, to: uploadID(1), at: 0)
    let blob = try files.address(of: uploadID(1))
    try expect(files.holds(blob), false)
    try files.keep(uploadID(1), as: blob)
    try files.keep(uploadID(1), as: blob)
    try expect(files.holds(blob), true)
    try expect(files.uploads(), [])
    try expect(files.blobs(beginning: blob.bytes[0]), [blob])
    try expect(files.blobs(beginning: ~blob.bytes[0]), [])
    try expect(files.read(blob, from: 0, count: 2_000), bytes)
    try expect(files.read(blob, from: 990, count: 5), Array(bytes[990..<995]))
    try expect(files.read(blob, from: 1_000, count: 5), [])
    // The same content comes twice.
    try files.append(bytes, to: uploadID(2), at: 0)
    try files.keep(uploadID(2), as: blob)
    try expect(files.read(blob, from: 0, count: 2_000), bytes)
}

private func removal(_ index: any BlobIndex, _ files: any BlobFiles) throws {
    try files.append([1], to: uploadID(1), at: 0)
    try files.append([1], to: uploadID(2), at: 0)
    let blob = try files.address(of: uploadID(1))
    try files.keep(uploadID(1), as: blob)
    for _ in 0..<2 {
        try files.remove(blob)
        try files.discard(uploadID(2))
    }
    try expect(files.holds(blob), false)
    try expect(files.uploads(), [])
    do throws(BlobFileError) {
        _ = try files.read(blob, from: 0, count: 1)
        throw .failed(code: 0)
    } catch {
        try expect(error, .notThere)
    }
}
