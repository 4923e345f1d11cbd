// What the peer said: messages for people, names, receipts.

import OrderedCollections
import SottoContent
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire

extension ClientCore {
    /// Takes in the application data of a message that MLS accepted.
    mutating func read(
        _ application: ApplicationMessage, _ incoming: Incoming, _ lane: LaneRecord,
        _ account: OwnAccount, _ work: inout Workspace
    ) throws(Halt) {
        guard case .basic(let identity) = application.sender.credential,
            identity == lane.peer.bytes
        else { return try putAside(.invalidContent, incoming, with: lane.peer, &work) }
        try compareViews(application.authenticatedData, lane, &work)
        guard let data = try? ApplicationData(wireBytes: application.data) else {
            return try putAside(.invalidContent, incoming, with: lane.peer, &work)
        }
        switch data {
        case .content(let bytes):
            let origin = MessageOrigin(account: identity, group: lane.group.bytes)
            guard let message = try? ContentMessage(decoding: bytes, from: origin) else {
                return try putAside(.invalidContent, incoming, with: lane.peer, &work)
            }
            try take(message, lane, &work)
        case .status(let bytes):
            guard let report = try? MessageStatusReport(decoding: bytes) else {
                return try putAside(.invalidContent, incoming, with: lane.peer, &work)
            }
            try take(report, from: lane.peer, &work)
        }
    }

    /// Compares the newest head that the sender had checked with the one that we hold [CONV-7].
    private func compareViews(
        _ authenticatedData: [UInt8], _ lane: LaneRecord, _ work: inout Workspace
    ) throws(Halt) {
        guard let seen = try? SeenHead(wireBytes: authenticatedData), seen.number > 0,
            let laneID = lane.head?.lane,
            let held = try work.head(laneID, seen.number),
            held.claim.incarnation == seen.incarnation, held.claim.hash != seen.hash
        else { return }
        try raise(.viewsDiffer, with: lane.peer, evidence: [held], claim: seen, &work)
    }

    /// Stores a message for the user, or a name for the peer.
    private mutating func take(
        _ content: ContentMessage, _ lane: LaneRecord, _ work: inout Workspace
    ) throws(Halt) {
        try work.need([.conversation(lane.peer), .messageOfContent(content.id)])
        guard var conversation = try work.conversation(lane.peer),
            let index = conversation.index(of: lane.group)
        else { return }
        conversation.groups[index].peerSpoke = true
        let body: MessageBody?
        switch content.content.reading {
        case .text(let text): body = .text(text)
        case .unsupported: body = .unsupported(content.bytes)
        case .profile(let profile):
            if conversation.suggestedName != profile.name.text {
                work.emit(.named(lane.peer, profile.name.text))
            }
            conversation.suggestedName = profile.name.text
            body = nil
        }
        if let body, try work.message(ofContent: content.id) == nil {
            try store(body, content.id, in: &conversation, &work)
        }
        work.put(.conversation(conversation), under: .conversation(lane.peer))
    }

    private mutating func store(
        _ body: MessageBody, _ id: MessageID, in conversation: inout ConversationRecord,
        _ work: inout Workspace
    ) throws(Halt) {
        let number = try work.next(\.message)
        let message = MessageRecord(
            number: number, conversation: conversation.row, peer: conversation.peer,
            time: work.time, body: body, course: .incoming(isRead: false), content: id,
            place: try work.next(\.place), inbox: try work.next(\.inbox))
        work.put(.message(message), under: .message(number))
        owe(Receipt(content: id, stage: .delivered), to: &conversation, at: work.time)
    }

    /// Adds a receipt to those that wait; `read` takes the place of `delivered` [RCPT-2].
    mutating func owe(
        _ receipt: Receipt, to conversation: inout ConversationRecord, at now: Timestamp
    ) {
        conversation.receipts.removeAll { $0.content == receipt.content }
        conversation.receipts.append(receipt)
        let excess = conversation.receipts.count - ClientLimits.receiptsWaitingMax
        if excess > 0 { conversation.receipts.removeFirst(excess) }
        guard conversation.isAccepted, session.receiptsDue[conversation.peer] == nil else { return }
        session.receiptsDue[conversation.peer] = now.adding(ClientLimits.receiptDelay)
    }

    /// Honours a report for what was sent to its sender; states only advance [RCPT-2].
    private func take(
        _ report: MessageStatusReport, from peer: AccountID, _ work: inout Workspace
    ) throws(Halt) {
        try work.need(report.entries.map { .messageOfContent($0.message) })
        var known: [RecordKey] = []
        for entry in report.entries {
            if case .message(let found)? = try work.find(.messageOfContent(entry.message)) {
                known.append(.message(found.number))
            }
        }
        try work.need(known)
        for entry in report.entries {
            guard let stage = MessageStage(entry.status),
                var message = try work.message(ofContent: entry.message), message.peer == peer,
                let reached = message.course.advanced(to: stage)
            else { continue }
            message.course = reached
            work.put(.message(message), under: .message(message.number))
        }
    }
}

extension ClientCore {
    /// Marks incoming messages up to a number as read and lets their sender know.
    mutating func markRead(
        _ peer: AccountID, _ through: Int64, _ work: inout Workspace
    ) throws(Halt) -> Reply {
        guard var conversation = try work.conversation(peer) else {
            throw .refused(.unknownPeer)
        }
        let numbers = try work.unread(of: conversation.row, through: through)
        try work.need(numbers.map { .message($0) })
        for number in numbers {
            guard var message = try work.message(number), case .incoming = message.course else {
                throw .damaged
            }
            message.course = .incoming(isRead: true)
            work.put(.message(message), under: .message(number))
            if let content = message.content {
                owe(Receipt(content: content, stage: .read), to: &conversation, at: work.time)
            }
        }
        work.put(.conversation(conversation), under: .conversation(peer))
        try pump(peer, &work)
        return .marked(numbers.count)
    }

    /// Moves a consumer's cursor; it never moves back [ONCE-6].
    func acknowledgeInbox(
        _ name: String, _ sequence: Int64, _ work: inout Workspace
    ) throws(Halt) -> Reply {
        guard 1...ClientLimits.consumerNameBytesMax ~= name.utf8.count else {
            throw .refused(.badConsumer)
        }
        try work.need([.counters, .consumer(name)])
        guard sequence < (try work.counters()).inbox else { throw .refused(.ackBeyondNewest) }
        var consumer = try work.consumer(name) ?? ConsumerRecord(name: name, acknowledged: 0)
        guard sequence > consumer.acknowledged else { return .done }
        consumer.acknowledged = sequence
        work.put(.consumer(consumer), under: .consumer(name))
        return .done
    }
}

extension MessageStage {
    /// What a status says about a message of ours; `nil` for what we do not show.
    init?(_ status: MessageStatus) {
        switch status {
        case .delivered: self = .delivered
        case .read: self = .read
        default: return nil
        }
    }
}

extension MessageCourse {
    /// The course after a report, or `nil` if it says nothing new. What was reported about a
    /// message that still waits shows that the relay has it.
    func advanced(to stage: MessageStage) -> MessageCourse? {
        switch self {
        case .waiting: .reached(stage, missed: 0)
        case .reached(let reached, let missed) where reached < stage:
            .reached(stage, missed: missed)
        case .reached, .incoming, .failed: nil
        }
    }
}
