// The one place where a relay decides and writes: what waits together shares a transaction.

import Logging
import NIOConcurrencyHelpers
import NIOCore
import SottoRelayCore
import Synchronization

/// Runs the engine on an event loop of its own.
///
/// It starts at once when idle; what comes in while a transaction is being written waits and
/// shares the next one. What waits is bounded in bytes.
final class RelayWriter: Sendable {
    private struct Queue {
        var waiting: [RelayOperation] = []
        var arrivals = Arrivals()
        var bytes = 0
        var isRunning = false

        /// Takes an operation unless it holds bytes for which there is no room.
        mutating func take(_ operation: RelayOperation) -> Bool {
            let held = operation.bytesHeld
            if held > Self.smallMax, bytes + held > ServerLimits.waitingBytesMax { return false }
            bytes += held
            waiting.append(operation)
            return true
        }

        /// What holds no more than this is always taken: it brings news or frees room.
        private static let smallMax = 256
    }

    private let queue = NIOLockedValueBox(Queue())
    private let loop: any EventLoop
    private let engine: NIOLoopBoundBox<RelayEngine>
    private let table: ConnectionTable
    private let meters: RelayMeters
    private let logger: Logger
    private let writable = Atomic<Bool>(true)

    init(
        engine: RelayEngine, on loop: any EventLoop, table: ConnectionTable, meters: RelayMeters,
        logger: Logger
    ) {
        self.loop = loop
        self.engine = .makeBoxSendingValue(engine, eventLoop: loop)
        self.table = table
        self.meters = meters
        self.logger = logger
    }

    /// Whether the store took the last transaction.
    var canWrite: Bool { writable.load(ordering: .relaxed) }

    /// Whether nothing waits and nothing is being written.
    var isIdle: Bool { queue.withLockedValue { !$0.isRunning && $0.waiting.isEmpty } }

    /// Queues operations; answers reach their connections through the table.
    ///
    /// - Returns: The operations for which there was no room.
    func submit(_ operations: [RelayOperation]) -> [RelayOperation] {
        let now = NIODeadline.now()
        let (starts, left) = queue.withLockedValue { queue in
            let left = operations.filter { !queue.take($0) }
            queue.arrivals.add(operations.count - left.count, at: now)
            defer { queue.isRunning = true }
            return (!queue.isRunning, left)
        }
        if starts { loop.execute { self.turn() } }
        return left
    }

    /// Looks at the engine, or changes it, between two transactions.
    func visit<Value: Sendable>(
        from loop: any EventLoop, _ body: @escaping @Sendable (inout RelayEngine) -> Value
    ) -> EventLoopFuture<Value> {
        self.loop.submit { body(&self.engine.value) }.hop(to: loop)
    }

    /// Begins the work that comes back by itself: removing what is old, trying a failed store.
    func startChores() {
        loop.scheduleRepeatedTask(
            initialDelay: .zero, delay: ServerLimits.sweepInterval
        ) { _ in self.sweep() }
        loop.scheduleRepeatedTask(
            initialDelay: ServerLimits.probeInterval, delay: ServerLimits.probeInterval
        ) { _ in
            guard !self.canWrite else { return }
            _ = self.submit([RelayOperation(connection: .none, body: .probe)])
        }
    }

    private func turn() {
        let (batch, arrivals) = nextBatch()
        guard !batch.isEmpty else { return }
        let outcome = engine.value.run(batch, now: WallClock.now)
        noteWhetherItCanWrite()
        table.deliver(outcome.replies, since: arrivals.first)
        meters.decided(batch.count, outcome)
        if outcome.wrote { meters.stored(batch, arrivals, at: .now()) }
        loop.execute { self.turn() }
    }

    private func sweep() {
        let mayHaveMore = engine.value.sweep(now: WallClock.now)
        noteWhetherItCanWrite()
        guard mayHaveMore else { return }
        loop.execute { self.sweep() }
    }

    /// Tells readiness and, when it changes, the operator.
    private func noteWhetherItCanWrite() {
        let failure = engine.value.failure
        guard writable.exchange(failure == nil, ordering: .relaxed) != (failure == nil) else {
            return
        }
        switch failure {
        case nil: logger.notice("the store can write again")
        case .full: logger.warning("the disk has no room left: nothing new is accepted")
        case .failed(let code):
            logger.error(
                "the store fails: nothing new is accepted", metadata: ["sqlite": "\(code)"])
        }
    }

    /// What one transaction takes: at least one operation, more up to the limits of a batch.
    private func nextBatch() -> ([RelayOperation], Arrivals) {
        queue.withLockedValue { queue in
            var weight = 0
            var count = 0
            for operation in queue.waiting.prefix(RelayCoreLimits.batchOperationsMax) {
                weight += operation.weight
                if count > 0, weight > RelayCoreLimits.batchBytesMax { break }
                count += 1
            }
            let batch = Array(queue.waiting.prefix(count))
            queue.waiting.removeFirst(count)
            for operation in batch { queue.bytes -= operation.bytesHeld }
            if batch.isEmpty { queue.isRunning = false }
            meters.waits(queue.waiting.count)
            return (batch, queue.arrivals.take(count))
        }
    }
}

extension ConnectionID {
    /// No connection: what nobody waits for.
    static let none = ConnectionID(0)
}
