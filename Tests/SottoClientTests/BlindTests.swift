// What a relay is told and what it writes down, searched for what it must not know.

import Foundation
import SottoClient
import SottoClientCore
import SottoClientStore
import SottoCrypto
import SottoIdentity
import SottoRelayProtocol
import SottoRelayServer
import SottoWire
import Testing

@Suite("The relay is blind", .timeLimit(.minutes(2)))
struct BlindTests {
    private static let names = ["Alice Arden-Quill", "Bob Barkley-Vane"]
    private static let texts = [
        "Meet me at the old lighthouse", "Which one do you mean?", "The one with the green door",
    ]

    @Test("[SEAL-1] [ENV-1] no frame and no file of the relay's holds what is private")
    func nothingIsKnown() async throws {
        try await withRelay { relay in
            let proxy = try await RecordingProxy.start(before: relay.server.port)
            let secrets = try await conversation(through: proxy.origin, in: relay)
            try await proxy.stop()
            let said = proxy.recordings.messages(fromClients: true)
            let heard = proxy.recordings.messages(fromClients: false)
            let disk = try files(in: relay.folder + "/relay")
            for (what, needle) in secrets.hidden {
                #expect(!said.contains { $0.holds(needle) }, "a frame holds \(what)")
                #expect(!heard.contains { $0.holds(needle) }, "an answer holds \(what)")
                #expect(!disk.contains { $0.holds(needle) }, "the disk holds \(what)")
            }
            for mailbox in secrets.mailboxes {
                #expect(said.contains { $0.holds(mailbox) }, "the search finds no mailbox")
                #expect(disk.contains { $0.holds(mailbox) }, "the search finds no mailbox")
            }
            try expectUnequal(said: said, heard: heard)
        }
    }

    /// No two deliveries are equal, and none holds what was posted.
    private func expectUnequal(said: [[UInt8]], heard: [[UInt8]]) throws {
        let sealed = heard.compactMap { message -> [UInt8]? in
            guard case .delivery(let delivery)? = try? RelayFrame(wireBytes: message) else {
                return nil
            }
            return Array(delivery.sealed)
        }
        let envelopes = said.compactMap { message -> [UInt8]? in
            guard case .request(let request)? = try? ClientFrame(wireBytes: message),
                case .post(let post) = request.body
            else { return nil }
            return Array(post.envelope)
        }
        #expect(sealed.count >= 2 * Self.texts.count && envelopes.count >= Self.texts.count)
        #expect(Set(sealed).count == sealed.count)
        #expect(Set(envelopes).count == envelopes.count)
        for envelope in envelopes {
            let part = Array(envelope.prefix(64))
            #expect(!sealed.contains { $0.holds(part) })
        }
    }

    /// A whole conversation; what of it the relay must not know, and what it does.
    private func conversation(
        through origin: String, in relay: TestRelay
    ) async throws -> (hidden: [(String, [UInt8])], mailboxes: [[UInt8]]) {
        let homes = ["alice", "bob"].map(relay.home)
        let alice = try await SottoClient.create(
            home: homes[0], relay: origin, name: Self.names[0]
        ).client
        let bob = try await SottoClient.create(
            home: homes[1], relay: origin, name: Self.names[1]
        ).client
        let toBob = try await alice.addContact(link: bob.me().link, name: "B").peer
        let toAlice = try await bob.addContact(link: alice.me().link, name: "A").peer
        for (client, peer, text) in zip3([alice, bob, alice], [toBob, toAlice, toBob], Self.texts) {
            let number = try await client.send(text, to: peer)
            _ = try await client.wait(for: .sent, of: number, timeout: patience)
            for client in [alice, bob] { try await client.drain(timeout: patience) }
        }
        try await bob.markRead(toAlice)
        for client in [bob, alice] { try await client.drain(timeout: patience) }
        // Bob is away when the last one comes, so that something lies at rest.
        let group = try #require(try await alice.conversations().first?.group)
        await bob.close()
        let last = try await alice.send(Self.texts[0], to: toBob)
        _ = try await alice.wait(for: .sent, of: last, timeout: patience)
        await alice.close()
        return try (hidden(homes, group), homes.map { try account($0).mailbox.bytes })
    }

    private func hidden(_ homes: [String], _ group: String) throws -> [(String, [UInt8])] {
        var hidden: [(String, [UInt8])] = []
        for text in Self.names + Self.texts { hidden.append(("“\(text)”", Array(text.utf8))) }
        for form in forms(try Hexadecimal.decode(group)) { hidden.append(("the group id", form)) }
        for home in homes {
            let account = try account(home)
            for form in forms(account.id.bytes) { hidden.append(("an account id", form)) }
            for form in forms(account.deviceKey.publicKey) { hidden.append(("a device key", form)) }
            hidden.append(("a sealing key", Array(account.deviceSealing.publicKey.prefix(64))))
            hidden.append(("a card", account.card.secret.withBytes { Array($0) }))
        }
        return hidden
    }

    /// Bytes as they are, in hexadecimal and in Base64.
    private func forms(_ bytes: [UInt8]) -> [[UInt8]] {
        [bytes, Array(Hexadecimal.encode(bytes).utf8), Array(Base64URL.encode(bytes).utf8)]
    }

    private func account(_ home: String) throws -> OwnAccount {
        let store = try ClientStore.open(home: HomeFolder(path: home))
        defer { store.close() }
        guard case .account(let account)? = try store.record(.account) else { throw NoAccount() }
        return account
    }

    private func files(in folder: String) throws -> [[UInt8]] {
        try FileManager.default.contentsOfDirectory(atPath: folder).map { name in
            Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
        }
    }

    private func zip3<A, B, C>(_ a: [A], _ b: [B], _ c: [C]) -> [(A, B, C)] {
        zip(zip(a, b), c).map { ($0.0, $0.1, $1) }
    }
}

private struct NoAccount: Error {}

extension [UInt8] {
    /// Whether `needle` occurs in these bytes.
    fileprivate func holds(_ needle: [UInt8]) -> Bool {
        Data(self).range(of: Data(needle)) != nil
    }
}
