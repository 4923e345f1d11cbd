// Where a relay is reached, as links and the command line write it (identity.md section 3).

/// `wss://HOST[:PORT]`, or `ws://HOST[:PORT]` where the host is a loopback address or `localhost`.
///
/// Two texts that name the same place are the same value: scheme and host are kept in lower
/// case, addresses in their shortest form, and the scheme's own port is left out in writing.
package struct RelayOrigin: Hashable, Sendable {
    /// How the bytes travel.
    package enum Scheme: String, Sendable {
        /// Without TLS; never beyond this machine.
        case ws
        /// With TLS.
        case wss
    }

    /// How the bytes travel.
    package let scheme: Scheme
    /// A host name in lower case, or an address without brackets.
    package let host: String
    /// The TCP port, 1 to 65,535.
    package let port: Int

    private let form: HostForm

    /// The origin that a text names; nothing may stand before or after it.
    ///
    /// - Throws: `.otherScheme`, `.insecure` for `ws://` to another machine [CARD-5], else
    ///   `.malformed`.
    package init(_ text: some StringProtocol) throws(RelayOriginError) {
        // Lower case is for ASCII only: beyond it, other letters turn into ASCII ones.
        guard text.utf8.count <= WireLimits.originBytesMax,
            text.utf8.allSatisfy({ $0 < 0x80 })
        else { throw .malformed }
        guard let (scheme, rest) = Self.splitScheme(Substring(text.lowercased())) else {
            throw .malformed
        }
        guard let scheme = Scheme(rawValue: String(scheme)) else { throw .otherScheme }
        guard let (host, portText) = Self.splitPort(rest), let name = HostName(host) else {
            throw .malformed
        }
        self.scheme = scheme
        self.host = name.text
        form = name.form
        port = try Self.port(portText, of: scheme)
        guard scheme == .wss || name.isLoopback else { throw .insecure }
    }

    private static func splitScheme(_ text: Substring) -> (Substring, Substring)? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let scheme = text[..<colon]
        let rest = text[colon...].dropFirst()
        let isScheme = scheme.utf8.allSatisfy { (0x61...0x7A).contains($0) }
        guard isScheme, !scheme.isEmpty, rest.hasPrefix("//") else { return nil }
        return (scheme, rest.dropFirst(2))
    }

    /// The host, with its brackets if it has any, and what follows the colon after it.
    private static func splitPort(_ text: Substring) -> (host: Substring, port: Substring?)? {
        let hostEnd: Substring.Index
        if text.hasPrefix("[") {
            guard let bracket = text.firstIndex(of: "]") else { return nil }
            hostEnd = text.index(after: bracket)
        } else {
            hostEnd = text.firstIndex(of: ":") ?? text.endIndex
        }
        guard hostEnd < text.endIndex else { return (text, nil) }
        guard text[hostEnd] == ":" else { return nil }
        return (text[..<hostEnd], text[text.index(after: hostEnd)...])
    }

    private static func port(
        _ text: Substring?, of scheme: Scheme
    ) throws(RelayOriginError) -> Int {
        guard let text else { return scheme.port }
        let isDecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isDecimal, text.utf8.count <= 5, !text.hasPrefix("0"), let port = Int(text),
            (1...65_535).contains(port)
        else { throw .malformed }
        return port
    }
}

/// Why a text names no relay.
package enum RelayOriginError: Error, Equatable, Sendable {
    /// It has another shape than `SCHEME://HOST[:PORT]`.
    case malformed
    /// The scheme is neither `wss` nor `ws`.
    case otherScheme
    /// `ws://` to a host that is not this machine: the connection would not be encrypted.
    case insecure
}

extension RelayOrigin.Scheme {
    /// The port that goes without saying.
    fileprivate var port: Int { self == .wss ? 443 : 80 }
}

extension RelayOrigin: CustomStringConvertible {
    /// The canonical text, which parses to this value again.
    package var description: String { "\(scheme.rawValue)://\(authority)" }

    /// Host and port as a URL writes them, the scheme's own port left out.
    package var authority: String {
        let bracketed = form == .address6 ? "[\(host)]" : host
        return port == scheme.port ? bracketed : "\(bracketed):\(port)"
    }

    /// What the relay's certificate has to name, unless it is an address.
    package var serverName: String? { form == .name ? host : nil }
}
