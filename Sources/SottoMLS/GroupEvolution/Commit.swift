// The message that ends an epoch and begins the next (RFC 9420 section 12.4).

package import SottoWire

/// A proposal in a commit: itself, or the name of one that was sent before.
package enum ProposalOrRef: Hashable, Sendable, WireCodable {
    /// The committer's own, said here.
    case proposal(Proposal)
    /// One that was sent earlier in the epoch.
    case reference(ProposalRef)

    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.uint8() {
        case 1: self = .proposal(try reader.value())
        case 2: self = .reference(try reader.value())
        case let other: throw .unknownValue(UInt64(other))
        }
    }

    package func encode(to writer: inout WireWriter) {
        switch self {
        case .proposal(let proposal):
            writer.uint8(1)
            writer.value(proposal)
        case .reference(let reference):
            writer.uint8(2)
            writer.value(reference)
        }
    }
}

/// A change of the group: proposals, and new keys for the committer.
package struct Commit: Hashable, Sendable, WireCodable {
    /// What changes, in this order.
    package let proposals: [ProposalOrRef]
    /// The committer's new leaf and the keys above it.
    package let path: UpdatePath?

    /// A change of the group.
    package init(proposals: [ProposalOrRef], path: UpdatePath?) {
        self.proposals = proposals
        self.path = path
    }

    package init(from reader: inout WireReader) throws(WireError) {
        proposals = try reader.vector()
        path = try reader.optional()
        guard proposals.count <= MLSLimits.proposalsMax else { throw .malformed }
    }

    package func encode(to writer: inout WireWriter) {
        writer.vector(proposals)
        writer.optional(path)
    }
}
