// A home in a folder of its own, with an account in it, and a look at its files.

import Foundation
import SottoClientCore
import SottoClientStore
import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

/// A home that goes when the test does.
final class TestHome {
    static let origin = "ws://localhost:8340"
    static let name = "Zebedee Quillfeather"

    let parent: String
    let folder: HomeFolder
    var entropy = Entropy(seed: Secret(copying: repeatElement(3, count: 32)))
    let now = Timestamp(milliseconds: 1_790_000_000_000)

    init() throws {
        parent = NSTemporaryDirectory() + "sotto-store-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: parent, withIntermediateDirectories: true)
        folder = HomeFolder(path: parent + "/home")
    }

    deinit { try? FileManager.default.removeItem(atPath: parent) }

    /// A store with an account in it.
    func makeStore() throws -> ClientStore {
        var store = try ClientStore.create(home: folder, using: &entropy)
        var core = ClientCore()
        let relayKey = RelayKey(made: try SignaturePrivateKey.random(using: &entropy).publicKey)
        let intent = Intent.createAccount(
            origin: Self.origin, relayKey: relayKey, name: Self.name)
        _ = try store.apply([.intent(intent)], to: &core, now: now, using: &entropy)
        return store
    }

    /// The account that a store holds.
    func account(in store: ClientStore) throws -> OwnAccount {
        guard case .account(let account) = try store.record(.account) else {
            throw NoAccount()
        }
        return account
    }

    /// Every byte of every file of the home but the key file.
    func content() throws -> Data {
        try files().filter { $0 != "key" }.reduce(into: Data()) { all, name in
            all += try Data(contentsOf: url(name))
        }
    }

    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    func url(_ name: String) -> URL { URL(fileURLWithPath: folder.path + "/" + name) }

    func mode(_ path: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }
}

struct NoAccount: Error {}
