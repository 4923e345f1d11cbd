// The sessions over requests of one relay, found by a name that only their client has.

import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import SottoCrypto
import SottoRelayCore
import SottoWire

/// What a session is called: whoever knows it is its client.
typealias PollID = FixedBytes<PollIDKind>

enum PollIDKind: FixedBytesKind {
    static let byteCount = 16
}

/// Every session and the event loop that it lives on.
final class PollSessions: Sendable {
    struct Place: Sendable {
        let loop: any EventLoop
        let session: NIOLoopBound<PolledSession>
    }

    private struct State: Sendable {
        var places: [PollID: Place] = [:]
        var entropy = Entropy.system()
    }

    private let state = NIOLockedValueBox(State())

    /// Begins a session on the caller's event loop; nothing when there are too many.
    func begin(
        _ relay: RunningRelay, on loop: any EventLoop, from client: ClientAddress?
    ) -> (PollID, PolledSession)? {
        let id = state.withLockedValue { state -> PollID? in
            guard state.places.count < ServerLimits.pollSessionsMax else { return nil }
            return .random(using: &state.entropy)
        }
        guard let id else { return nil }
        let session = PolledSession(relay: relay, on: loop, from: client) { [weak self] in
            self?.state.withLockedValue { _ = $0.places.removeValue(forKey: id) }
        }
        let place = Place(loop: loop, session: NIOLoopBound(session, eventLoop: loop))
        state.withLockedValue { $0.places[id] = place }
        session.begin()
        return (id, session)
    }

    /// Where a session lives.
    func find(_ id: PollID) -> Place? { state.withLockedValue { $0.places[id] } }
}
