// Two people and a relay in one process, step by step: what an app does with Sotto.

import Foundation
import SottoClient
import SottoRelayCore
import SottoRelaySQLite
import SottoRelayServer

@main
struct TwoClients {
    static func main() async throws {
        let folder = NSTemporaryDirectory() + "sotto-example-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }

        // 1. A relay on a free port. In life it runs elsewhere: `sotto-relay serve`.
        let relay = try await RelayServer.start(
            RelayHome.open(folder: folder + "/relay"), RelayConfiguration(port: 0))
        let origin = "ws://127.0.0.1:\(relay.port)"

        // 2. Two homes: each makes its keys, a mailbox and a record that only its link opens.
        //    The recovery code is shown once and kept nowhere.
        let alice = try await SottoClient.create(
            home: folder + "/alice", relay: origin, name: "Alice")
        let bob = try await SottoClient.create(home: folder + "/bob", relay: origin, name: "Bob")
        print("Alice's recovery code begins with \(alice.recoveryCode.prefix(5))")

        // 3. Bob gives Alice his link, by QR code or any other way.
        let link = try await bob.client.me().link
        let contact = try await alice.client.addContact(link: link, name: "Bob")

        // 4. Alice writes. `send` stores; `wait` connects and carries. Bob need not be there.
        let number = try await alice.client.send("Hello, Bob", to: contact.peer)
        _ = try await alice.client.wait(for: .sent, of: number, timeout: .seconds(10))
        print("Alice's message is with the relay")

        // 5. Bob comes back and finds a request. Nothing went back to Alice so far; taking her as a
        //    contact accepts the conversation, and receipts flow from then on.
        try await bob.client.drain(timeout: .seconds(10))
        for request in try await bob.client.conversations() where !request.isAccepted {
            print("Bob has a request from \(request.displayName)")
            _ = try await bob.client.accept(request.peer, name: "Alice")
            for message in try await bob.client.unread(of: request.peer) {
                if case .text(let text) = message.body { print("Bob reads: \(text)") }
            }
            try await bob.client.markRead(request.peer)
            _ = try await bob.client.send("Hello, Alice", to: request.peer)
        }
        try await bob.client.drain(timeout: .seconds(10))

        // 6. Alice sees the reply, and that hers was read. A long-lived app keeps `run()` going and
        //    listens to `events()` instead of draining.
        let state = try await alice.client.wait(for: .read, of: number, timeout: .seconds(10))
        if case .reached(let stage, _) = state { print("Alice's message is \(stage)") }
        for message in try await alice.client.log(of: contact.peer) {
            if case .text(let text) = message.body { print("Alice's log: \(text)") }
        }

        await alice.client.close()
        await bob.client.close()
        await relay.shutdown()
    }
}
