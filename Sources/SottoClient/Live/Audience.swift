// Who is told what happens: event streams, and calls that wait for a change.

import SottoClientCore

/// The readers of one client.
struct Audience {
    /// The generation of the store that readers know of.
    var published: Int64 = 0
    private var readers: [Int: AsyncStream<ClientEvent>.Continuation] = [:]
    private var waiters: [Int: AsyncStream<Void>.Continuation] = [:]
    private var next = 0
    /// The states of our messages that readers were told last, so that they hear each once.
    private var told: [Int64: MessageCourse] = [:]
    private var connection = ConnectionState.offline(because: nil, retryIn: nil)

    /// Whether somebody wants to know what other processes do.
    var isAttentive: Bool { !readers.isEmpty || !waiters.isEmpty }

    /// A stream of what happens from now on.
    mutating func addReader(
        onEnd: @escaping @Sendable (Int) -> Void
    ) -> AsyncStream<ClientEvent> {
        let id = nextID()
        let (stream, continuation) = AsyncStream.makeStream(
            of: ClientEvent.self, bufferingPolicy: .bufferingNewest(LiveLimits.eventsBufferedMax))
        continuation.onTermination = { _ in onEnd(id) }
        readers[id] = continuation
        return stream
    }

    /// Forgets a reader.
    mutating func removeReader(_ id: Int) { readers[id] = nil }

    /// Something that says, at least once after each change, that there was one.
    mutating func addWaiter() -> (id: Int, changes: AsyncStream<Void>, end: @Sendable () -> Void) {
        let id = nextID()
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        waiters[id] = continuation
        return (id, stream, { continuation.finish() })
    }

    /// Forgets a waiter.
    mutating func removeWaiter(_ id: Int) { waiters.removeValue(forKey: id)?.finish() }

    /// Tells every reader.
    func tell(_ event: ClientEvent) {
        for reader in readers.values {
            if case .dropped = reader.yield(event) { reader.yield(.missed) }
        }
    }

    /// Tells every reader about the connection, if it changed.
    mutating func tell(_ state: ConnectionState) {
        guard state != connection else { return }
        connection = state
        tell(.connection(state))
    }

    /// Tells every reader what a message has become, if they do not know.
    mutating func tell(_ message: MessageRecord) {
        switch message.course {
        case .incoming(isRead: false): tell(.arrived(Message(message)))
        case .incoming, .waiting: break
        case .reached, .failed:
            guard told[message.number] != message.course else { return }
            if told.count >= LiveLimits.statesRememberedMax { told = [:] }
            told[message.number] = message.course
            tell(.advanced(Message(message)))
        }
    }

    /// Lets everybody who waits look again.
    func wake() {
        for waiter in waiters.values { waiter.yield() }
    }

    /// Ends every stream.
    mutating func finish() {
        for reader in readers.values { reader.finish() }
        for waiter in waiters.values { waiter.finish() }
        readers = [:]
        waiters = [:]
    }

    private mutating func nextID() -> Int {
        next += 1
        return next
    }
}
