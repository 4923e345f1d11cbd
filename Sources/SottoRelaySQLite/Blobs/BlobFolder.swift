// Blobs as files: uploads grow in one folder, whole blobs lie in 256 others by their first byte.

import SottoCrypto
package import SottoRelayCore
package import SottoRelayProtocol
import SottoWire

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The files of blobs below one folder: `uploads/ID`, `ab/ADDRESS`.
package struct BlobFolder: BlobFiles {
    private let root: String

    /// Takes a folder, and makes what is not there of it.
    package init(_ root: String) throws(RelayDataFolderError) {
        self.root = root
        try DataFolder(path: root + "/uploads").make()
        try DataFolder(path: root).closeToOthers()
    }

    private var uploadsFolder: String { root + "/uploads" }

    private func path(_ upload: UploadID) -> String {
        uploadsFolder + "/" + Hexadecimal.encode(upload.bytes)
    }

    private func folder(_ first: UInt8) -> String { root + "/" + Hexadecimal.encode([first]) }

    private func path(_ blob: BlobID) -> String {
        folder(blob.bytes[0]) + "/" + Hexadecimal.encode(blob.bytes)
    }

    // MARK: Uploads

    /// How many bytes of an upload there are.
    package func count(of upload: UploadID) throws(BlobFileError) -> UInt64 {
        try OpenFile.size(path(upload)) ?? 0
    }

    /// Puts bytes behind those that are there.
    package func append(
        _ bytes: [UInt8], to upload: UploadID, at offset: UInt64
    ) throws(BlobFileError) {
        let file = try OpenFile(path(upload), O_WRONLY | O_CREAT)
        guard try file.size() == offset else { throw .notThere }
        try file.write(bytes, at: offset)
    }

    /// Returns when what there is of an upload is on disk, and its name in its folder.
    package func sync(_ upload: UploadID) throws(BlobFileError) {
        try OpenFile(path(upload), O_RDONLY).sync()
        try OpenFile(uploadsFolder, O_RDONLY).sync()
    }

    /// The SHA-256 of an upload.
    package func address(of upload: UploadID) throws(BlobFileError) -> BlobID {
        let file = try OpenFile(path(upload), O_RDONLY)
        var hash = SHA256Stream()
        var offset: UInt64 = 0
        var buffer = [UInt8](repeating: 0, count: Self.hashBytes)
        while true {
            let outcome = buffer.withUnsafeMutableBytes { buffer in
                Result { () throws(BlobFileError) in try file.read(into: buffer, at: offset) }
            }
            let count = try outcome.get()
            guard count > 0 else { return BlobID(made: hash.digest()) }
            buffer.withUnsafeBytes { buffer in
                hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
            offset += UInt64(count)
        }
    }

    private static let hashBytes = 1 << 20

    /// Renames an upload to its address, and returns when both folders are on disk.
    package func keep(_ upload: UploadID, as blob: BlobID) throws(BlobFileError) {
        let folder = folder(blob.bytes[0])
        if mkdir(folder, 0o700) == 0 {
            try OpenFile(root, O_RDONLY).sync()
        } else if errno != EEXIST {
            throw .ofSystem()
        }
        guard rename(path(upload), path(blob)) == 0 else {
            if errno == ENOENT, try holds(blob) { return }
            throw .ofSystem()
        }
        try OpenFile(folder, O_RDONLY).sync()
        try OpenFile(uploadsFolder, O_RDONLY).sync()
    }

    /// Removes an upload.
    package func discard(_ upload: UploadID) throws(BlobFileError) { try remove(path(upload)) }

    // MARK: Blobs

    /// Removes a blob.
    package func remove(_ blob: BlobID) throws(BlobFileError) { try remove(path(blob)) }

    /// Whether a blob's file is there.
    package func holds(_ blob: BlobID) throws(BlobFileError) -> Bool {
        try OpenFile.size(path(blob)) != nil
    }

    /// Bytes of a blob.
    package func read(
        _ blob: BlobID, from offset: UInt64, count: Int
    ) throws(BlobFileError) -> [UInt8] {
        let file = try OpenFile(path(blob), O_RDONLY)
        var failure: BlobFileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
            do throws(BlobFileError) {
                filled = try file.read(
                    into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    private func remove(_ path: String) throws(BlobFileError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .ofSystem() }
    }

    // MARK: What is there

    /// Every upload that has a file.
    package func uploads() throws(BlobFileError) -> [UploadID] {
        try OpenFile.names(in: uploadsFolder).compactMap { name in
            (try? Hexadecimal.decode(name)).flatMap { try? UploadID($0) }
        }
    }

    /// The blobs in one of the 256 folders.
    package func blobs(beginning byte: UInt8) throws(BlobFileError) -> [BlobID] {
        try OpenFile.names(in: folder(byte)).compactMap { name in
            (try? Hexadecimal.decode(name)).flatMap { try? BlobID($0) }
        }
    }

    /// What is free on the disk.
    package func freeBytes() -> UInt64 { UInt64(clamping: DiskSpace.freeBytes(at: root)) }
}

extension BlobFileError {
    /// What the system's last refusal means.
    static func ofSystem() -> BlobFileError {
        switch errno {
        case ENOSPC, EDQUOT, EFBIG: .full
        case ENOENT: .notThere
        default: .failed(code: errno)
        }
    }
}
