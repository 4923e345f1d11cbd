// The bounds of how connections come to a relay.

/// Limits of connections, before they say anything of ours (spec/relay.md section 11).
package enum ReachLimits {
    /// The bytes of a PROXY header of version 1, its line end included.
    package static let proxyLineBytesMax = 107
    /// The bytes of a PROXY header of version 2, extensions included.
    package static let proxyHeaderBytesMax = 2_048
    /// The clients whose rates are remembered one by one, times what they do.
    package static let ratedClientsMax = 100_000
    /// The frames of one request of a session over requests.
    package static let pollFramesMax = 128
    /// The hops of `X-Forwarded-For` that are looked at, the last ones.
    package static let hopsMax = 16
}

/// How many connections a relay has at once.
package struct ConnectionLimits: Sendable, Equatable {
    /// All of them.
    package var connections: Int
    /// Those of one client, as far as its address tells.
    package var perClient: Int
    /// Those that have not asked for anything yet.
    package var beginnings: Int

    /// Limits of these numbers.
    package init(connections: Int, perClient: Int, beginnings: Int) {
        self.connections = connections
        self.perClient = perClient
        self.beginnings = beginnings
    }
}
