// What a client gets from outside: time, randomness, and how it connects.

import Foundation
package import SottoCrypto
package import SottoRelayLink
package import SottoRelayProtocol

/// The surroundings of a client. Programs use the system's; tests bring their own.
package struct ClientEnvironment: Sendable {
    /// The wall clock.
    package var now: @Sendable () -> SottoRelayProtocol.Timestamp
    /// What keys, ids and nonces are drawn from.
    package var entropy: @Sendable () -> Entropy
    /// How connections are made.
    package var link: RelayLinkOptions
    /// Asked before each effect that leaves; the client stops for good where it answers `false`.
    package var mayLeave: @Sendable () -> Bool

    /// The system's clock and randomness.
    package init(
        now: @escaping @Sendable () -> SottoRelayProtocol.Timestamp = Self.systemTime,
        entropy: @escaping @Sendable () -> Entropy = { .system() },
        link: RelayLinkOptions = RelayLinkOptions(),
        mayLeave: @escaping @Sendable () -> Bool = { true }
    ) {
        self.now = now
        self.entropy = entropy
        self.link = link
        self.mayLeave = mayLeave
    }

    /// How a connection is made that somebody waits for.
    func link(within timeout: Duration) -> RelayLinkOptions {
        var options = link
        options.connectWithin = min(options.connectWithin, timeout)
        options.answerWithin = min(options.answerWithin, timeout)
        return options
    }

    /// The system's wall clock.
    package static func systemTime() -> SottoRelayProtocol.Timestamp {
        let milliseconds = Date().timeIntervalSince1970 * 1_000
        return SottoRelayProtocol.Timestamp(milliseconds: UInt64(max(0, milliseconds)))
    }
}
