// When to connect again after a connection ended, or was not made.

import SottoRelayLink

/// The waits of one of the two connections.
///
/// A wait is short again only after a connection that the relay had accepted held for a while: one
/// that greets everybody and then turns them away is not called on again and again.
struct Reconnecting {
    private var backoff = Backoff()

    /// How long to wait now.
    ///
    /// - Parameters:
    ///   - error: Why there is no connection any more. What the relay asks for in it is granted, up
    ///     to ``LiveLimits/relayWaitMax``.
    ///   - lasted: For how long the relay served the connection; `nil` if it never did.
    mutating func wait(
        after error: ClientError, lasted: Duration?, using entropy: inout some RandomNumberGenerator
    ) -> Duration {
        if let lasted, lasted >= LiveLimits.steadyAfter { backoff.succeeded() }
        var asked = Duration.zero
        if case .limited(_, let retryAfter?) = error { asked = retryAfter }
        return backoff.next(using: &entropy, atLeast: min(asked, LiveLimits.relayWaitMax))
    }
}
