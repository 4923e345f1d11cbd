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
            let link = try await bob.me().link
            let contact = try await alice.addContact(link: link, name: "Bobby")
            let number = try await alice.send("Hello, Bob", to: contact.peer)
            let state = try await alice.wait(for: .sent, of: number, timeout: .seconds(20))
            #expect(state == .reached(.sent, missed: 0))

            try await bob.drain(timeout: .seconds(20))
            let conversations = try await bob.conversations()
            #expect(conversations.count == 1)
            let request = try #require(conversations.first)
            #expect(!request.isAccepted)
            #expect(request.displayName == "Alice")
            #expect(request.unread == 1)
            #expect(request.last?.body == .text("Hello, Bob"))

            try await alice.drain(timeout: .seconds(20))
            #expect(try await alice.message(number).direction == .outgoing(state))
            await alice.close()
            await bob.close()
        }
    }
}
