// Two processes with one home: who notices what.

import Foundation
import SottoClientCore
import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoClientStore

@Suite("Several processes with one home")
struct GenerationTests {
    @Test("[REST-5] who looks and writes nothing wakes no other process")
    func lookingWritesNothing() throws {
        let home = HomeFolder(path: NSTemporaryDirectory() + "sotto-" + UUID().uuidString)
        var entropy = Entropy(seed: Secret(copying: [UInt8](repeating: 1, count: 32)))
        var one = try ClientStore.create(home: home, using: &entropy)
        defer { home.remove() }
        var other = try ClientStore.open(home: home)
        let now = Timestamp(milliseconds: 1_790_000_000_000)
        var core = ClientCore()
        let create = Event.intent(
            .createAccount(
                origin: "ws://127.0.0.1:1",
                relayKey: RelayKey(made: [UInt8](repeating: 4, count: 32)), name: nil))
        _ = try one.apply([create], to: &core, now: now, using: &entropy)
        let written = try one.newestGeneration()
        #expect(written == 1 && one.generation == 1)

        var otherCore = ClientCore()
        let first = try other.apply(
            [.resumed(from: 0)], to: &otherCore, now: now, using: &entropy)
        let again = try other.apply(
            [.resumed(from: 0)], to: &otherCore, now: now, using: &entropy)
        #expect(first.sawOthers && !again.sawOthers)
        #expect(try one.newestGeneration() == written)
        let mine = try one.apply([.resumed(from: 0)], to: &core, now: now, using: &entropy)
        #expect(!mine.sawOthers)

        let renamed = Event.intent(.setName("One"))
        _ = try other.apply([renamed], to: &otherCore, now: now, using: &entropy)
        #expect(try one.newestGeneration() > written)
        let seen = try one.apply([.resumed(from: 0)], to: &core, now: now, using: &entropy)
        #expect(seen.sawOthers)
        one.close()
        other.close()
    }
}
