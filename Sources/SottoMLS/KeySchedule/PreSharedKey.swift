// Keys that members share already, mixed into the key schedule (RFC 9420 section 8.4).

package import SottoCrypto
package import SottoWire

/// What a resumption key is used for.
public enum ResumptionUsage: UInt8, Hashable, Sendable {
    /// Whatever the application likes.
    case application = 1
    /// To found a group's successor.
    case reInit = 2
    /// To found a group of some of a group's members.
    case branch = 3
}

/// Names a key that members share, and makes this use of it unique.
public struct PreSharedKeyID: Hashable, Sendable {
    /// Which key it is.
    public enum Key: Hashable, Sendable {
        /// One that the application knows by this name.
        case external(id: [UInt8])
        /// The resumption key of an epoch of a group.
        case resumption(usage: ResumptionUsage, group: GroupID, epoch: UInt64)
    }

    /// Which key it is.
    public let key: Key
    /// Drawn at random for this use.
    public let nonce: [UInt8]

    /// A use of a key.
    public init(key: Key, nonce: [UInt8]) {
        self.key = key
        self.nonce = nonce
    }
}

extension PreSharedKeyID: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.uint8() {
        case 1: key = .external(id: try reader.opaque())
        case 2:
            let number = try reader.uint8()
            guard let usage = ResumptionUsage(rawValue: number) else {
                throw .unknownValue(UInt64(number))
            }
            key = .resumption(
                usage: usage, group: try reader.value(), epoch: try reader.uint64())
        case let other: throw .unknownValue(UInt64(other))
        }
        nonce = try reader.opaque()
    }

    package func encode(to writer: inout WireWriter) {
        switch key {
        case .external(let id):
            writer.uint8(1)
            writer.opaque(id)
        case .resumption(let usage, let group, let epoch):
            writer.uint8(2)
            writer.uint8(usage.rawValue)
            writer.value(group)
            writer.uint64(epoch)
        }
        writer.opaque(nonce)
    }
}

/// A key and the name under which it is mixed in.
package struct PreSharedKey: Sendable {
    /// Its name.
    package let id: PreSharedKeyID
    /// The key itself.
    package let secret: Secret

    /// A key under a name.
    package init(id: PreSharedKeyID, secret: Secret) {
        self.id = id
        self.secret = secret
    }

    /// `psk_secret`: what all these keys, in this order, give to the key schedule.
    ///
    /// - Precondition: There are at most `MLSLimits.preSharedKeysMax`.
    package static func combine(_ keys: [PreSharedKey], _ suite: CipherSuite) -> Secret {
        let zero = Secret.zero(suite.hashLength)
        var combined = zero
        for (index, key) in keys.enumerated() {
            var label = WireWriter()
            label.value(key.id)
            label.uint16(UInt16(truncatingIfNeeded: index))
            label.uint16(UInt16(truncatingIfNeeded: keys.count))
            let input = suite.expandWithLabel(
                suite.extract(salt: zero, ikm: key.secret), label: "derived psk",
                context: label.bytes, length: suite.hashLength)
            combined = suite.extract(salt: input, ikm: combined)
        }
        return combined
    }
}
