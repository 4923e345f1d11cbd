// The chain of a lane on demand, for members that missed some of it (section 4, Links).

package import SottoCrypto
package import SottoWire

/// Asks for links of a lane's chain, under the token of the epoch that they belong to [LINK-1].
package struct GetLinks: Hashable, Sendable, WireCodable {
    /// The lane.
    package let lane: LaneID
    /// The token of an epoch of the lane.
    package let laneToken: LaneToken
    /// The number of the first link.
    package let from: UInt64
    /// The number of the last link.
    package let to: UInt64

    /// A request for the links from one number to another.
    package init(lane: LaneID, laneToken: LaneToken, from: UInt64, to: UInt64) {
        self.lane = lane
        self.laneToken = laneToken
        self.from = from
        self.to = to
    }

    /// Reads a request.
    package init(from reader: inout WireReader) throws(WireError) {
        lane = try reader.value()
        laneToken = try reader.value()
        from = try reader.uint64()
        to = try reader.uint64()
    }

    /// Writes a request.
    package func encode(to writer: inout WireWriter) {
        writer.value(lane)
        writer.value(laneToken)
        writer.uint64(from)
        writer.uint64(to)
    }
}

/// One entry of a lane as its chain has it.
package struct Link: Hashable, Sendable, WireCodable {
    /// What the entry did to its lane.
    package let kind: PostKind
    /// The commit's next token hash; zero for a message.
    package let nextTokenHash: LaneTokenHash
    /// The hash of its envelope.
    package let envelopeHash: EnvelopeHash
    /// The envelope of a commit that was posted under the token shown, while it is kept.
    package let commit: ArraySlice<UInt8>?

    /// A link.
    package init(
        kind: PostKind, nextTokenHash: LaneTokenHash, envelopeHash: EnvelopeHash,
        commit: ArraySlice<UInt8>?
    ) {
        self.kind = kind
        self.nextTokenHash = nextTokenHash
        self.envelopeHash = envelopeHash
        self.commit = commit
    }

    /// Reads a link.
    package init(from reader: inout WireReader) throws(WireError) {
        kind = try reader.value()
        nextTokenHash = try reader.value()
        envelopeHash = try reader.value()
        commit =
            try reader.flag() ? try reader.opaqueSlice(max: RelayLimits.keptCommitBytesMax) : nil
    }

    /// Writes a link.
    package func encode(to writer: inout WireWriter) {
        writer.value(kind)
        writer.value(nextTokenHash)
        writer.value(envelopeHash)
        writer.flag(commit != nil)
        if let commit { writer.opaque(commit) }
    }
}

/// Links that follow one another, and the head that they lead to.
package struct Links: Hashable, Sendable, WireCodable {
    /// The number of the first link; one above the head's number when there is none.
    package let first: UInt64
    /// The head before the first link.
    package let previous: HeadHash
    /// The links.
    package let links: [Link]
    /// The head after the last of them, or of the lane as it stands if there is none.
    package let head: SignedHead

    /// Links after a head, and the head they lead to.
    package init(first: UInt64, previous: HeadHash, links: [Link], head: SignedHead) {
        self.first = first
        self.previous = previous
        self.links = links
        self.head = head
    }

    /// Reads links, at most 256.
    package init(from reader: inout WireReader) throws(WireError) {
        first = try reader.uint64()
        previous = try reader.value()
        links = try reader.vector(max: RelayLimits.frameBytesMax)
        guard links.count <= RelayLimits.linksMax else {
            throw .lengthOverLimit(length: links.count, limit: RelayLimits.linksMax)
        }
        head = try reader.value()
    }

    /// Writes links.
    package func encode(to writer: inout WireWriter) {
        writer.uint64(first)
        writer.value(previous)
        writer.vector(links)
        writer.value(head)
    }
}

/// How a relay keeps a commit's envelope: sealed under the token of the epoch that it ended, of
/// which it keeps a hash only [LINK-3].
package struct CommitKeeping: Sendable {
    private let key: SealKey
    private let aad: [UInt8]

    /// The keeping of the commit with this number, which was posted under this token.
    package init(lane: LaneID, laneToken: LaneToken, number: UInt64) {
        var context = WireWriter()
        context.value(lane)
        context.uint64(number)
        aad = context.bytes
        key = SealKey(
            made: Labelled.derive(
                Secret(copying: laneToken.bytes), Label.keptCommit, context: aad, count: 32))
    }

    /// The envelope as it is kept.
    package func seal(
        _ envelope: some Collection<UInt8>, using entropy: inout Entropy
    ) -> [UInt8] {
        SymmetricSeal.seal(key: key, aad: aad, Array(envelope), using: &entropy)
    }

    /// The envelope that was kept.
    package func open(_ kept: [UInt8]) throws(CryptoError) -> [UInt8] {
        try SymmetricSeal.open(key: key, aad: aad, kept)
    }
}
