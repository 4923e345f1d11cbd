// The state of `sotto chat`: what has been shown of a conversation, and what is still to be told.
import SottoClient

struct ChatRoom {
    private let session: Session
    private let peer: PeerID
    private var name: String
    private var transcript: Transcript
    private var connection: ConnectionTeller
    /// The newest incoming message that was shown.
    private var lastShown = MessageNumber(0)
    private var lastSaid: MessageNumber?
    /// States that changed since the last time they were told.
    private var untold: [MessageRecord] = []

    init(_ session: Session, with peer: PeerID) async throws {
        self.session = session
        self.peer = peer
        name = try await session.client.displayName(of: peer)
        transcript = Transcript(session.output)
        connection = ConnectionTeller(session.output)
    }

    var title: String { Harmless.line(name) }

    /// Shows what was said last, and everything unread.
    mutating func begin() async throws {
        let unread = try await session.client.unread(of: peer).count
        let limit = min(Self.logMax, max(Self.recentMessages, unread))
        let log = try await session.client.log(of: peer, limit: limit)
        for message in log { try transcript.show(MessageRecord(message, name: name)) }
        try await shown(log)
    }

    mutating func say(_ line: String) async throws {
        guard !line.isEmpty else { return }
        do {
            let number = try await session.client.send(line, to: peer)
            lastSaid = number
            if session.output.isJSON {
                let message = try await session.client.message(number)
                try session.output.show(MessageRecord(message, name: name))
            }
        } catch let error as ClientError where error.category == .usage {
            session.output.fail(Failure(error))
        }
    }

    mutating func happened(_ event: ClientEvent, _ feed: LiveFeed) async throws {
        switch event {
        case .arrived(let message):
            if message.peer == peer { try await catchUp(limit: Self.recentMessages) }
        case .missed:
            try await catchUp(limit: Self.logMax)
        case .advanced(let message):
            guard message.peer == peer else { return }
            let record = MessageRecord(message, name: name, as: .state)
            if session.output.isJSON { return try session.output.show(record) }
            if untold.isEmpty { feed.pause(for: Self.pauseBeforeStates) }
            untold.append(record)
        case .named:
            name = try await session.client.displayName(of: peer)
        case .connection(let state):
            try connection.tell(state)
        case .alarm:
            break  // The session shows every alarm.
        }
    }

    /// One line for each state that was reached since the last time, about the newest message that
    /// reached it; one for each message that could not be sent.
    mutating func tellStates() throws {
        var newest: [Int64: MessageRecord] = [:]
        for record in untold { newest[record.number] = record }
        untold = []
        var told: Set<MessageRecord.State> = []
        let lines = newest.values.sorted { $0.number > $1.number }.filter {
            $0.state == .failed || told.insert($0.state).inserted
        }
        for line in lines.reversed() { try session.output.show(line) }
    }

    /// What is left to do after the last line: a job for the feed.
    func settling(within timeout: Duration) -> @Sendable () async -> Failure? {
        { [session, lastSaid] in
            do {
                try await session.client.drain(timeout: timeout)
                return nil
            } catch {
                let failure = Failure(error)
                return lastSaid.map { failure.queueing($0) } ?? failure
            }
        }
    }

    /// Shows what came while the last lines went out, and lets its receipts leave.
    mutating func end() async throws {
        try tellStates()
        if try await catchUp(limit: Self.logMax) {
            try? await session.client.drain(timeout: Self.receiptsTimeout)
        }
    }

    @discardableResult
    private mutating func catchUp(limit: Int) async throws -> Bool {
        let log = try await session.client.log(of: peer, limit: limit)
        let news = log.filter { $0.isIncoming && $0.number > lastShown }
        for message in news { try transcript.show(MessageRecord(message, name: name)) }
        try await shown(news)
        return !news.isEmpty
    }

    /// What is on the screen is read.
    private mutating func shown(_ messages: [Message]) async throws {
        guard let last = messages.last(where: \.isIncoming) else { return }
        lastShown = max(lastShown, last.number)
        try await session.client.markRead(peer, through: lastShown)
    }

    private static let recentMessages = 10
    private static let logMax = 1_000
    private static let pauseBeforeStates = Duration.milliseconds(400)
    private static let receiptsTimeout = Duration.seconds(5)
}

extension Message {
    fileprivate var isIncoming: Bool {
        if case .incoming = direction { true } else { false }
    }
}
