// What a relay counts: of everybody together, never of anybody (spec/relay.md section 9).

import Metrics
import NIOCore
import SottoRelayCore
import SottoRelayProtocol

/// The counters of one relay. Labels come from closed enumerations, never from input.
struct RelayMeters: Sendable {
    private let factory: any MetricsFactory
    private let connections: Gauge
    private let opened: Counter
    private let undecodable: Counter
    private let transactions: Counter
    private let operations: Recorder
    private let entries: Counter
    private let posts: Counter
    private let acks: Counter
    private let givenUp: Counter
    private let bytesReceived: Counter
    private let bytesSent: Counter
    private let commit: Recorder
    private let stored: Recorder
    private let delivered: Recorder
    private let acked: Recorder
    private let queue: Gauge

    init(factory: any MetricsFactory) {
        self.factory = factory
        func counter(_ name: MeterName) -> Counter {
            Counter(label: name.rawValue, factory: factory)
        }
        func recorder(_ name: MeterName) -> Recorder {
            Recorder(label: name.rawValue, aggregate: true, factory: factory)
        }
        connections = Gauge(label: MeterName.connections.rawValue, factory: factory)
        queue = Gauge(label: MeterName.queueOperations.rawValue, factory: factory)
        opened = counter(.connectionsOpened)
        undecodable = counter(.framesUndecodable)
        transactions = counter(.transactions)
        entries = counter(.entries)
        posts = counter(.posts)
        acks = counter(.acks)
        givenUp = counter(.connectionsGivenUp)
        bytesReceived = counter(.bytesReceived)
        bytesSent = counter(.bytesSent)
        operations = recorder(.transactionOperations)
        commit = recorder(.commit)
        stored = recorder(.stored)
        delivered = recorder(.delivered)
        acked = recorder(.acked)
    }

    /// There are so many connections now.
    func connected(_ count: Int) { connections.record(count) }

    /// One more has become a WebSocket.
    func opened(_ count: Int) {
        opened.increment()
        connected(count)
    }

    /// A connection is closed; its last frame may be why.
    func closed(for reason: CloseReason) {
        switch reason {
        case .malformed, .tooLarge, .notBinary: undecodable.increment()
        default: break
        }
    }

    /// A connection was ended for what it made the relay hold.
    func gaveUp() { givenUp.increment() }

    /// Why a connection is not served.
    enum TurnedAway: String {
        /// There are as many as there may be.
        case full
        /// Its client has as many as it may.
        case perClient = "per_client"
        /// Its client is banned.
        case banned
        /// It asked for nothing while others came.
        case displaced
    }

    /// A connection was closed before anything was asked on it.
    func turnedAway(_ reason: TurnedAway) {
        Counter(
            label: MeterName.connectionsTurnedAway.rawValue,
            dimensions: [("reason", reason.rawValue)], factory: factory
        ).increment()
    }

    /// Bytes of frames came and went.
    func moved(received: Int, sent: Int) {
        if received > 0 { bytesReceived.increment(by: received) }
        if sent > 0 { bytesSent.increment(by: sent) }
    }

    func decided(_ operations: Int, _ outcome: RelayOutcome) {
        if outcome.wrote {
            transactions.increment()
            self.operations.record(operations)
        }
        entries.increment(by: outcome.entriesStored)
        for reply in outcome.replies {
            if case .response(_, let result) = reply.event { answered(result) }
        }
    }

    private func answered(_ result: Result<Answer, RelayRefusal>) {
        switch result {
        case .success(.post): posts.increment()
        case .success(.ack): acks.increment()
        case .success, .failure: break
        }
    }

    /// A client is told why not, by the writer or before anything got so far.
    func refused(_ refusal: RelayRefusal) {
        Counter(
            label: MeterName.refusals.rawValue, dimensions: [("code", String(refusal.code))],
            factory: factory
        ).increment()
    }
}

// MARK: - Times

extension RelayMeters {
    /// A transaction is on disk.
    func committed(in time: TimeAmount) { commit.record(Self.seconds(time)) }

    /// The posts of a batch are on disk.
    func stored(_ batch: [RelayOperation], _ arrivals: Arrivals, at now: NIODeadline) {
        for (operation, arrival) in zip(batch, arrivals.moments) {
            guard case .request(_, .post) = operation.body else { continue }
            stored.record(Self.seconds(now - arrival))
        }
    }

    /// Entries have left for a client.
    func delivered(after time: TimeAmount) { delivered.record(Self.seconds(time)) }

    /// An entry was acknowledged.
    func acked(after time: TimeAmount) { acked.record(Self.seconds(time)) }

    /// So many operations wait for the writer.
    func waits(_ operations: Int) { queue.record(operations) }

    private static func seconds(_ time: TimeAmount) -> Double { Double(time.nanoseconds) / 1e9 }
}
