// The newest head a sender had checked, in the authenticated data of what it sends.

import SottoRelayProtocol
import SottoWire

/// `SeenHead` of spec/conversation.md, section 3; zeros for none.
struct SeenHead: Hashable, Sendable, WireCodable {
    let incarnation: Incarnation
    let number: UInt64
    let hash: HeadHash

    init(_ head: LaneHead?) {
        incarnation = head?.incarnation ?? .zero
        number = head?.number ?? 0
        hash = head?.hash ?? .zero
    }

    init(from reader: inout WireReader) throws(WireError) {
        incarnation = try reader.value()
        number = try reader.uint64()
        hash = try reader.value()
    }

    func encode(to writer: inout WireWriter) {
        writer.value(incarnation)
        writer.uint64(number)
        writer.value(hash)
    }
}
