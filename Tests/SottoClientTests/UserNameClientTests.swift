// Finding people by a name, and leaving for good, against a real relay.

import Foundation
import GRDB
import SottoClient
import SottoRelayServer
import Testing

@Suite("User names", .timeLimit(.minutes(2)))
struct UserNameClientTests {
    @Test("[NAME-1] [NAME-3] who is found by a name can be written to, and is who took it")
    func found() async throws {
        try await withRelay { relay in
            let alice = try await Person(relay.client("Alice"))
            let bob = try await Person(relay.client("Bob"))
            try await bob.client.takeUserName("Bob.1")
            try await bob.client.takeUserName("bob.1")
            #expect(try await bob.client.me().userName == "bob.1")
            let contact = try await alice.client.addContact(userName: "@BOB.1")
            #expect(contact.peer == bob.peer && contact.name == "bob.1")
            try await whileRunning([alice.client, bob.client]) {
                _ = try await alice.client.send("found you", to: bob.peer)
                try await eventually { (try? await texts(bob, with: alice)) == ["found you"] }
            }
            await #expect(throws: ClientError.notFound(.userName)) {
                try await alice.client.addContact(userName: "bob.2")
            }
            await #expect(throws: ClientError.misuse(.badUserName)) {
                try await alice.client.addContact(userName: "@b")
            }
            await #expect(throws: ClientError.refused(.ownLink)) {
                try await bob.client.addContact(userName: "bob.1")
            }
            await alice.client.close()
            await bob.client.close()
        }
    }

    @Test("[NAME-4] a name is one account's until it is given back, and known after a restart")
    func taking() async throws {
        try await withRelay { relay in
            let alice = try await relay.client("Alice")
            let bob = try await relay.client("Bob")
            try await alice.takeUserName("carol")
            await #expect(throws: ClientError.refused(.userNameTaken)) {
                try await bob.takeUserName("carol")
            }
            #expect(try await bob.me().userName == nil)
            await alice.close()
            let again = try await SottoClient.open(home: relay.home("Alice"))
            #expect(try await again.me().userName == "carol")
            try await again.takeUserName("dave")
            #expect(try await again.me().userName == "dave")
            try await bob.takeUserName("carol")
            try await again.dropUserName()
            #expect(try await again.me().userName == nil)
            try await bob.takeUserName("dave")
            await again.close()
            await bob.close()
        }
    }

    @Test("[NAME-4] a name whose taking was cut off before it was noted is taken again")
    func cutOff() async throws {
        try await withRelay { relay in
            let alice = try await relay.client("Alice")
            await alice.close()
            let files = FileManager.default
            try files.copyItem(atPath: relay.home("Alice"), toPath: relay.home("Before"))
            let first = try await SottoClient.open(home: relay.home("Alice"))
            try await first.takeUserName("alice")
            await first.close()
            let before = try await SottoClient.open(home: relay.home("Before"))
            #expect(try await before.me().userName == nil)
            try await before.takeUserName("alice")
            #expect(try await before.me().userName == "alice")
            await before.close()
        }
    }

    @Test("[DIR-5] [MBX-8] an account that is deleted leaves nothing at the relay or at home")
    func deletion() async throws {
        try await withRelay { relay in
            let alice = try await Person(relay.client("Alice"))
            let bob = try await Person(relay.client("Bob"))
            await alice.client.close()
            await bob.client.close()
            let before = try rows(of: relay)
            let carol = try await Person(relay.client("Carol"))
            try await carol.client.takeUserName("carol")
            try await carol.client.deleteAccount()
            #expect(try rows(of: relay) == before)
            #expect(!FileManager.default.fileExists(atPath: relay.home("Carol")))
            await #expect(throws: ClientError.notFound(.home)) {
                try await SottoClient.open(home: relay.home("Carol"))
            }
        }
    }

    @Test("a name and an account are kept where the relay is not reached, and go with the next try")
    func deletionLater() async throws {
        let folder = TestRelay.newFolder()
        let port = try await triesInVain(in: folder)
        let again = try await TestRelay(folder: folder, port: port)
        let kept = try await SottoClient.open(home: again.home("Alice"))
        #expect(try await kept.me().userName == "alice")
        try await kept.dropUserName()
        #expect(try await kept.me().userName == nil)
        try await kept.deleteAccount()
        #expect(!FileManager.default.fileExists(atPath: again.home("Alice")))
        await again.remove()
    }

    /// Alice tries to give back her name and to delete her account after her relay has stopped.
    ///
    /// - Returns: The port of the relay, which is let go of.
    private func triesInVain(in folder: String) async throws -> Int {
        let relay = try await TestRelay(folder: folder)
        let alice = try await relay.client("Alice")
        try await alice.takeUserName("alice")
        await relay.stop()
        await #expect(throws: ClientError.self) {
            try await alice.dropUserName(timeout: .seconds(2))
        }
        await #expect(throws: ClientError.self) {
            try await alice.deleteAccount(timeout: .seconds(2))
        }
        return relay.server.port
    }

    /// How many rows each table of the relay has that holds something of an account.
    private func rows(of relay: TestRelay) throws -> [String: Int] {
        let queue = try DatabaseQueue(path: relay.folder + "/relay/relay.db")
        return try queue.read { database in
            var found: [String: Int] = [:]
            for table in ["mailboxes", "entries", "denied", "records", "stocks", "packages"] {
                found[table] = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)")
            }
            return found
        }
    }
}
