// Two people who use one relay, and how tests wait for what they do.

import SottoClient
import Testing

/// How long a test waits for what should take a moment.
let patience = Duration.seconds(30)

/// A person of a test.
struct Person: Sendable {
    let client: SottoClient
    let peer: PeerID

    init(_ client: SottoClient) async throws {
        self.client = client
        peer = try await client.me().account
    }
}

/// Runs a test with Alice, who has Bob as a contact, and Bob, who knows nobody.
func withPair(_ body: (Person, Person) async throws -> Void) async throws {
    try await withRelay { relay in
        let alice = try await Person(relay.client("Alice"))
        let bob = try await Person(relay.client("Bob"))
        _ = try await alice.client.addContact(link: bob.client.me().link, name: "Bob")
        do {
            try await body(alice, bob)
        } catch {
            await alice.client.close()
            await bob.client.close()
            throw error
        }
        await alice.client.close()
        await bob.client.close()
    }
}

/// Runs a test while clients stay connected.
func whileRunning(
    _ clients: [SottoClient], _ body: @Sendable () async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for client in clients { group.addTask { try await client.run() } }
        try await body()
        group.cancelAll()
    }
}

/// Waits for something to come true.
func eventually(_ condition: () async throws -> Bool) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + patience
    while clock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("waited in vain")
}

/// The texts of a conversation as somebody sees them.
func texts(_ who: Person, with peer: Person) async throws -> [String] {
    try await who.client.log(of: peer.peer, limit: 1_000).compactMap { message in
        guard case .text(let text) = message.body else { return nil }
        return text
    }
}
