// The newest head a sender had checked, in the authenticated data of what it sends.

package import SottoRelayProtocol
package import SottoWire

/// `SeenHead` of spec/conversation.md, section 3; zeros for none.
package struct SeenHead: Hashable, Sendable, WireCodable {
    /// The store that the relay showed it from.
    package let incarnation: Incarnation
    /// The head's number in its lane.
    package let number: UInt64
    /// The head.
    package let hash: HeadHash

    init(_ head: LaneHead?) {
        incarnation = head?.incarnation ?? .zero
        number = head?.number ?? 0
        hash = head?.hash ?? .zero
    }

    /// Reads what ``encode(to:)`` wrote.
    package init(from reader: inout WireReader) throws(WireError) {
        incarnation = try reader.value()
        number = try reader.uint64()
        hash = try reader.value()
    }

    /// Writes the three fields.
    package func encode(to writer: inout WireWriter) {
        writer.value(incarnation)
        writer.uint64(number)
        writer.value(hash)
    }
}
