// How connections reach a relay: what its host decides beside the address.

public import SottoRelayCore

/// The way between clients and the relay (spec/relay.md section 11).
public struct TransportOptions: Sendable, Equatable {
    /// The certificate to speak TLS with; without one the relay speaks plainly, which is for
    /// loopback addresses and behind a proxy that speaks TLS.
    public var certificate: CertificateFiles?
    /// Whose word is taken for where clients are; without proxies it is where they connect from.
    public var proxies: TrustedProxies?
    /// How many connections there may be at once.
    public var connectionsMax: Int
    /// How many of these one client may have, as far as its address tells. Connections from this
    /// machine are not counted.
    public var connectionsPerClientMax: Int
    /// How many connections may be about to ask for something: within TLS, or the head of a
    /// request.
    public var beginningsMax: Int

    /// Options of a relay that is reached directly and without TLS, unless others are given.
    public init(
        certificate: CertificateFiles? = nil, proxies: TrustedProxies? = nil,
        connectionsMax: Int = 19_000, connectionsPerClientMax: Int = 500,
        beginningsMax: Int = 2_000
    ) {
        self.certificate = certificate
        self.proxies = proxies
        self.connectionsMax = connectionsMax
        self.connectionsPerClientMax = connectionsPerClientMax
        self.beginningsMax = beginningsMax
    }

    var limits: ConnectionLimits {
        ConnectionLimits(
            connections: connectionsMax, perClient: connectionsPerClientMax,
            beginnings: beginningsMax)
    }
}
