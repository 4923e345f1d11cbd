// Who somebody is, for as long as their account lives.

import SottoIdentity
import SottoWire

/// The id of an account: the hash of its device log's first entry.
public struct PeerID: Hashable, Sendable {
    let account: AccountID

    init(_ account: AccountID) { self.account = account }

    /// The 64 hexadecimal digits of an id. `nil` for anything else.
    public init?(hex: String) {
        guard let bytes = try? Hexadecimal.decode(hex), let account = try? AccountID(bytes) else {
            return nil
        }
        self.account = account
    }

    /// 64 hexadecimal digits in lower case.
    public var hex: String { Hexadecimal.encode(account.bytes) }

    /// The first 8 digits, for where an id stands beside a name.
    public var short: String { String(hex.prefix(8)) }
}

extension PeerID: Comparable, CustomStringConvertible {
    /// Whether the left id comes first in the order of its bytes.
    public static func < (left: PeerID, right: PeerID) -> Bool { left.account < right.account }

    /// The whole id, as `hex` has it. It is not for logs.
    public var description: String { hex }
}
