// Two people and a real relay: what each sees of a conversation.

import SottoClient
import Testing

@Suite("Conversations through a real relay")
struct ConversationTests {
    @Test("[CHAT-1] [CHAT-5] a first message reaches somebody who is offline, as a request")
    func firstMessage() async throws {
        try await withRelay { relay in
            let alice = try await relay.client("Alice")
            let bob = try await relay.client("Bob")
            let contact = try await alice.addContact(link: bob.me().link, name: "Bobby")
            let number = try await alice.send("Hello, Bob", to: contact.peer)
            let state = try await alice.wait(for: .sent, of: number, timeout: patience)
            #expect(state == .reached(.sent, missed: 0))

            try await bob.drain(timeout: patience)
            let request = try #require(try await bob.conversations().first)
            #expect(!request.isAccepted && !request.isContact)
            #expect(request.displayName == "Alice")
            #expect(request.unread == 1)
            #expect(request.last?.body == .text("Hello, Bob"))

            // A request sends nothing back, reading it included.
            try await bob.markRead(request.peer)
            try await bob.drain(timeout: patience)
            try await alice.drain(timeout: patience)
            #expect(try await alice.message(number).direction == .outgoing(state))
            await alice.close()
            await bob.close()
        }
    }

    @Test("[RCPT-1] [RCPT-2] receipts come once the conversation is accepted, and only advance")
    func receipts() async throws {
        try await withPair { alice, bob in
            let first = try await alice.client.send("one", to: bob.peer)
            _ = try await alice.client.wait(for: .sent, of: first, timeout: patience)
            try await bob.client.drain(timeout: patience)
            _ = try await bob.client.accept(alice.peer, name: "Alice")
            try await bob.client.drain(timeout: patience)
            let delivered = try await alice.client.wait(
                for: .delivered, of: first, timeout: patience)
            #expect(delivered == .reached(.delivered, missed: 0))

            try await bob.client.markRead(alice.peer)
            try await bob.client.drain(timeout: patience)
            let read = try await alice.client.wait(for: .read, of: first, timeout: patience)
            #expect(read == .reached(.read, missed: 0))
            #expect(try await bob.client.unread(of: alice.peer).isEmpty)
        }
    }

    @Test("[ONCE-1] both sides see one order, and each message once")
    func oneOrder() async throws {
        try await withPair { alice, bob in
            let opening = try await alice.client.send("a0", to: bob.peer)
            _ = try await alice.client.wait(for: .sent, of: opening, timeout: patience)
            try await bob.client.drain(timeout: patience)
            _ = try await bob.client.accept(alice.peer)
            try await whileRunning([alice.client, bob.client]) {
                for round in 1...6 {
                    _ = try await alice.client.send("a\(round)", to: bob.peer)
                    _ = try await bob.client.send("b\(round)", to: alice.peer)
                }
                try await eventually { try await texts(alice, with: bob).count == 13 }
                try await eventually { try await texts(bob, with: alice).count == 13 }
            }
            try await alice.client.drain(timeout: patience)
            try await bob.client.drain(timeout: patience)
            try await alice.client.drain(timeout: patience)
            let ofAlice = try await texts(alice, with: bob)
            #expect(ofAlice == (try await texts(bob, with: alice)))
            #expect(Set(ofAlice).count == 13)
            #expect(ofAlice.filter { $0.hasPrefix("b") } == (1...6).map { "b\($0)" })
        }
    }

