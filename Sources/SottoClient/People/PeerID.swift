// Who somebody is, for as long as their account lives.

import SottoIdentity
import SottoWire

/// The id of an account: the hash of its device log's first entry.
public struct PeerID: Hashable, Sendable {
    let account: AccountID

    init(_ account: AccountID) { self.account = account }

    /// The 64 hexadecimal digits of an id. `nil` for anything else.
    public init?(hex: String) {
        guard let bytes = [UInt8](hex: hex), let account = try? AccountID(bytes) else {
            return nil
        }
        self.account = account
    }

    /// 64 hexadecimal digits in lower case.
    public var hex: String { account.bytes.hex }

    /// The first 8 digits, for where an id stands beside a name.
    public var short: String { String(hex.prefix(8)) }
}

extension PeerID: Comparable, CustomStringConvertible {
    /// Whether the left id comes first in the order of its bytes.
    public static func < (left: PeerID, right: PeerID) -> Bool { left.account < right.account }

    /// The whole id, as `hex` has it. It is not for logs.
    public var description: String { hex }
}

extension [UInt8] {
    /// Two lower-case digits for each byte.
    var hex: String {
        var text = ""
        for byte in self {
            text += String(byte >> 4, radix: 16) + String(byte & 0xF, radix: 16)
        }
        return text
    }

    /// The bytes of an even number of hexadecimal digits.
    init?(hex: String) {
        let digits = hex.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        let values = digits.compactMap(\.self)
        self = stride(from: 0, to: values.count, by: 2).map {
            UInt8(values[$0] << 4 | values[$0 + 1])
        }
    }
}
