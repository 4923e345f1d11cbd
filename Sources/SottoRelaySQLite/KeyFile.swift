// A key in a file of its own: written whole or not at all, readable by its owner alone.

import SottoCrypto

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file of 32 secret bytes outside the database [OPS-1].
struct KeyFile {
    private let folder: String
    private let name: String
    private static let length = 32

    /// The keys that a relay has.
    enum Name: String, CaseIterable {
        /// What signs hellos and heads.
        case relay = "relay-key"
        /// What delivery secrets are derived from [TOK-2].
        case master = "master-key"
        /// What user names are evaluated with [NAME-5].
        case names = "name-key"

        /// Whether every relay has it; one that knew no user names has no key for them.
        var isInEveryRelay: Bool { self != .names }
    }

    init(folder: String, name: Name) {
        self.folder = folder
        self.name = name.rawValue
    }

    private var path: String { folder + "/" + name }

    /// The key; nothing when there is no such file. Whoever else could read the file, as after it
    /// came out of an archive, can no longer.
    func read() throws(RelayDataFolderError) -> Secret? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .unusable(reason: "\(name): \(systemReason())")
        }
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else {
            throw .unusable(reason: "\(name): \(systemReason())")
        }
        var count = 0
        let key = Secret(count: Self.length) { buffer in
            count = posixRead(descriptor, buffer)
        }
        var extra: UInt8 = 0
        let isLonger = withUnsafeMutableBytes(of: &extra) { posixRead(descriptor, $0) } > 0
        guard count == Self.length, !isLonger else { throw .keyMissing(file: path) }
        return key
    }

    /// Writes the key so that after any crash the file is whole or not there.
    func write(_ key: Secret) throws(RelayDataFolderError) {
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unusable(reason: "\(name): \(systemReason())") }
        let isWritten = key.withBytes { bytes in
            fchmod(descriptor, 0o600) == 0
                && posixWrite(descriptor, bytes) == bytes.count && fsync(descriptor) == 0
        }
        let reason = systemReason()
        close(descriptor)
        guard isWritten, rename(draft, path) == 0, Self.sync(folder) else {
            unlink(draft)
            throw .unusable(reason: "\(name): \(isWritten ? systemReason() : reason)")
        }
    }

    /// Brings a file, or the names in a folder, to the disk.
    static func sync(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    /// Where a relay's keys lie: in the data folder if one is there, else in the folder of keys.
    static func folder(data: String, keys: String) throws(RelayDataFolderError) -> String {
        for name in Name.allCases {
            if try KeyFile(folder: data, name: name).read() != nil { return data }
        }
        return keys
    }
}

private func posixRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}

private func posixWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
