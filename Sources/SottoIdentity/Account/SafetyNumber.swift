// The digits that two people compare to know that nobody stands between them.

import SottoCrypto
import SottoWire

/// The number of two accounts, the same on both sides [ID-8] (spec/identity.md, section 4).
package struct SafetyNumber: Hashable, Sendable {
    /// Twelve groups of five digits, the half of the smaller account id first.
    package let groups: [String]

    /// The number of two accounts, in either order.
    package init(_ one: AccountID, _ other: AccountID) {
        groups = [min(one, other), max(one, other)].flatMap(Self.half)
    }

    /// The groups with a space between.
    package var text: String { groups.joined(separator: " ") }

    /// The six groups that an account has in each of its safety numbers.
    package static func half(of account: AccountID) -> [String] {
        let hash = Labelled.hash("safety number", account.bytes)
        return (0..<groupsPerHalf).map { group in
            let bytes = hash[group * bytesPerGroup..<(group + 1) * bytesPerGroup]
            let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % 100_000
            let digits = String(number)
            return String(repeating: "0", count: 5 - digits.count) + digits
        }
    }

    private static let groupsPerHalf = 6
    private static let bytesPerGroup = 5
}
