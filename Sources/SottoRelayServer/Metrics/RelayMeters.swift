// What a relay counts: of everybody together, never of anybody (spec/relay.md section 9).

import Metrics
import SottoRelayCore
import SottoRelayProtocol

/// The counters of one relay. Labels come from closed enumerations, never from input.
struct RelayMeters: Sendable {
    private let factory: any MetricsFactory
    private let connections: Gauge
    private let undecodable: Counter
    private let transactions: Counter
    private let operations: Recorder
    private let entries: Counter
    private let posts: Counter
    private let acks: Counter
    private let givenUp: Counter

    init(factory: any MetricsFactory) {
        self.factory = factory
        connections = Gauge(label: "sotto_relay_connections", factory: factory)
        undecodable = Counter(label: "sotto_relay_frames_undecodable_total", factory: factory)
        transactions = Counter(label: "sotto_relay_transactions_total", factory: factory)
        operations = Recorder(label: "sotto_relay_transaction_operations", factory: factory)
        entries = Counter(label: "sotto_relay_entries_stored_total", factory: factory)
        posts = Counter(label: "sotto_relay_posts_accepted_total", factory: factory)
        acks = Counter(label: "sotto_relay_acks_total", factory: factory)
        givenUp = Counter(label: "sotto_relay_connections_given_up_total", factory: factory)
    }

    func connected(_ count: Int) { connections.record(count) }

    /// A connection is closed; its last frame may be why.
    func closed(for reason: CloseReason) {
        switch reason {
        case .malformed, .tooLarge, .notBinary: undecodable.increment()
        case .unsupportedVersion, .timeout, .draining, .broken: break
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
        /// It asked for nothing while others came.
        case displaced
    }

    /// A connection was closed before anything was asked on it.
    func turnedAway(_ reason: TurnedAway) {
        Counter(
            label: "sotto_relay_connections_turned_away_total",
            dimensions: [("reason", reason.rawValue)], factory: factory
        ).increment()
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
            label: "sotto_relay_refusals_total", dimensions: [("code", String(refusal.code))],
            factory: factory
        ).increment()
    }
}