    @Test("[CHAT-3] [CHAT-4] when both begin at once, one group wins and nothing is lost")
    func bothAtOnce() async throws {
        try await withPair { alice, bob in
            _ = try await bob.client.addContact(link: alice.client.me().link, name: "Alice")
            let ofAlice = try await alice.client.send("from Alice", to: bob.peer)
            let ofBob = try await bob.client.send("from Bob", to: alice.peer)
            _ = try await alice.client.wait(for: .sent, of: ofAlice, timeout: patience)
            _ = try await bob.client.wait(for: .sent, of: ofBob, timeout: patience)
            for _ in 0..<3 {
                try await alice.client.drain(timeout: patience)
                try await bob.client.drain(timeout: patience)
            }
            #expect(Set(try await texts(alice, with: bob)) == ["from Alice", "from Bob"])
            #expect(Set(try await texts(bob, with: alice)) == ["from Alice", "from Bob"])
            for message in [
                try await alice.client.message(ofAlice), try await bob.client.message(ofBob),
            ] {
                #expect(message.direction == .outgoing(.reached(.delivered, missed: 0)))
            }
            let reply = try await bob.client.send("one more", to: alice.peer)
            _ = try await bob.client.wait(for: .sent, of: reply, timeout: patience)
            try await alice.client.drain(timeout: patience)
            #expect(try await texts(alice, with: bob).last == "one more")
            #expect(try await alice.client.conversations().count == 1)
        }
    }

    @Test("[CONT-4] [CONT-5] a new name reaches the peer and replaces no name the user gave")
    func names() async throws {
        try await withPair { alice, bob in
            _ = try await alice.client.send("hello", to: bob.peer)
            try await alice.client.drain(timeout: patience)
            try await bob.client.drain(timeout: patience)
            #expect(try await bob.client.displayName(of: alice.peer) == "Alice")
            try await alice.client.setName("Alice L.")
            try await alice.client.drain(timeout: patience)
            try await bob.client.drain(timeout: patience)
            #expect(try await bob.client.displayName(of: alice.peer) == "Alice L.")
            #expect(try await alice.client.displayName(of: bob.peer) == "Bob")
            _ = try await bob.client.accept(alice.peer, name: "My Alice")
            #expect(try await bob.client.resolve("my alice") == alice.peer)
            #expect(try await bob.client.displayName(of: alice.peer) == "My Alice")
            // What Bob told of himself stays below what Alice calls him.
            try await bob.client.setName("Robert")
            try await bob.client.drain(timeout: patience)
            try await alice.client.drain(timeout: patience)
            let contact = try #require(try await alice.client.contacts().first)
            #expect(contact.suggestedName == "Robert" && contact.displayName == "Bob")
        }
    }

    @Test("[ONCE-6] the inbox numbers what arrives, and only a consumer's own ack moves its cursor")
    func inbox() async throws {
        try await withPair { alice, bob in
            for text in ["one", "two", "three"] {
                _ = try await alice.client.send(text, to: bob.peer)
            }
            try await alice.client.drain(timeout: patience)
            let first = try await bob.client.inboxNext(consumer: "bot", max: 2, wait: patience)
            try await bob.client.drain(timeout: patience)
            #expect(first.first?.sequence == 1 && first.first?.message.body == .text("one"))
            try await bob.client.inboxAck(consumer: "bot", sequence: 2)
            let rest = try await bob.client.inboxNext(consumer: "bot")
            #expect(rest.map(\.sequence) == [3] && rest.first?.displayName == "Alice")
            let other = try await bob.client.inboxNext(consumer: "other")
            #expect(other.map(\.sequence) == [1, 2, 3])
            try await bob.client.inboxAck(consumer: "bot", sequence: 1)
            #expect(try await bob.client.inboxNext(consumer: "bot").map(\.sequence) == [3])
            await #expect(throws: ClientError.misuse(.ackBeyondNewest)) {
                try await bob.client.inboxAck(consumer: "bot", sequence: 4)
            }
        }
    }

    @Test("[ID-8] [ID-9] both sides read one safety number, and only the user verifies it")
    func safetyNumbers() async throws {
        try await withPair { alice, bob in
            _ = try await bob.client.addContact(link: alice.client.me().link)
            let ofAlice = try await alice.client.safetyNumber(with: bob.peer)
            let ofBob = try await bob.client.safetyNumber(with: alice.peer)
            #expect(ofAlice.groups == ofBob.groups)
            #expect(ofAlice.digits.count == 60 && !ofAlice.isVerified)
            try await alice.client.setVerified(bob.peer, true)
            _ = try await alice.client.addContact(link: bob.client.me().link, name: "B")
            #expect(try await alice.client.safetyNumber(with: bob.peer).isVerified)
            #expect(!(try await bob.client.safetyNumber(with: alice.peer).isVerified))
        }
    }
}
