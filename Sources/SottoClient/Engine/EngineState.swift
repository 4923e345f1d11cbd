// What a client knows of its connections while they are wanted.

import SottoClientCore
import SottoRelayLink
import SottoRelayProtocol

/// A request on its way to a connection.
struct Order: Sendable {
    let errand: Errand
    let body: Request.Body
}

/// The moment type of the layers below.
typealias CoreTime = SottoRelayProtocol.Timestamp

/// Connections, and what waits for the engine.
struct EngineState {
    /// The task that the connections live in; it has ended when this is `nil`.
    var task: Task<Void, Never>?
    /// How many calls need the connections.
    var holders = 0
    /// Why the connections were given up for good.
    var failure: ClientError?
    /// Events that wait for the engine.
    var pending: [Event] = []
    /// Wakes whoever hands events to the engine.
    var decider: AsyncStream<Void>.Continuation?
    /// Whether this process takes in the mailbox.
    var isReceiver = false
    /// Whether it is settled who takes in the mailbox: we, or another process.
    var hasSettled = false
    /// Why connections were ended from this side.
    var endings: [Channel: ClientError] = [:]
    /// Attempts to connect that failed since one succeeded.
    private(set) var failedAttempts = 0
    /// Why the last attempt failed.
    private(set) var lastError: ClientError?

    private var orders: [Channel: AsyncStream<Order>.Continuation] = [:]
    private var acknowledgements: AsyncStream<UInt64>.Continuation?
    private var newest: UInt64 = 0
    private var acknowledged: UInt64 = 0
    private var ownerConnection: RelayConnection?

    /// Whether both connections are up.
    var isUp: Bool { orders.count == Channel.allCases.count }

    /// Hands a request to its connection; without one it is asked again after the next.
    func carry(_ order: Order) { orders[order.errand.channel]?.yield(order) }

    /// Has the relay told that entries are taken in.
    func acknowledge(_ sequence: UInt64) { acknowledgements?.yield(sequence) }

    /// Whether the mailbox is empty as far as the relay said when it was opened. Another process
    /// that takes it in may have died; its lease then ends, and we do it.
    func hasTakenIn(upTo cursor: UInt64) -> Bool {
        cursor >= newest && (!isReceiver || acknowledged >= cursor)
    }
}

extension EngineState {
    /// A connection is up: its requests from now on.
    mutating func connected(_ channel: Channel) -> AsyncStream<Order> {
        let (stream, continuation) = AsyncStream.makeStream(of: Order.self)
        orders[channel] = continuation
        if isUp {
            failedAttempts = 0
            lastError = nil
        }
        return stream
    }

    /// The connection that owns the mailbox is up: the entries to acknowledge from now on.
    mutating func owns(_ connection: RelayConnection, _ owned: Owned) -> AsyncStream<UInt64> {
        newest = owned.newest
        acknowledged = owned.acked
        ownerConnection = connection
        hasSettled = false
        let (stream, continuation) = AsyncStream.makeStream(
            of: UInt64.self, bufferingPolicy: .bufferingNewest(1))
        acknowledgements = continuation
        return stream
    }

    /// The relay has deleted entries up to this number.
    mutating func acknowledged(_ sequence: UInt64) { acknowledged = max(acknowledged, sequence) }

    /// A connection is gone.
    mutating func disconnected(_ channel: Channel) {
        orders.removeValue(forKey: channel)?.finish()
        guard channel == .owner else { return }
        acknowledgements?.finish()
        acknowledgements = nil
        ownerConnection = nil
        isReceiver = false
        hasSettled = false
    }

    /// An attempt to connect failed.
    mutating func failed(_ error: ClientError) {
        failedAttempts += 1
        lastError = error
    }

    /// Forgets what went wrong before.
    mutating func forgive() {
        failure = nil
        failedAttempts = 0
        lastError = nil
    }

    /// Stops taking in the mailbox because another process does.
    mutating func yieldMailbox() {
        isReceiver = false
        ownerConnection?.close()
    }
}
