// How soon a client comes back to a relay that does not serve it.

import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import Testing

@testable import SottoClient

@Suite("Coming back to a relay")
struct ReconnectingTests {
    private static let gone = ClientError.network(.closedByRelay)

    /// The longest of several waits in a row.
    private func longest(
        after error: ClientError, lasted: Duration?, attempts: Int = 12
    ) -> Duration {
        var entropy = Entropy(seed: Secret(copying: [1]))
        var reconnecting = Reconnecting()
        return (0..<attempts).map { _ in
            reconnecting.wait(after: error, lasted: lasted, using: &entropy)
        }.max() ?? .zero
    }

    @Test("a relay that accepts nobody, or only for a moment, is called less and less often")
    func turnedAway() {
        #expect(longest(after: Self.gone, lasted: nil) > .seconds(20))
        #expect(longest(after: Self.gone, lasted: .milliseconds(5)) > .seconds(20))
        #expect(longest(after: .refused(.byRelay), lasted: nil) > .seconds(20))
    }

    @Test("after a connection that held, the next is made at once")
    func held() {
        #expect(longest(after: Self.gone, lasted: .seconds(60)) <= .milliseconds(250))
    }

    @Test("what the relay asks to wait is waited, as long as it is not absurd")
    func asked() {
        let entropy = Entropy(seed: Secret(copying: [2]))
        for wait in [Duration.seconds(30), .seconds(90)] {
            for error in [
                ClientError(RelayRefusal.rateLimited(retryAfter: wait)),
                ClientError(RelayRefusal.draining(retryAfter: wait)),
                ClientError(RelayRefusal.unavailable(retryAfter: wait)),
            ] {
                var (random, reconnecting) = (entropy, Reconnecting())
                let waited = reconnecting.wait(after: error, lasted: nil, using: &random)
                #expect(wait...wait + .milliseconds(250) ~= waited)
            }
        }
        var (random, reconnecting) = (entropy, Reconnecting())
        let never = ClientError(RelayRefusal.draining(retryAfter: .seconds(40 * 24 * 3_600)))
        let waited = reconnecting.wait(after: never, lasted: nil, using: &random)
        #expect(waited <= LiveLimits.relayWaitMax + .seconds(1))
    }

    @Test("a relay that breaks the protocol is not called a network that fails")
    func causes() {
        let broken = RelayClosure.relayMisbehaved(.undecodable)
        #expect(ClientError(RelayRequestError.closed(broken)) == .notTrusted(.relayMisbehaves))
        #expect(ClientError(RelayConnectError.closed(broken)) == .notTrusted(.relayMisbehaves))
        #expect(ClientError(RelayClosure.lost) == .network(.connectionLost))
        #expect(ClientError(RelayClosure.drained).category == .quota)
        #expect(ClientError(RelayRequestError.closed(.byRelay(code: 1_000))) == Self.gone)
    }
}
