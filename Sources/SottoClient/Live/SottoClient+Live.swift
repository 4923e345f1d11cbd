// Staying connected, waiting, and hearing what happens.

import SottoClientCore
import SottoClientStore
import SottoRelayProtocol

extension SottoClient {
    /// What happens from now on, in this process and, while ``run()`` is on, in others.
    ///
    /// 1,024 events wait for a slow reader; beyond that the oldest are dropped and `.missed` says
    /// so.
    public func events() -> AsyncStream<ClientEvent> {
        audience.addReader { [weak self] id in
            Task { await self?.removeReader(id) }
        }
    }

    private func removeReader(_ id: Int) { audience.removeReader(id) }

    /// Stays connected until the task is cancelled: connects again after every loss, takes in what
    /// comes, sends what waits.
    ///
    /// - Throws: Only what waiting cannot mend: `.notTrusted` for a relay with another key or a
    ///   replayed greeting, a disk that is full, a client that was closed.
    public func run() async throws(ClientError) {
        try await whileConnected { (client) throws(ClientError) in
            _ = try await client.until(nil) { () throws(ClientError) -> Bool? in nil }
        }
    }

    /// Sends what waits, takes in what the mailbox holds, goes on with publishing the account, and
    /// returns when nothing of that is left.
    ///
    /// A message that its peer's mailbox or record stands in the way of is not waited for.
    ///
    /// - Throws: `.network(.unreachable)`, `.network(.timedOut)`, and what ``run()`` throws.
    public func drain(timeout: Duration) async throws(ClientError) {
        try await whileConnected { (client) throws(ClientError) in
            let start = client.environment.now()
            let isDone = try await client.until(timeout) { () throws(ClientError) -> Bool? in
                try client.throwIfUnreachable()
                return try client.isDrained(since: start) ? true : nil
            }
            guard isDone == true else {
                throw client.engine.lastError ?? .network(.timedOut("exchanging messages"))
            }
        }
    }

    /// Waits until a message of ours has come as far as `stage`, or further.
    ///
    /// After an error but `.refused` the message still waits, and a later call sends it.
    ///
    /// - Throws: `.network`; `.partlyDelivered` or `.limited(.mailboxFull)` when the relay took it
    ///   and
    ///   mailboxes of the peer did not; what stands in the way of a first message; why it failed.
    public func wait(
        for stage: Stage, of message: MessageNumber, timeout: Duration
    ) async throws(ClientError) -> OutgoingState {
        try await whileConnected { (client) throws(ClientError) in
            let start = client.environment.now()
            let reached = try await client.until(timeout) {
                () throws(ClientError) -> OutgoingState? in
                if let state = try client.state(of: message, atLeast: stage, since: start) {
                    return state
                }
                try client.throwIfUnreachable()
                return nil
            }
            if let reached { return reached }
            if let error = client.engine.lastError { throw error }
            throw try client.passingObstacle(of: message)
                ?? .network(.timedOut("the message is \(stage)"))
        }
    }

    /// How far a message has come, if that is far enough.
    private func state(
        of number: MessageNumber, atLeast stage: Stage, since start: CoreTime
    ) throws(ClientError) -> OutgoingState? {
        let message = try message(number)
        guard case .outgoing(let state) = message.direction else { throw .notFound(.message) }
        switch state {
        case .failed(let error): throw error
        case .reached(let reached, let missed):
            guard missed == 0 || reached > .sent else {
                throw try partlyDelivered(number, missed: missed)
            }
            return reached >= stage ? state : nil
        case .waiting:
            guard let obstacle = try obstacle(of: message.peer), isMet(obstacle, since: start)
            else { return nil }
            switch obstacle.reason {
            // Over after a moment: the engine asks again by itself.
            case .rateLimited, .relayUnavailable: return nil
            default: throw ClientError(obstacle, at: environment.now())
            }
        }
    }

