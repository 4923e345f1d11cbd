// Addresses that an operator names together: `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`.

/// A range of addresses with a common beginning (RFC 4632 section 3.1, RFC 4291 section 2.3).
public struct AddressRange: Sendable, Hashable, CustomStringConvertible {
    private let first: ClientAddress
    private let bits: Int
    /// The range as it was written.
    public let description: String

    /// Reads an address, or one with the length of its prefix; nothing for anything else, nor
    /// where the address has bits beyond the prefix, which is a slip of the pen.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = ClientAddress(parts[0]) else { return nil }
        let isVersion4 = address.isVersion4 && !parts[0].contains(":")
        var bits = 128
        if parts.count == 2 {
            guard let prefix = ClientAddress.decimal(parts[1], max: isVersion4 ? 32 : 128) else {
                return nil
            }
            bits = prefix + (isVersion4 ? 96 : 0)
        }
        guard address.prefix(bits) == address else { return nil }
        first = address
        self.bits = bits
        description = text
    }

    /// Whether an address is one of these.
    package func contains(_ address: ClientAddress) -> Bool { address.prefix(bits) == first }
}

extension ClientAddress {
    /// The address with zeros after so many bits.
    fileprivate func prefix(_ bits: Int) -> ClientAddress {
        ClientAddress(
            high: bits >= 64 ? high : bits == 0 ? 0 : high & ~(UInt64.max >> UInt64(bits)),
            low: bits >= 128 ? low : bits <= 64 ? 0 : low & ~(UInt64.max >> UInt64(bits - 64)))
    }
}
