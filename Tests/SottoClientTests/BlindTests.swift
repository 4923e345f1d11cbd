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
            let connections = proxy.recordings.connections
            let said = connections.flatMap(\.fromClient.messages)
            let heard = connections.flatMap(\.fromRelay.messages)
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
            expectUnequal(connections)
        }
    }

    /// No two entries are equal, in one mailbox or in two, and none holds what was posted.
    private func expectUnequal(_ connections: [RecordedConnection]) {
        var entries: [MailboxID: Set<Delivery>] = [:]
        var envelopes: [[UInt8]] = []
        for connection in connections {
            let requests = connection.fromClient.messages.compactMap(Self.request)
            envelopes += requests.compactMap { request in
                if case .post(let post) = request { Array(post.envelope) } else { nil }
            }
            guard let mailbox = requests.compactMap(Self.owned).first else { continue }
            entries[mailbox, default: []].formUnion(
                connection.fromRelay.messages.compactMap(Self.delivery))
        }
        let sealed = entries.values.flatMap { $0 }.map { Array($0.sealed) }
        #expect(entries.count == 2 && sealed.count >= 2 * Self.texts.count)
        #expect(Set(sealed).count == sealed.count)
        #expect(envelopes.count >= Self.texts.count)
        #expect(Set(envelopes).count == envelopes.count)
        for envelope in envelopes {
            let part = Array(envelope.prefix(64))
            #expect(!sealed.contains { $0.holds(part) })
        }
    }

    private static func request(_ message: [UInt8]) -> Request.Body? {
        guard case .request(let request)? = try? ClientFrame(wireBytes: message) else { return nil }
        return request.body
    }

    private static func owned(_ request: Request.Body) -> MailboxID? {
        switch request {
        case .register(let register): register.mailbox
        case .authenticate(let proof): proof.mailbox
        default: nil
        }
    }

    private static func delivery(_ message: [UInt8]) -> Delivery? {
        guard case .delivery(let delivery)? = try? RelayFrame(wireBytes: message) else {
            return nil
        }
        return delivery
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

    /// What every file below a folder holds.
    private func files(in folder: String) throws -> [[UInt8]] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).compactMap {
            name -> [UInt8]? in
            let path = folder + "/" + name
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
                !isFolder.boolValue
            else { return nil }
            return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
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
