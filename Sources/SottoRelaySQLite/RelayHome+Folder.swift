// The one folder that a relay keeps everything in: keys, database, lock.

import Foundation
package import SottoCrypto
public import SottoRelayCore
import SottoRelayProtocol

extension RelayHome {
    /// Opens a relay's data folder, or makes it at the first start.
    ///
    /// The folder has mode 0700 and holds `relay.db`, `relay-key`, `master-key` and `lock`, each
    /// of mode 0600. The keys are never in the database [OPS-1]. The folder is locked against
    /// any other process for as long as the home is held.
    ///
    /// - Throws: What is wrong with the folder, which is then as it was [OPS-3].
    public static func open(folder: String) throws(RelayDataFolderError) -> RelayHome {
        var entropy = Entropy.system()
        return try open(folder: folder, using: &entropy)
    }

    /// The same, with entropy for what is made at first start.
    package static func open(
        folder path: String, using entropy: inout Entropy
    ) throws(RelayDataFolderError) -> RelayHome {
        let (store, privateKey, masterKey) = try parts(of: path, using: &entropy)
        return RelayHome(store: store, privateKey: privateKey, masterKey: masterKey)
    }

    private static func parts(
        of path: String, using entropy: inout Entropy
    ) throws(RelayDataFolderError) -> (SQLiteRelayStore, SignaturePrivateKey, Secret) {
        try make(path)
        let lock = try FolderLock(folder: path)
        try DataFolder(path: path).closeToOthers()
        let database = path + "/relay.db"
        let isNew = !FileManager.default.fileExists(atPath: database)
        let relayKey = try key("relay-key", in: path, mayMake: isNew, using: &entropy)
        let masterKey = try key("master-key", in: path, mayMake: isNew, using: &entropy)
        guard let privateKey = try? SignaturePrivateKey(seed: relayKey) else {
            throw .keyMissing(file: "relay-key")
        }
        if isNew { try makeFile(database) }
        let store = try SQLiteRelayStore(
            path: database, fresh: .random(using: &entropy), lock: lock)
        return (store, privateKey, masterKey)
    }

    /// Marks a data folder as put back from a backup, before it is served again [OPS-4].
    ///
    /// The store gets a new incarnation: what came after the backup is lost, and the relay must
    /// not sign other heads under the numbers that it signed then.
    ///
    /// - Throws: What is wrong with the folder, which is then as it was.
    public static func markRestored(folder: String) throws(RelayDataFolderError) {
        var entropy = Entropy.system()
        guard FileManager.default.fileExists(atPath: folder + "/relay.db") else {
            throw .notARelay
        }
        let (store, _, _) = try parts(of: folder, using: &entropy)
        do throws(RelayStoreError) {
            try store.begin(.random(using: &entropy))
        } catch {
            throw .unusable(reason: "the database cannot be written")
        }
    }

    private static func key(
        _ name: String, in folder: String, mayMake: Bool, using entropy: inout Entropy
    ) throws(RelayDataFolderError) -> Secret {
        let file = KeyFile(folder: folder, name: name)
        if let key = try file.read() { return key }
        guard mayMake else { throw .keyMissing(file: name) }
        let key = entropy.secret(32)
        try file.write(key)
        return key
    }

    /// Makes the folder, or sees that it is a relay's or empty.
    private static func make(_ path: String) throws(RelayDataFolderError) {
        let folder = DataFolder(path: path)
        guard let contents = try folder.contents() else { return try folder.make() }
        guard contents.isEmpty || contents == ["lock"] || contents.contains(where: isOurs)
        else { throw .notEmpty }
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
