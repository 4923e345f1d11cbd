// Ranges of addresses, as they are written in a setting.

import SottoRelayCore

/// One or more ranges with commas between them.
struct AddressList: Equatable, CustomStringConvertible {
    let ranges: [AddressRange]

    /// Reads the list; nothing if any part of it is no range.
    init?(_ text: String) {
        var ranges: [AddressRange] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let trimmed = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            guard let range = AddressRange(String(trimmed)) else { return nil }
            ranges.append(range)
        }
        self.ranges = ranges
    }

    var description: String { ranges.map(\.description).joined(separator: ", ") }
}
