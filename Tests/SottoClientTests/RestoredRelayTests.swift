// A relay whose data folder was put back from a backup, and what its users see of it.

import Foundation
import SottoClient
import SottoRelayCore
import SottoRelaySQLite
import SottoRelayServer
import Testing

@Suite("A relay restored from a backup", .timeLimit(.minutes(2)))
struct RestoredRelayTests {
    @Test("[OPS-4] a relay marked as restored is named as that, and conversations go on")
    func marked() async throws {
        let seen = try await aliceWritesAfterTheBackup { folder in
            try RelayHome.markRestored(folder: folder)
        }
        #expect(seen.byAlice.contains(.relayRestored) && seen.byBob.contains(.relayRestored))
        #expect(!(seen.byAlice + seen.byBob).contains { $0.isFork })
        #expect(seen.texts == ["before", "lost by the relay", "after"])
    }

    @Test("[HEAD-3] one that is put back without saying so is named as what it looks like")
    func unmarked() async throws {
        let seen = try await aliceWritesAfterTheBackup { _ in }
        #expect(!(seen.byAlice + seen.byBob).contains(.relayRestored))
        #expect(seen.byAlice.contains { $0.isFork })
    }

    /// Alice and Bob talk; the relay goes back to a backup; Alice writes again.
    ///
    /// - Returns: Of what they are warned, and what Bob can read then.
    private func aliceWritesAfterTheBackup(
        _ mark: (String) throws -> Void
    ) async throws -> Sight {
        let folder = TestRelay.newFolder()
        let data = folder + "/relay"
        let files = FileManager.default
        let (alice, bob, port) = try await acquaint(in: folder)
        try files.copyItem(atPath: data, toPath: folder + "/backup")
        try await whileServed(folder, port) {
            try await say("lost by the relay", from: alice, to: bob)
        }
        try files.removeItem(atPath: data)
        try files.moveItem(atPath: folder + "/backup", toPath: data)
        try mark(data)

        let events = (await alice.client.events(), await bob.client.events())
        try await whileServed(folder, port) {
            try await say("after", from: alice, to: bob)
        }
        let texts = try await texts(bob, with: alice)
        await alice.client.close()
        await bob.client.close()
        try files.removeItem(atPath: folder)
        return Sight(
            byAlice: await alarms(events.0), byBob: await alarms(events.1), texts: texts)
    }

    /// Two people who have talked, and the port of their relay, which is stopped.
    private func acquaint(in folder: String) async throws -> (Person, Person, Int) {
        let relay = try await TestRelay(folder: folder)
        let alice = try await Person(relay.client("Alice"))
        let bob = try await Person(relay.client("Bob"))
        _ = try await alice.client.addContact(link: bob.client.me().link)
        try await say("before", from: alice, to: bob)
        await relay.stop()
        return (alice, bob, relay.server.port)
    }

    /// Serves a folder again for as long as `body` takes.
    private func whileServed(
        _ folder: String, _ port: Int, _ body: () async throws -> Void
    ) async throws {
        let relay = try await TestRelay(folder: folder, port: port)
        try await body()
        await relay.stop()
    }

    private func alarms(_ events: AsyncStream<ClientEvent>) async -> [Alarm] {
        var alarms: [Alarm] = []
        for await case .alarm(let alarm) in events { alarms.append(alarm) }
        return alarms
    }

    private struct Sight {
        let byAlice: [Alarm]
        let byBob: [Alarm]
        let texts: [String]
    }

    private func say(_ text: String, from alice: Person, to bob: Person) async throws {
        let number = try await alice.client.send(text, to: bob.peer)
        _ = try await alice.client.wait(for: .sent, of: number, timeout: patience)
        // Both have seen the head of what was said.
        try await bob.client.drain(timeout: patience)
        try await alice.client.drain(timeout: patience)
    }
}

extension Alarm {
    fileprivate var isFork: Bool {
        if case .fork = self { true } else { false }
    }
}
