// The durable inbox: what arrived, for programs that must not miss or repeat anything.

import SottoClientCore
import SottoClientStore

extension SottoClient {
    /// What a consumer has not acknowledged, in the order in which it arrived.
    ///
    /// - Parameters:
    ///   - consumer: A name of 1 to 64 bytes; each has a cursor of its own, at the start first.
    ///   - max: At most 1,000.
    ///   - wait: How long to stay connected and wait when there is nothing.
    /// - Throws: `.misuse(.badConsumer)`, and what ``run()`` throws.
    public func inboxNext(
        consumer: String, max: Int = 100, wait: Duration = .zero
    ) async throws(ClientError) -> [InboxEntry] {
        guard 1...ClientLimits.consumerNameBytesMax ~= consumer.utf8.count else {
            throw .misuse(.badConsumer)
        }
        let now = try inbox(consumer, max)
        guard now.isEmpty, wait > .zero else { return now }
        return try await whileConnected { (client) throws(ClientError) in
            try await client.until(wait) { () throws(ClientError) -> [InboxEntry]? in
                let entries = try client.inbox(consumer, max)
                return entries.isEmpty ? nil : entries
            } ?? []
        }
    }

    /// Moves a consumer's cursor behind an entry and all before it; it never moves back.
    ///
    /// - Throws: `.misuse(.ackBeyondNewest)`, `.misuse(.badConsumer)`.
    public func inboxAck(consumer: String, sequence: Int64) async throws(ClientError) {
        _ = try feed(.acknowledgeInbox(consumer: consumer, sequence: sequence))
    }

    private func inbox(_ consumer: String, _ limit: Int) throws(ClientError) -> [InboxEntry] {
        let messages = try query { (store) throws(StoreError) in
            try store.inbox(of: consumer, limit: limit)
        }
        var names: [PeerID: String] = [:]
        var entries: [InboxEntry] = []
        for record in messages {
            guard let sequence = record.inbox else { continue }
            let message = Message(record)
            let name: String
            if let known = names[message.peer] {
                name = known
            } else {
                name = try displayName(of: message.peer)
                names[message.peer] = name
            }
            entries.append(InboxEntry(sequence: sequence, message: message, displayName: name))
        }
        return entries
    }
}
