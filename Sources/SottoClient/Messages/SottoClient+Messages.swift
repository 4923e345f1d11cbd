// Saying things, and what was said.

import SottoClientCore
import SottoClientStore
import SottoMLS
import SottoRelayProtocol
import SottoWire

extension SottoClient {
    /// Stores a message and what is needed to send it, and returns; it leaves as soon as the
    /// connections are up. Writing to somebody accepts their conversation.
    ///
    /// - Throws: `.notFound(.contact)`, `.misuse(.emptyText)`, `.misuse(.textTooLong)`,
    ///   `.limited(.tooManyWaiting)`, `.limited(.diskFull)`.
    public func send(_ text: String, to who: PeerID) async throws(ClientError) -> MessageNumber {
        guard case .message(let number) = try feed(.send(text, to: who.account)) else {
            throw .internalFault("no number")
        }
        return MessageNumber(number)
    }

    /// A message.
    ///
    /// - Throws: `.notFound(.message)`.
    public func message(_ number: MessageNumber) throws(ClientError) -> Message {
        let record = try query { (store) throws(StoreError) in
            try store.record(.message(number.value))
        }
        guard case .message(let message)? = record else { throw .notFound(.message) }
        return Message(message)
    }

    /// Every conversation, the one with the newest message first; requests are among them.
    public func conversations() throws(ClientError) -> [Conversation] {
        try query { (store) throws(StoreError) in try store.conversations() }
            .sorted {
                ($0.last?.number ?? 0, $0.conversation.row) > (
                    $1.last?.number ?? 0, $1.conversation.row
                )
            }
            .map { Conversation($0) }
    }

    /// The newest messages of a conversation in the order of the relay, the oldest first.
    ///
    /// - Parameters:
    ///   - limit: At most 1,000.
    ///   - before: Only what stands before this message.
    /// - Throws: `.notFound(.contact)`.
    public func log(
        of who: PeerID, limit: Int = 50, before: MessageNumber? = nil
    ) throws(ClientError) -> [Message] {
        let row = try conversation(with: who).row
        return try query { (store) throws(StoreError) in
            try store.log(of: row, limit: limit, before: before?.value)
        }.map { Message($0) }
    }

    /// The incoming messages of a conversation that are not read, the oldest first; at most 1,000.
    ///
    /// - Throws: `.notFound(.contact)`.
    public func unread(of who: PeerID) throws(ClientError) -> [Message] {
        let row = try conversation(with: who).row
        return try query { (store) throws(StoreError) in try store.unread(of: row) }
            .map { Message($0) }
    }

    /// Marks incoming messages as read; in an accepted conversation their sender is told.
    ///
    /// - Parameter through: The last one; `nil` for all that are stored now.
    /// - Throws: `.notFound(.contact)`.
    public func markRead(
        _ who: PeerID, through: MessageNumber? = nil
    ) async throws(ClientError) {
        let newest = try query { (store) throws(StoreError) in try store.newestMessage() }
        while case .marked(let count) = try feed(
            .markRead(who.account, through: min(through?.value ?? newest, newest))),
            count == ClientLimits.readsOfStepMax
        {}
    }
}

extension Message {
    init(_ record: MessageRecord) {
        number = MessageNumber(record.number)
        peer = PeerID(record.peer)
        time = Timestamp(milliseconds: Int64(clamping: record.time.milliseconds))
        switch record.body {
        case .text(let text): body = .text(text)
        case .unsupported: body = .unsupported
        }
        switch record.course {
        case .incoming(let isRead): direction = .incoming(isRead: isRead)
        case .waiting: direction = .outgoing(.waiting)
        case .reached(let stage, let missed):
            direction = .outgoing(.reached(Stage(stage), missed: missed))
        case .failed(let fault): direction = .outgoing(.failed(ClientError(fault)))
        }
    }
}

extension Stage {
    init(_ stage: MessageStage) {
        switch stage {
        case .sent: self = .sent
        case .delivered: self = .delivered
        case .read: self = .read
        }
    }
}

extension Conversation {
    init(_ summary: ConversationSummary) {
        let conversation = summary.conversation
        self.init(
            peer: PeerID(conversation.peer), displayName: Contact(conversation).displayName,
            isContact: conversation.isContact, isAccepted: conversation.isAccepted,
            isVerified: conversation.isVerified,
            group: conversation.activeIndex.map {
                Hexadecimal.encode(conversation.groups[$0].id.bytes)
            },
            unread: summary.unread,
            last: summary.last.map { Message($0) })
    }
}
