// Where a connection comes from: in memory, for limits alone; no address is written or shown.

/// An address of the Internet Protocol, version 4 or 6.
package struct ClientAddress: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Sixteen bytes as two numbers; version 4 lies under ::ffff:0:0/96.
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// An address of version 4.
    package init(version4 bits: UInt32) {
        self.init(high: 0, low: Self.version4Prefix | UInt64(bits))
    }

    /// An address of four or sixteen bytes; nothing for another number.
    package init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self.init(version4: bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            self.init(
                high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                low: bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) })
        default: return nil
        }
    }

    /// Whether it is one of version 4, however it was written.
    var isVersion4: Bool { high == 0 && low & ~UInt64(UInt32.max) == Self.version4Prefix }

    /// Whether it is this machine's own, seen from itself.
    package var isLoopback: Bool {
        high == 0 && (low == 1 || isVersion4 && low >> 24 & 0xFF == 127)
    }

    /// What counts as one client: an address of version 4, or the /64 that a host of version 6
    /// has to itself.
    package var client: ClientAddress {
        isVersion4 ? self : ClientAddress(high: high, low: 0)
    }

    /// Nothing of the address.
    package var description: String { "ClientAddress" }
    /// Nothing of the address.
    package var customMirror: Mirror { Mirror(self, children: [:]) }

    private static let version4Prefix: UInt64 = 0xFFFF_0000_0000
}

// MARK: - Text

extension ClientAddress {
    /// Reads dotted decimals (RFC 6943 section 3.1.1, strict) or RFC 4291 section 2.2, without a
    /// zone; nothing for anything else.
    package init?(_ text: some StringProtocol) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let address = Self.version6(text) else { return nil }
            self = address
        } else {
            guard let bits = Self.version4(text) else { return nil }
            self.init(version4: bits)
        }
    }

    private static func version4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard let number = decimal(part, max: 255) else { return nil }
            bits = bits << 8 | UInt32(number)
        }
        return bits
    }

    private static func version6(_ text: some StringProtocol) -> ClientAddress? {
        guard text.utf8.count <= 45 else { return nil }
        let halves = String(text).split2(on: "::")
        guard let front = groups(halves.front, mayEndInVersion4: halves.back == nil) else {
            return nil
        }
        var all = front
        if let back = halves.back {
            guard let back = groups(back, mayEndInVersion4: true), front.count + back.count < 8
            else { return nil }
            all += Array(repeating: 0, count: 8 - front.count - back.count) + back
        }
        guard all.count == 8 else { return nil }
        return ClientAddress(
            high: all.prefix(4).reduce(0) { $0 << 16 | UInt64($1) },
            low: all.suffix(4).reduce(0) { $0 << 16 | UInt64($1) })
    }

    private static func groups(_ text: Substring, mayEndInVersion4: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if mayEndInVersion4, index == parts.count - 1, part.utf8.contains(UInt8(ascii: ".")) {
                guard let bits = version4(part) else { return nil }
                groups += [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
            } else {
                guard 1...4 ~= part.utf8.count, part.utf8.allSatisfy(isHexadecimal),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    /// A number without sign, spaces or zeros in front.
    static func decimal(_ text: some StringProtocol, max: Int) -> Int? {
        let digits = text.utf8
        guard 1...5 ~= digits.count,
            digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            digits.count == 1 || digits.first != UInt8(ascii: "0"),
            let number = Int(text), number <= max
        else { return nil }
        return number
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

extension String {
    /// What stands before and after the first separator of two characters, if there is one.
    fileprivate func split2(on separator: String) -> (front: Substring, back: Substring?) {
        var index = startIndex
        while index < endIndex {
            if self[index...].hasPrefix(separator) {
                return (self[..<index], self[self.index(index, offsetBy: 2)...])
            }
            index = self.index(after: index)
        }
        return (self[...], nil)
    }
}
