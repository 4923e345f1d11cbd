// The folders that a relay keeps everything in: one of data, with database and lock, one of keys.

import Foundation
package import SottoCrypto
public import SottoRelayCore
import SottoRelayProtocol

extension RelayHome {
    /// Opens a relay's data folder, or makes it at the first start.
    ///
    /// It has mode 0700 and holds `relay.db`, `blobs` and `lock`; the folder of the keys holds
    /// `relay-key`, `master-key` and `name-key`. Each file has mode 0600. The keys are never in the
    /// database [OPS-1].
    /// The data folder is locked against any other process for as long as the home is held.
    ///
    /// - Parameter keys: The folder of the keys [HOST-1], made if it is not there; nothing for the
    ///   data folder itself. Keys that lie in the data folder are used from there all the same.
    /// - Throws: What is wrong with a folder, which is then as it was [OPS-3].
    public static func open(
        folder: String, keys: String? = nil
    ) throws(RelayDataFolderError) -> RelayHome {
        var entropy = Entropy.system()
        return try open(folder: folder, keys: keys, using: &entropy)
    }

    /// The same, with entropy for what is made at first start.
    package static func open(
        folder path: String, keys: String? = nil, using entropy: inout Entropy
    ) throws(RelayDataFolderError) -> RelayHome {
        try make(path)
        let lock = try FolderLock(folder: path)
        try DataFolder(path: path).closeToOthers()
        let database = path + "/relay.db"
        let isNew = !FileManager.default.fileExists(atPath: database)
        let folder = try keyFolder(data: path, keys: keys)
        let relayKey = try key(.relay, in: folder, mayMake: isNew, using: &entropy)
        let masterKey = try key(.master, in: folder, mayMake: isNew, using: &entropy)
        // Relays that knew no user names made no key for them.
        let isBefore = try SQLiteRelayStore.version(at: database) < RelaySchema.firstWithNames
        let nameKey = try key(.names, in: folder, mayMake: isBefore, using: &entropy)
        guard let privateKey = try? SignaturePrivateKey(seed: relayKey),
            let secrets = try? RelaySecrets(master: masterKey, names: nameKey)
        else {
            throw .keyMissing(file: folder + "/" + KeyFile.Name.relay.rawValue)
        }
        if isNew { try makeFile(database) }
        let store = try SQLiteRelayStore(
            path: database, fresh: .random(using: &entropy), lock: lock)
        let blobs = BlobStore(index: store, files: try BlobFolder(path + "/blobs"))
        return RelayHome(store: store, privateKey: privateKey, secrets: secrets, blobs: blobs)
    }

    /// Marks a data folder as put back from a backup, before it is served again [OPS-4].
    ///
    /// The store gets a new incarnation: what came after the backup is lost, and the relay must
    /// not sign other heads under the numbers that it signed then.
    ///
    /// - Throws: What is wrong with the folder, which is then as it was.
    public static func markRestored(folder path: String) throws(RelayDataFolderError) {
        var entropy = Entropy.system()
        guard FileManager.default.fileExists(atPath: path + "/relay.db") else {
            throw .notARelay
        }
        let lock = try FolderLock(folder: path)
        let store = try SQLiteRelayStore(
            path: path + "/relay.db", fresh: .random(using: &entropy), lock: lock)
        do throws(RelayStoreError) {
            try store.begin(.random(using: &entropy))
        } catch {
            throw .unusable(reason: "the database cannot be written")
        }
    }

    /// Where the keys lie: in the data folder if they are there, which relays did that had one
    /// folder for everything, else in the folder that was given.
    private static func keyFolder(
        data: String, keys: String?
    ) throws(RelayDataFolderError) -> String {
        guard let keys, keys != data else { return data }
        guard try KeyFile.folder(data: data, keys: keys) == data else {
            try DataFolder(path: keys).make()
            return keys
        }
        for name in KeyFile.Name.allCases {
            let inside = try KeyFile(folder: data, name: name).read()
            let outside = try KeyFile(folder: keys, name: name).read()
            guard outside == nil || outside == inside else {
                throw .keysTwice(file: name.rawValue, folders: [data, keys])
            }
        }
        return data
    }

    private static func key(
        _ name: KeyFile.Name, in folder: String, mayMake: Bool, using entropy: inout Entropy
    ) throws(RelayDataFolderError) -> Secret {
        let file = KeyFile(folder: folder, name: name)
        if let key = try file.read() { return key }
        guard mayMake else { throw .keyMissing(file: folder + "/" + name.rawValue) }
        let key = entropy.secret(32)
        try file.write(key)
        return key
    }

    /// Makes the folder, or sees that it is a relay's or empty.
    private static func make(_ path: String) throws(RelayDataFolderError) {
        let folder = DataFolder(path: path)
        guard let contents = try folder.contents() else { return try folder.make() }
        let isEmpty = contents.allSatisfy { $0 == "lock" || $0 == "blobs" }
        guard isEmpty || contents.contains(where: isOurs) else { throw .notEmpty }
    }

    /// Whether a file of this name tells that a relay has been here, were it for a moment.
    private static func isOurs(_ name: String) -> Bool {
        ["relay.db", "relay-key", "relay-key.new"].contains(name)
    }

    /// Makes an empty file that SQLite fills; its log files take over the mode.
    private static func makeFile(_ path: String) throws(RelayDataFolderError) {
        let isMade = FileManager.default.createFile(
            atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        guard isMade else { throw .unusable(reason: "relay.db cannot be made") }
    }
}
