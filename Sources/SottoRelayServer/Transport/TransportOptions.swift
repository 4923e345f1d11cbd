// How connections reach a relay: what its host decides beside the address.

/// The way between clients and the relay (spec/relay.md section 11).
public struct TransportOptions: Sendable, Equatable {
    /// The certificate to speak TLS with; without one the relay speaks plainly, which is for
    /// loopback addresses and behind a proxy that speaks TLS.
    public var certificate: CertificateFiles?

    /// Options of a relay that is reached directly and without TLS.
    public init(certificate: CertificateFiles? = nil) { self.certificate = certificate }
}
