// What a proxy says before the first byte of its client: the PROXY protocol, versions 1 and 2.

/// The header of a connection that a proxy has made for somebody (HAProxy's PROXY protocol).
package enum ProxyHeader: Equatable, Sendable {
    /// There is more to come before one can tell.
    case unfinished
    /// The header has so many bytes; what follows is the client's. The address is nothing where
    /// the proxy speaks for itself or does not say.
    case finished(ClientAddress?, byteCount: Int)
    /// It is no header, or one over the limit.
    case malformed

    /// Reads as far as it goes from the beginning of a connection.
    package init(reading bytes: some RandomAccessCollection<UInt8>) {
        if Self.agrees(bytes, with: Self.signature2) {
            self = bytes.count < Self.signature2.count ? .unfinished : Self.version2(bytes)
        } else if Self.agrees(bytes, with: Self.signature1) {
            self = bytes.count < Self.signature1.count ? .unfinished : Self.version1(bytes)
        } else {
            self = .malformed
        }
    }

    private static let signature1 = Array("PROXY ".utf8)
    private static let signature2: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    private static let lineEnd = Array("\r\n".utf8)

    private static func agrees(
        _ bytes: some RandomAccessCollection<UInt8>, with signature: [UInt8]
    ) -> Bool {
        zip(bytes, signature).allSatisfy { $0 == $1 }
    }
}

// MARK: - Version 1: a line of text

extension ProxyHeader {
    private static func version1(_ bytes: some RandomAccessCollection<UInt8>) -> ProxyHeader {
        let line = bytes.prefix(ReachLimits.proxyLineBytesMax)
        guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else {
            return line.count < ReachLimits.proxyLineBytesMax ? .unfinished : .malformed
        }
        let whole = line[...end]
        guard whole.suffix(2).elementsEqual(lineEnd), whole.allSatisfy({ $0 < 0x80 }) else {
            return .malformed
        }
        let text = String(decoding: whole.dropLast(2), as: UTF8.self)
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count >= 2 else { return .malformed }
        if parts[1] == "UNKNOWN" { return .finished(nil, byteCount: whole.count) }
        guard parts.count == 6, let source = ClientAddress(parts[2]),
            ClientAddress(parts[3]) != nil, isPort(parts[4]), isPort(parts[5])
        else { return .malformed }
        let isSix = parts[2].contains(":") && parts[3].contains(":")
        let isFour = !parts[2].contains(":") && !parts[3].contains(":")
        guard parts[1] == "TCP4" && isFour || parts[1] == "TCP6" && isSix else {
            return .malformed
        }
        return .finished(source, byteCount: whole.count)
    }

    private static func isPort(_ text: Substring) -> Bool {
        ClientAddress.decimal(text, max: 65_535) != nil
    }
}

// MARK: - Version 2: sixteen bytes and what they announce

extension ProxyHeader {
    private static func version2(_ bytes: some RandomAccessCollection<UInt8>) -> ProxyHeader {
        let head = Array(bytes.prefix(headBytes))
        guard head.count == headBytes else { return .unfinished }
        let length = Int(head[14]) << 8 | Int(head[15])
        let command = head[12]
        guard command >> 4 == 2, command & 0x0F <= 1,
            headBytes + length <= ReachLimits.proxyHeaderBytesMax
        else { return .malformed }
        guard let addressBytes = addressBytes(of: head[13]),
            isLocal(command) || length >= addressBytes
        else { return .malformed }
        guard bytes.count >= headBytes + length else { return .unfinished }
        let count = headBytes + length
        guard !isLocal(command), addressBytes == 12 || addressBytes == 36 else {
            return .finished(nil, byteCount: count)
        }
        let source = bytes.dropFirst(headBytes).prefix(addressBytes == 12 ? 4 : 16)
        return .finished(ClientAddress(bytes: source), byteCount: count)
    }

    private static let headBytes = 16

    private static func isLocal(_ command: UInt8) -> Bool { command & 0x0F == 0 }

    /// How many bytes the addresses of a family have; nothing for one that there is not, and for
    /// datagrams, which no connection is made of.
    private static func addressBytes(of family: UInt8) -> Int? {
        switch family {
        case 0x00: 0
        case 0x11: 12
        case 0x21: 36
        case 0x31: 216
        default: nil
        }
    }
}
