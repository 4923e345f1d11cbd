// Whose word the relay takes for where a client is, and how it is given.

/// The proxies in front of a relay.
public struct TrustedProxies: Sendable, Equatable {
    /// How a proxy says where its client is.
    public enum Word: String, Sendable, CaseIterable {
        /// The PROXY protocol, version 1 or 2, before the first byte of every connection.
        case proxyProtocol = "proxy-protocol"
        /// The field `X-Forwarded-For` of every request.
        case forwardedFor = "x-forwarded-for"
    }

    /// Where proxies connect from. The word of nobody else is taken.
    public var addresses: [AddressRange]
    /// How they say it.
    public var word: Word

    /// Proxies at these addresses.
    public init(addresses: [AddressRange], word: Word) {
        self.addresses = addresses
        self.word = word
    }

    /// Whether a connection from here is one of a proxy.
    package func contain(_ address: ClientAddress) -> Bool {
        addresses.contains { $0.contains(address) }
    }

    /// Whether a connection from here begins with a PROXY header, and is refused without [NET-4].
    package func announces(_ peer: ClientAddress) -> Bool {
        word == .proxyProtocol && contain(peer)
    }

    /// The client of a request: the last address in `X-Forwarded-For` that is no proxy's, as far
    /// back as proxies vouch for each other [NET-5].
    ///
    /// - Parameters:
    ///   - peer: Where the connection comes from. It is the client unless it is a proxy.
    ///   - fields: The values of the field, in the order of the request.
    package func client(of peer: ClientAddress, saying fields: [String]) -> ClientAddress {
        guard word == .forwardedFor, contain(peer) else { return peer }
        var client = peer
        let hops = fields.joined(separator: ",").split(
            separator: ",", omittingEmptySubsequences: false)
        for hop in hops.suffix(ReachLimits.hopsMax).reversed() {
            guard let address = Self.address(in: hop) else { return client }
            client = address
            guard contain(address) else { return client }
        }
        return client
    }

    /// An address as proxies write it: bare, with a port, or in brackets.
    private static func address(in hop: Substring) -> ClientAddress? {
        let text = hop.drop { $0 == " " || $0 == "\t" }
        let trimmed = text.prefix { $0 != " " && $0 != "\t" }
        guard text.dropFirst(trimmed.count).allSatisfy({ $0 == " " || $0 == "\t" }) else {
            return nil
        }
        if trimmed.first == "[" {
            guard let end = trimmed.firstIndex(of: "]"),
                isPortOrNothing(trimmed[trimmed.index(after: end)...])
            else { return nil }
            let inside = trimmed[..<end].dropFirst()
            return inside.contains(":") ? ClientAddress(inside) : nil
        }
        if let address = ClientAddress(trimmed) { return address }
        guard let colon = trimmed.firstIndex(of: ":"), isPortOrNothing(trimmed[colon...]) else {
            return nil
        }
        return ClientAddress(trimmed[..<colon])
    }

    private static func isPortOrNothing(_ text: Substring) -> Bool {
        text.isEmpty
            || text.first == ":" && ClientAddress.decimal(text.dropFirst(), max: 65_535) != nil
    }
}
