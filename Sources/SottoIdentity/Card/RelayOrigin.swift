// Where a relay is reached, in the one form that links carry.

/// `wss://HOST[:PORT]`, or `ws://HOST[:PORT]` for a loopback host (spec/relay.md, section 2).
package struct RelayOrigin: Hashable, Sendable {
    /// Whether the connection is encrypted by TLS; it is, but to a loopback host.
    package let isSecure: Bool
    /// The host in lower case: a name, an IPv4 address, or an IPv6 address without brackets.
    package let host: String
    /// The port where the text names one; else it is the scheme's own, 443 or 80.
    package let port: UInt16?

    /// Reads an origin: ASCII letters of any case, no path, no user.
    package init(_ text: some StringProtocol) throws(RelayOriginError) {
        guard text.utf8.count <= IdentityLimits.linkBytesMax, text.utf8.allSatisfy({ $0 < 0x80 })
        else { throw .malformed }
        let text = text.lowercased()
        if text.hasPrefix("wss://") {
            isSecure = true
        } else if text.hasPrefix("ws://") {
            isSecure = false
        } else {
            throw .otherScheme
        }
        let (host, port) = try Self.split(text.dropFirst(isSecure ? 6 : 5))
        guard Self.isHost(host) else { throw .malformed }
        guard isSecure || Self.isLoopback(host) else { throw .insecure }
        self.host = String(host)
        self.port = port
    }

    /// The origin as links write it.
    package var text: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return "\(isSecure ? "wss" : "ws")://\(host)" + (port.map { ":\($0)" } ?? "")
    }

    private static func split(
        _ authority: Substring
    ) throws(RelayOriginError) -> (host: Substring, port: UInt16?) {
        guard authority.hasPrefix("[") else {
            let host = authority.prefix { $0 != ":" }
            return (host, try Self.port(authority.dropFirst(host.count)))
        }
        guard let end = authority.firstIndex(of: "]") else { throw .malformed }
        let host = authority[..<end].dropFirst()
        guard host.contains(":") else { throw .malformed }
        return (host, try Self.port(authority[end...].dropFirst()))
    }

    private static func port(_ rest: Substring) throws(RelayOriginError) -> UInt16? {
        guard !rest.isEmpty else { return nil }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.first != "0", digits.utf8.allSatisfy(isDigit),
            let port = UInt16(digits)
        else { throw .malformed }
        return port
    }

    private static func isHost(_ host: Substring) -> Bool {
        guard (1...253).contains(host.utf8.count) else { return false }
        if host.contains(":") {
            return host.utf8.allSatisfy { isHexDigit($0) || $0 == UInt8(ascii: ":") }
        }
        return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    /// Whether a host names this machine to every resolver: a number with a leading zero is read as
    /// octal by some and asked of DNS by others [CARD-5].
    private static func isLoopback(_ host: Substring) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy(isOctet)
    }

    private static func isOctet(_ text: Substring) -> Bool {
        UInt8(text).map { String($0) == text } ?? false
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

/// Why a text is no relay's origin.
package enum RelayOriginError: Error, Equatable, Sendable {
    /// It begins with neither `wss://` nor `ws://`.
    case otherScheme
    /// `ws://` to a host that is not this machine.
    case insecure
    /// Host or port cannot be read.
    case malformed
}
