// How patient a connection is, whom its TLS trusts, and where it runs.

package import NIOCore
import NIOPosix
package import SottoRelayProtocol

/// Whose key a connection accepts.
package enum RelayTrust: Hashable, Sendable {
    /// Only the key of this name [RELAY-1].
    case pinned(RelayID)
    /// Whatever key is shown, if the hello proves it. For the first contact alone: the caller
    /// pins what it was shown.
    case firstUse
}

/// How patient a connection is, whom its TLS trusts, and where it runs.
package struct RelayLinkOptions: Sendable {
    /// Resolving, connecting, TLS, upgrading and both hellos together.
    package var connectWithin: Duration = .seconds(10)
    /// One request, counted from the call, waiting for a place included.
    package var answerWithin: Duration = .seconds(30)
    /// A connection this long without a frame either way is pinged.
    package var pingEvery: Duration = .seconds(60)
    /// A ping this long without any frame from the relay ends the connection.
    package var pongWithin: Duration = .seconds(15)
    /// A polite end is given this long.
    package var closeWithin: Duration = .seconds(2)
    /// Certificates that `wss://` trusts, in PEM, in place of the system's.
    package var trustedRootsPEM: [UInt8]?
    /// Whose event loops carry the connection.
    package var eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

    /// The usual options.
    package init() {}
}
