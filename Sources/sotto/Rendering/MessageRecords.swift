// Messages and what happens to them, as JSON: field names are a promise (docs/cli.md).
import SottoClient

/// `send`, `log`, `read`, `chat`, `watch`, `inbox next`, and inside other records.
struct MessageRecord: Encodable {
    /// What of it is shown: the message, the new state of one sent before, or an inbox entry.
    enum Kind: String, Encodable {
        case message, state
        case inboxEntry = "inbox_entry"
    }

    enum State: String, Encodable { case waiting, sent, delivered, read, failed, unread }

    let type: Kind
    /// Its number in the inbox, where it is shown as an entry of it.
    let sequence: Int64?
    let number: Int64
    let account: String
    /// What the other side is called, whoever sent the message.
    let name: String
    let isOutgoing: Bool
    let time: Timestamp
    let text: String?
    let state: State
    let missed: Int
    let error: FailureRecord?

    enum CodingKeys: String, CodingKey {
        case type, sequence, number, account, name, direction, time, text, state, missed, error
    }

    init(_ entry: InboxEntry) {
        self.init(
            entry.message, name: entry.displayName, as: .inboxEntry, sequence: entry.sequence)
    }

    init(_ message: Message, name: String, as type: Kind = .message, sequence: Int64? = nil) {
        self.type = type
        self.sequence = sequence
        self.name = name
        number = message.number.value
        account = message.peer.hex
        time = message.time
        text = if case .text(let text) = message.body { text } else { nil }
        switch message.direction {
        case .incoming(let isRead):
            (isOutgoing, state, missed, error) = (false, isRead ? .read : .unread, 0, nil)
        case .outgoing(.waiting):
            (isOutgoing, state, missed, error) = (true, .waiting, 0, nil)
        case .outgoing(.reached(let stage, let missed)):
            (isOutgoing, state, self.missed, error) = (true, State(stage), missed, nil)
        case .outgoing(.failed(let cause)):
            let failure = FailureRecord(Failure(cause))
            (isOutgoing, state, missed, error) = (true, .failed, 0, failure)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(type, forKey: .type)
        try fields.encodeIfPresent(sequence, forKey: .sequence)
        try fields.encode(number, forKey: .number)
        try fields.encode(account, forKey: .account)
        try fields.encode(name, forKey: .name)
        try fields.encode(isOutgoing ? "out" : "in", forKey: .direction)
        try fields.encode(time.iso8601, forKey: .time)
        try fields.encodeIfPresent(text, forKey: .text)
        try fields.encode(state, forKey: .state)
        if missed > 0 { try fields.encode(missed, forKey: .missed) }
        try fields.encodeIfPresent(error, forKey: .error)
    }
}

extension MessageRecord.State {
    init(_ stage: Stage) {
        self =
            switch stage {
            case .sent: .sent
            case .delivered: .delivered
            case .read: .read
            }
    }
}

/// `watch` and `chat`: whether the relay is reached.
struct ConnectionRecord: Encodable {
    enum State: String, Encodable { case online, connecting, offline }

    let type = "connection"
    let state: State
    let because: FailureRecord?
    let retryInMilliseconds: Int64?

    enum CodingKeys: String, CodingKey {
        case type, state, because
        case retryInMilliseconds = "retry_in_ms"
    }

    init(_ state: ConnectionState) {
        switch state {
        case .online:
            (self.state, because, retryInMilliseconds) = (.online, nil, nil)
        case .connecting:
            (self.state, because, retryInMilliseconds) = (.connecting, nil, nil)
        case .offline(let error, let delay):
            self.state = .offline
            because = error.map { FailureRecord(Failure($0)) }
            retryInMilliseconds = delay.map {
                $0.components.seconds * 1_000 + $0.components.attoseconds / 1_000_000_000_000_000
            }
        }
    }
}

/// `watch`: somebody's profile suggests a name.
struct NamedRecord: Encodable {
    let type = "named"
    let account: String
    let name: String
}

/// `watch` and `chat`: more happened than could be shown; the log has it all.
struct MissedRecord: Encodable {
    let type = "missed"
}
