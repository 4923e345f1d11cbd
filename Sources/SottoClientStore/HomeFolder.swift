// The folder that one account of one device lives in, and who may look into it.

import Foundation
import SottoCrypto

/// A home: mode 0700, its files 0600 (spec/conversation.md, section 8).
package struct HomeFolder: Hashable, Sendable {
    /// Where it is.
    package let path: String

    /// The folder at a path, which need not be there.
    package init(path: String) { self.path = path }

    /// The database.
    var databasePath: String { path + "/sotto.db" }
    /// The file that holds the key which wraps the data key.
    var keyPath: String { path + "/key" }

    /// The file that holds an invitation until it was used.
    package var invitationPath: String { path + "/invitation" }

    /// Whether a store lies there.
    package var holdsStore: Bool { access(databasePath, F_OK) == 0 && access(keyPath, F_OK) == 0 }

    /// Makes the folder and its files, and the key in it.
    ///
    /// - Throws: `.homeExists` where a home or anything else lies; what was there is left. After
    ///   any other error there is nothing.
    func make(using entropy: inout Entropy) throws(StoreError) -> Secret {
        if mkdir(path, 0o700) != 0 {
            guard errno == EEXIST else { throw Self.error(errno) }
            guard contents?.isEmpty ?? false else { throw .homeExists }
            guard chmod(path, 0o700) == 0 else { throw Self.error(errno) }
        }
        let key = entropy.secret(Self.keyBytes)
        do throws(StoreError) {
            try write(key, to: keyPath)
            try write(Secret(copying: []), to: databasePath)
            try sync()
        } catch {
            remove()
            throw error
        }
        return key
    }

    /// Whether an earlier ``make(using:)`` was cut off: there is a key, perhaps part of it, and
    /// nothing else that could be of use to anybody.
    package var isCutOff: Bool {
        guard let contents, contents == ["key"] || contents.sorted() == ["key", "sotto.db"] else {
            return false
        }
        return size(of: keyPath) <= Self.keyBytes && size(of: databasePath) == 0
    }

    /// Takes away what ``make(using:)`` made, after an attempt that failed.
    package func remove() {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(databasePath + suffix) }
        for file in [keyPath, invitationPath] { unlink(file) }
        rmdir(path)
    }

    /// The key of this home.
    ///
    /// - Throws: `.noHome`, or `.doesNotOpen` where the file is no key.
    func key() throws(StoreError) -> Secret {
        guard holdsStore else { throw .noHome }
        let file = open(keyPath, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .inputOutput(code: errno) }
        defer { Foundation.close(file) }
        let key = Secret(count: Self.keyBytes + 1) { buffer in
            _ = read(file, buffer.baseAddress, buffer.count)
        }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size == Self.keyBytes else {
            throw .doesNotOpen
        }
        return key.part(0..<Self.keyBytes)
    }

    /// The version that wrote the database, read without touching it; `nil` while it is empty.
    func databaseVersion() throws(StoreError) -> Int32? {
        let file = open(databasePath, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .inputOutput(code: errno) }
        defer { Foundation.close(file) }
        var header = [UInt8](repeating: 0, count: 64)
        guard read(file, &header, header.count) == header.count else { return nil }
        return header[60..<64].reduce(0) { $0 << 8 | Int32($1) }
    }

    private var contents: [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: path)
    }

    /// How many bytes a file has; none if it is not there.
    private func size(of path: String) -> Int {
        var status = stat()
        return lstat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Lets the names of the files reach the disk.
    private func sync() throws(StoreError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.error(errno) }
        defer { Foundation.close(folder) }
        guard fsync(folder) == 0 else { throw Self.error(errno) }
    }

    /// Writes a new file that only its owner may read, down to the disk.
    private func write(_ content: Secret, to path: String) throws(StoreError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.error(errno) }
        defer { Foundation.close(file) }
        let written = content.withBytes { bytes in
            Foundation.write(file, bytes.baseAddress, bytes.count)
        }
        guard written >= 0 else { throw Self.error(errno) }
        guard written == content.count else { throw .diskFull }
        guard fsync(file) == 0 else { throw Self.error(errno) }
    }

    private static func error(_ code: Int32) -> StoreError {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: .diskFull
        case EEXIST: .homeExists
        default: .inputOutput(code: code)
        }
    }

    private static let keyBytes = 32
}
