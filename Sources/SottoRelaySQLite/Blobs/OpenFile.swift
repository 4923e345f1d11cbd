// One open file or folder, closed with its last use.

import SottoRelayCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file descriptor of our own.
struct OpenFile: ~Copyable {
    private let descriptor: Int32

    init(_ path: String, _ flags: Int32) throws(BlobFileError) {
        descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .ofSystem() }
    }

    deinit { close(descriptor) }

    func size() throws(BlobFileError) -> UInt64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .ofSystem() }
        return UInt64(clamping: status.st_size)
    }

    func write(_ bytes: [UInt8], at offset: UInt64) throws(BlobFileError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(
                    descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written,
                    off_t(clamping: offset) + off_t(written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .ofSystem() }
            written += count
        }
    }

    /// Reads until the buffer is full or the file ends.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(BlobFileError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled,
                off_t(clamping: offset) + off_t(filled))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .ofSystem() }
            guard count > 0 else { return filled }
            filled += count
        }
        return filled
    }

    func sync() throws(BlobFileError) {
        guard fsync(descriptor) == 0 else { throw .ofSystem() }
    }

    /// The size of a file; nothing when there is none.
    static func size(_ path: String) throws(BlobFileError) -> UInt64? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw .ofSystem()
        }
        return UInt64(clamping: status.st_size)
    }

    /// The names in a folder; none when there is no folder.
    static func names(in path: String) throws(BlobFileError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw .ofSystem()
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names
    }
}
