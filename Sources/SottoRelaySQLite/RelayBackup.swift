// Copies of a data folder: made while the relay serves it, and put back as another life of it.

import Foundation
import GRDB
import SottoCrypto
import SottoRelayProtocol
import SottoWire

/// Backups of a relay on one disk [HOST-4].
///
/// A backup is a folder with `relay.db`, `blobs` where there are any, and `keys` if they were
/// asked for. Its database has an incarnation of its own from the start, so that even one that is
/// served as it lies does not speak in the name of the store that it was copied from [OPS-4].
public enum RelayBackup {
    /// Copies what a relay holds, as of one moment, whether or not it runs.
    ///
    /// - Parameters:
    ///   - keys: The folder of the keys, to copy these too.
    ///   - folder: Where to; made here, or empty.
    /// - Throws: What is wrong. A backup that is not whole is removed again.
    public static func make(
        of data: String, withKeysIn keys: String? = nil, in folder: String
    ) throws(RelayDataFolderError) {
        guard FileManager.default.fileExists(atPath: data + "/relay.db") else { throw .notARelay }
        try makeEmpty(folder)
        do throws(RelayDataFolderError) {
            try copyDatabase(from: data + "/relay.db", to: folder + "/relay.db")
            // After the database: what is in it and no more in the folder has expired meanwhile.
            try copy("blobs", from: data, to: folder)
            if let keys {
                try copyKeys(from: KeyFile.folder(data: data, keys: keys), to: folder + "/keys")
            }
            try sync(folder)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    /// Puts a backup back where no relay's data are, as another life of the store.
    ///
    /// - Parameters:
    ///   - data: The data folder; not there yet, or empty.
    ///   - keys: The folder of the keys. Keys of the backup are put there if it has none.
    /// - Returns: Whether both keys are there now, without which the relay cannot be served.
    public static func restore(
        _ folder: String, to data: String, keys: String
    ) throws(RelayDataFolderError) -> Bool {
        guard FileManager.default.fileExists(atPath: folder + "/relay.db") else {
            throw .notARelay
        }
        try makeEmpty(data)
        let lock = try FolderLock(folder: data)
        defer { withExtendedLifetime(lock) {} }
        do throws(RelayDataFolderError) {
            try copyDatabase(from: folder + "/relay.db", to: data + "/relay.db")
            try copy("blobs", from: folder, to: data)
            try sync(data)
        } catch {
            for name in ["relay.db", "blobs"] {
                try? FileManager.default.removeItem(atPath: data + "/" + name)
            }
            throw error
        }
        if FileManager.default.fileExists(atPath: folder + "/keys") {
            try DataFolder(path: keys).make()
            try copyKeys(from: folder + "/keys", to: keys)
        }
        for name in KeyFile.Name.allCases where name.isInEveryRelay {
            guard try KeyFile(folder: keys, name: name).read() != nil else { return false }
        }
        return true
    }
}

// MARK: - Copying

extension RelayBackup {
    private static func makeEmpty(_ path: String) throws(RelayDataFolderError) {
        let folder = DataFolder(path: path)
        let contents = try folder.contents()
        guard contents ?? [] == [] || contents == ["lock"] else { throw .notEmpty }
        if contents == nil { try folder.make() }
        try folder.closeToOthers()
    }

    /// Copies a snapshot in one step, which keeps nobody from writing, checks the copy, and gives
    /// it an incarnation.
    private static func copyDatabase(
        from source: String, to target: String
    ) throws(RelayDataFolderError) {
        var entropy = Entropy.system()
        let incarnation = Incarnation.random(using: &entropy)
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let original = try DatabaseQueue(path: source, configuration: configuration)
            guard
                FileManager.default.createFile(
                    atPath: target, contents: nil, attributes: [.posixPermissions: 0o600])
            else { throw RelayDataFolderError.unusable(reason: "\(target) cannot be made") }
            let copy = try DatabaseQueue(path: target)
            try original.backup(to: copy)
            try copy.writeWithoutTransaction { database in
                guard try StoreHealth.problems(in: database).isEmpty else {
                    throw RelayDataFolderError.unusable(reason: "the database is damaged")
                }
                try RelaySchema.begin(incarnation, in: database)
                // One file without a log, which can be read from a medium that is not written.
                try database.execute(sql: "PRAGMA journal_mode = DELETE")
            }
            try copy.close()
            try original.close()
        } catch let error as RelayDataFolderError {
            throw error
        } catch {
            let reason = (error as? DatabaseError)?.message ?? error.localizedDescription
            throw .unusable(reason: "the database cannot be copied: \(reason)")
        }
    }

    private static func copy(
        _ name: String, from source: String, to target: String
    ) throws(RelayDataFolderError) {
        guard FileManager.default.fileExists(atPath: source + "/" + name) else { return }
        do {
            try FileManager.default.copyItem(
                atPath: source + "/" + name, toPath: target + "/" + name)
        } catch {
            throw .unusable(reason: "\(name) cannot be copied: \(error.localizedDescription)")
        }
    }

    /// Copies the keys that the target lacks; one that it has must be the same.
    private static func copyKeys(
        from source: String, to target: String
    ) throws(RelayDataFolderError) {
        try DataFolder(path: target).make()
        for name in KeyFile.Name.allCases {
            guard let key = try KeyFile(folder: source, name: name).read() else {
                guard name.isInEveryRelay else { continue }
                throw .keyMissing(file: source + "/" + name.rawValue)
            }
            let file = KeyFile(folder: target, name: name)
            guard let known = try file.read() else {
                try file.write(key)
                continue
            }
            guard known == key else {
                throw .keysTwice(file: name.rawValue, folders: [source, target])
            }
        }
    }

    /// Brings all that was written to the disk.
    private static func sync(_ folder: String) throws(RelayDataFolderError) {
        let names = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
        for path in names.map({ folder + "/" + $0 }) + [folder] {
            guard KeyFile.sync(path) else {
                throw .unusable(reason: "\(path) cannot be brought to the disk")
            }
        }
    }
}
