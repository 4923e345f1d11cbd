// Which bytes of a blob a request asks for (RFC 9110 section 14).

/// What a `Range` field comes to for something of a known size.
package enum ByteRange: Equatable, Sendable {
    /// All of it: there is no field, or one that is not understood and so ignored.
    case whole
    /// These bytes, one at least.
    case part(Range<UInt64>)
    /// Bytes that it does not have.
    case beyond

    /// Reads the values of the field. One range is understood, `first-last`, `first-` or
    /// `-count`; several are answered with the whole, which RFC 9110 section 14.2 leaves open.
    package init(_ fields: [String], of size: UInt64) {
        self = .whole
        guard fields.count == 1, let text = fields.first,
            text.utf8.count <= 64, text.lowercased().hasPrefix("bytes=")
        else { return }
        let ends = text.dropFirst(6).split(
            separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2 else { return }
        let first = Self.number(ends[0])
        let last = Self.number(ends[1])
        switch (ends[0].isEmpty, ends[1].isEmpty) {
        case (true, true): return
        case (true, false):
            guard let count = last else { return }
            self = count == 0 || size == 0 ? .beyond : .part(size - min(count, size)..<size)
        case (false, true):
            guard let first else { return }
            self = first < size ? .part(first..<size) : .beyond
        case (false, false):
            guard let first, let last, first <= last else { return }
            self = first < size ? .part(first..<min(last, size - 1) + 1) : .beyond
        }
    }

    private static func number(_ text: Substring) -> UInt64? {
        guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return nil
        }
        return UInt64(text)
    }
}