    /// What it is called that mailboxes of the peer did not take a message.
    private func partlyDelivered(
        _ number: MessageNumber, missed: Int
    ) throws(ClientError) -> ClientError {
        let record = try query { (store) throws(StoreError) in
            try store.record(.message(number.value))
        }
        guard case .message(let message)? = record, missed < message.mailboxes else {
            return .limited(.mailboxFull, retryAfter: nil)
        }
        return .partlyDelivered(reached: message.mailboxes - missed, of: message.mailboxes)
    }

    /// What kept a message until the time was over, where the relay said so.
    private func passingObstacle(of number: MessageNumber) throws(ClientError) -> ClientError? {
        let peer = try message(number).peer
        return try obstacle(of: peer).map { ClientError($0, at: environment.now()) }
    }

    /// Whether an obstacle was met since a moment, or nothing is tried yet because of it.
    private func isMet(_ obstacle: Obstacle, since start: CoreTime) -> Bool {
        obstacle.at >= start || obstacle.until.map { $0 > environment.now() } ?? false
    }

    private func obstacle(of peer: PeerID) throws(ClientError) -> Obstacle? {
        try worklist().first { $0.peer == peer.account }?.obstacle
    }

    private func worklist() throws(ClientError) -> [WorkItem] {
        let record = try query { (store) throws(StoreError) in try store.record(.worklist) }
        guard case .worklist(let worklist)? = record else { return [] }
        return worklist.entries
    }

    /// Whether nothing is left to send, to take in or to publish.
    private func isDrained(since start: CoreTime) throws(ClientError) -> Bool {
        guard engine.isUp, engine.pending.isEmpty, engine.hasSettled else { return false }
        let (publication, counters) = try query { (store) throws(StoreError) in
            (try store.record(.publication), try store.record(.counters))
        }
        guard case .publication(let published)? = publication, published.isPublished,
            published.pendingRecord == nil, published.pendingStock == nil, !published.isFilling
        else { return false }
        var cursor: UInt64 = 0
        if case .counters(let record)? = counters { cursor = record.mailbox }
        guard engine.hasTakenIn(upTo: cursor) else { return false }
        return try worklist().allSatisfy { item in
            !item.isWaiting || item.obstacle.map { isMet($0, since: start) } ?? false
        }
    }

    /// Gives up a one-shot call when the relay is plainly not there.
    private func throwIfUnreachable() throws(ClientError) {
        guard engine.failedAttempts >= LiveLimits.attemptsOfOneShot, let error = engine.lastError
        else { return }
        throw error
    }
}

extension SottoClient {
    /// Looks whenever something has changed, until there is an answer, the time is over (`nil`) or
    /// the task is cancelled (`nil`).
    ///
    /// - Throws: What `condition` throws, and why the engine stopped if it did.
    func until<Value>(
        _ timeout: Duration?, _ condition: () throws(ClientError) -> Value?
    ) async throws(ClientError) -> Value? {
        let waiter = audience.addWaiter()
        defer { audience.removeWaiter(waiter.id) }
        let timer = timeout.map { timeout in
            Task {
                try? await Task.sleep(for: timeout)
                waiter.end()
            }
        }
        defer { timer?.cancel() }
        if let value = try condition() { return value }
        for await _ in waiter.changes {
            if let failure = engine.failure { throw failure }
            if let value = try condition() { return value }
        }
        if store == nil { throw .misuse(.closed) }
        return try condition()
    }

    /// Tells readers what was written since they were told last, by whichever process.
    func publish() {
        defer { audience.wake() }
        guard let store else { return }
        guard audience.isAttentive, let changes = try? store.changes(since: audience.published)
        else {
            audience.published = max(audience.published, store.generation)
            return
        }
        audience.published = changes.generation
        for message in changes.messages { audience.tell(message) }
        for alarm in changes.alarms.compactMap({ Alarm($0) }) { audience.tell(.alarm(alarm)) }
        if !changes.isComplete { audience.tell(.missed) }
    }
}
