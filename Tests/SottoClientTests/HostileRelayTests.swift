// Relays that are not what they say: each lie has a name that the user sees.

import SottoClient
import SottoRelayProtocol
import SottoRelayServer
import SottoWire
import Testing

@Suite("Relays that lie to clients", .timeLimit(.minutes(2)))
struct HostileRelayTests {
    @Test("[RELAY-1] a relay with another key is named and given nothing")
    func wrongKey() async throws {
        let relay = try await TestRelay()
        let alice = try await relay.client("Alice")
        let port = relay.server.port
        await relay.stop()
        let imposter = try await TestRelay(port: port)
        let events = await alice.events()
        await #expect(throws: ClientError.notTrusted(.relayKeyWrong)) {
            try await alice.drain(timeout: patience)
        }
        await #expect(throws: ClientError.notTrusted(.relayKeyWrong)) { try await alice.run() }
        await alice.close()
        var alarms: [Alarm] = []
        for await case .alarm(let alarm) in events { alarms.append(alarm) }
        #expect(alarms.contains(.relayKeyWrong))
        await imposter.remove()
        await relay.remove()
    }

    @Test("[RELAY-1] a home is not made at a relay of another id than the one asked for")
    func wrongPin() async throws {
        try await withRelay { relay in
            let other = String(repeating: "0", count: 64)
            await #expect(throws: ClientError.notTrusted(.relayKeyWrong)) {
                _ = try await SottoClient.create(
                    home: relay.home("nobody"), relay: relay.origin, relayID: other)
            }
            await #expect(throws: ClientError.notFound(.home)) {
                _ = try await SottoClient.open(home: relay.home("nobody"))
            }
        }
    }

    @Test("[RELAY-4] a replayed hello is named, and nothing follows it")
    func replayedHello() async throws {
        try await withRelay { relay in
            let honest = try await RecordingProxy.start(before: relay.server.port)
            let first = try await SottoClient.create(home: relay.home("a"), relay: honest.origin)
            await first.client.close()
            try await honest.stop()
            let hello = try #require(
                honest.recordings.connections.first?.fromRelay.messages.first)
            let replaying = try await RecordingProxy.start(
                before: relay.server.port, replaying: hello)
            await #expect(throws: ClientError.notTrusted(.helloReplayed)) {
                _ = try await SottoClient.create(home: relay.home("b"), relay: replaying.origin)
            }
            let said = replaying.recordings.connections.flatMap(\.fromClient.messages)
            let hellos = said.filter { (try? ClientFrame(wireBytes: $0))?.isHello == true }
            #expect(said.count <= 1, "something was said after a replayed hello")
            #expect(hellos.count == said.count, "something other than a hello was said")
            try await replaying.stop()
        }
    }

    @Test("a relay that is down is named, and what waits is sent when it is back")
    func down() async throws {
        let folder = TestRelay.newFolder()
        let (alice, bob, port) = try await acquaint(in: folder)
        let number = try await alice.client.send("into the dark", to: bob.peer)
        do {
            _ = try await alice.client.wait(for: .sent, of: number, timeout: patience)
            Issue.record("sent without a relay")
        } catch {
            #expect(error.category == .network && error.isRetryable)
        }
        let again = try await TestRelay(folder: folder, port: port)
        let state = try await alice.client.wait(for: .sent, of: number, timeout: patience)
        #expect(state == .reached(.sent, missed: 0))
        try await bob.client.drain(timeout: patience)
        #expect(try await texts(bob, with: alice) == ["into the dark"])
        await alice.client.close()
        await bob.client.close()
        await again.remove()
    }

    /// Two people who know each other, and the port of their relay, which is gone.
    private func acquaint(in folder: String) async throws -> (Person, Person, Int) {
        let relay = try await TestRelay(folder: folder)
        let alice = try await Person(relay.client("Alice"))
        let bob = try await Person(relay.client("Bob"))
        _ = try await alice.client.addContact(link: bob.client.me().link)
        await relay.stop()
        return (alice, bob, relay.server.port)
    }
}

extension ClientFrame {
    fileprivate var isHello: Bool {
        if case .hello = self { true } else { false }
    }
}
