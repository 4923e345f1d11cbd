// The hash chain of a lane: every entry binds the one before it (section 4, Heads).

import SottoCrypto
package import SottoWire

/// Where a lane stands after some entry.
package struct LaneHead: Hashable, Sendable, WireCodable {
    /// The lane.
    package let lane: LaneID
    /// The life of the store in which it has this order.
    package let incarnation: Incarnation
    /// How many entries there are.
    package let number: UInt64
    /// The chain's value.
    package let hash: HeadHash

    /// A head with these parts.
    package init(lane: LaneID, incarnation: Incarnation, number: UInt64, hash: HeadHash) {
        self.lane = lane
        self.incarnation = incarnation
        self.number = number
        self.hash = hash
    }

    /// The head before any entry.
    package static func start(
        of lane: LaneID, at relayKey: RelayKey, incarnation: Incarnation
    ) -> LaneHead {
        var writer = WireWriter()
        writer.value(lane)
        writer.value(relayKey)
        writer.value(incarnation)
        return LaneHead(
            lane: lane, incarnation: incarnation, number: 0,
            hash: .hash(Label.laneStart, writer.bytes))
    }

    /// The head after one more entry.
    ///
    /// - Parameter nextTokenHash: The commit's; zero for a message.
    package func following(
        kind: PostKind, nextTokenHash: LaneTokenHash, envelope: EnvelopeHash
    ) -> LaneHead {
        var writer = WireWriter()
        writer.value(lane)
        writer.value(incarnation)
        writer.uint64(number &+ 1)
        writer.value(kind)
        writer.value(nextTokenHash)
        writer.value(hash)
        writer.value(envelope)
        return LaneHead(
            lane: lane, incarnation: incarnation, number: number &+ 1,
            hash: .hash(Label.laneHead, writer.bytes))
    }

    /// Reads a head.
    package init(from reader: inout WireReader) throws(WireError) {
        lane = try reader.value()
        incarnation = try reader.value()
        number = try reader.uint64()
        hash = try reader.value()
    }

    /// Writes a head.
    package func encode(to writer: inout WireWriter) {
        writer.value(lane)
        writer.value(incarnation)
        writer.uint64(number)
        writer.value(hash)
    }
}

/// A node of the tree over a batch of heads, shaped as in RFC 6962 section 2.1.
typealias HeadNode = FixedBytes<HeadNodeKind>

enum HeadNodeKind: FixedBytesKind {
    static let byteCount = 32
}

extension HeadNode {
    static func leaf(_ head: LaneHead) -> HeadNode {
        hash { writer in
            writer.uint8(0)
            writer.value(head)
        }
    }

    static func inner(left: HeadNode, right: HeadNode) -> HeadNode {
        hash { writer in
            writer.uint8(1)
            writer.value(left)
            writer.value(right)
        }
    }

    private static func hash(_ body: (inout WireWriter) -> Void) -> HeadNode {
        var writer = WireWriter()
        body(&writer)
        return HeadNode(made: SHA256.hash(writer.bytes))
    }
}
