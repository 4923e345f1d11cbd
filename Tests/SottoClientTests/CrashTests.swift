// A client that dies after effect k, for every k: each message once, and no key twice.

import SottoClient
import SottoRelayProtocol
import Synchronization
import Testing

/// Lets so many effects leave, and then none: the client stops as if its process had died.
private final class Fuse: Sendable {
    private let left: Mutex<Int>

    init(after effects: Int) { left = Mutex(effects) }

    func burn() -> Bool {
        left.withLock { left in
            left -= 1
            return left >= 0
        }
    }

    var isBurnt: Bool { left.withLock { $0 < 0 } }
}

@Suite("Clients that die", .timeLimit(.minutes(5)))
struct CrashTests {
    /// What a process sees that starts some time after the one that died: the lease is over.
    private static func later(_ seconds: Int, _ fuse: Fuse? = nil) -> ClientEnvironment {
        ClientEnvironment(
            now: {
                let now = ClientEnvironment.systemTime().milliseconds
                return SottoRelayProtocol.Timestamp(milliseconds: now + UInt64(seconds) * 1_000)
            }, mayLeave: { fuse?.burn() ?? true })
    }

    /// Lets a client work until it is done or dead; a dead one would wait for nothing.
    private static func drain(_ client: SottoClient, until fuse: Fuse) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await client.drain(timeout: patience) }
            group.addTask {
                while !fuse.isBurnt, !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(5))
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    @Test("[ONCE-3] dying after any effect of a first message loses and doubles nothing")
    func founding() async throws {
        try await withRelay { relay in
            let bob = try await Person(relay.client("Bob"))
            let link = try await bob.client.me().link
            var effects = 0
            while true {
                let name = "Alice \(effects)"
                let alice = try await relay.client(name)
                let peer = try await alice.addContact(link: link).peer
                await alice.close()
                let fuse = Fuse(after: effects)
                let dying = try await SottoClient.open(
                    home: relay.home(name), environment: Self.later(0, fuse))
                _ = try await dying.send("from \(name)", to: peer)
                await Self.drain(dying, until: fuse)
                await dying.close()
                try await settle(relay.home(name), bob)
                if !fuse.isBurnt { break }
                effects += 1
            }
            #expect(effects >= 5, "fewer effects than a first message has")
            let conversations = try await bob.client.conversations()
            #expect(conversations.count == effects + 1)
            for conversation in conversations {
                let log = try await bob.client.log(of: conversation.peer)
                #expect(log.map(\.body) == [.text("from \(conversation.displayName)")])
            }
            #expect(try await bob.client.alarms() == [])
            await bob.client.close()
        }
    }

    @Test("[ONCE-2] dying after any effect of sending and receiving loses and doubles nothing")
    func receiving() async throws {
        try await withPair { alice, bob in
            _ = try await alice.client.send("hello", to: bob.peer)
            try await alice.client.drain(timeout: patience)
            try await bob.client.drain(timeout: patience)
            _ = try await bob.client.accept(alice.peer)
            try await bob.client.drain(timeout: patience)
            let home = try await bob.client.me().home
            await bob.client.close()
            var said = ["hello"]
            var effects = 0
            while true {
                let text = "before effect \(effects)"
                let answer = "answer \(effects)"
                said += [text, answer]
                _ = try await alice.client.send(text, to: bob.peer)
                try await alice.client.drain(timeout: patience)
                let fuse = Fuse(after: effects)
                let dying = try await SottoClient.open(
                    home: home, environment: Self.later(20 * effects, fuse))
                _ = try await dying.send(answer, to: alice.peer)
                await Self.drain(dying, until: fuse)
                await dying.close()
                let revived = try await SottoClient.open(
                    home: home, environment: Self.later(20 * effects + 10))
                try await revived.drain(timeout: patience)
                #expect(try await revived.alarms() == [])
                await revived.close()
                if !fuse.isBurnt { break }
                effects += 1
            }
            #expect(effects >= 3, "fewer effects than receiving and answering have")
            try await alice.client.drain(timeout: patience)
            #expect(try await alice.client.alarms() == [])
            #expect(try await texts(alice, with: bob).sorted() == said.sorted())
            let last = try await SottoClient.open(
                home: home, environment: Self.later(20 * effects + 20))
            #expect(try await texts(Person(last), with: alice).sorted() == said.sorted())
            await last.close()
        }
    }

    /// Opens a home whose process died, sends what waits, and lets Bob receive it.
    private func settle(_ home: String, _ bob: Person) async throws {
        let revived = try await SottoClient.open(home: home, environment: Self.later(10))
        try await revived.drain(timeout: patience)
        #expect(try await revived.alarms() == [])
        await revived.close()
        try await bob.client.drain(timeout: patience)
    }
}
