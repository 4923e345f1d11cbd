// What a relay counts: of everybody together, never of anybody (spec/relay.md section 9).

import Metrics
import SottoRelayCore
import SottoRelayProtocol

/// The counters of one relay. Labels come from closed enumerations, never from input.
struct RelayMeters: Sendable {
    private let connections = Gauge(label: "sotto_relay_connections")
    private let undecodable = Counter(label: "sotto_relay_frames_undecodable_total")
    private let transactions = Counter(label: "sotto_relay_transactions_total")
    private let operations = Recorder(label: "sotto_relay_transaction_operations")
    private let entries = Counter(label: "sotto_relay_entries_stored_total")
    private let posts = Counter(label: "sotto_relay_posts_accepted_total")
    private let acks = Counter(label: "sotto_relay_acks_total")

    func connected(_ count: Int) { connections.record(count) }

    func closed(for reason: CloseReason) {
        if reason == .malformed { undecodable.increment() }
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
            label: "sotto_relay_refusals_total", dimensions: [("code", String(refusal.code))]
        ).increment()
    }
}
