// Following a lane's chain: entries or links in, a head to rely on or what is wrong with it out.

import SottoWire

/// Follows the chain of one lane in one incarnation, from a head that its holder relies on.
///
/// What does not belong there changes nothing, so that the chain can go on with what does.
package struct ChainVerifier: Sendable {
    /// The newest head that everything taken so far leads to.
    package private(set) var head: LaneHead
    /// That head as the relay signed it; nothing for one to begin with.
    package private(set) var evidence: SignedHead?
    private var verifier: HeadVerifier
    private let relayKey: RelayKey

    /// A chain that goes on from the beginning of a lane.
    package init(startOf lane: LaneID, incarnation: Incarnation, relayKey: RelayKey) {
        self.relayKey = relayKey
        head = .start(of: lane, at: relayKey, incarnation: incarnation)
        verifier = HeadVerifier(relayKey: relayKey)
    }

    /// A chain that goes on from a head that the relay signed.
    package init(after signed: SignedHead, relayKey: RelayKey) throws(ChainFault) {
        self.relayKey = relayKey
        verifier = HeadVerifier(relayKey: relayKey)
        head = signed.claim
        evidence = signed
        do { _ = try verifier.verify(signed) } catch { throw .notSigned }
    }

    /// Takes the next entry of the lane [HEAD-2].
    package mutating func take(_ entry: LaneEntry) throws(ChainFault) {
        let link = Link(
            kind: entry.kind, nextTokenHash: entry.nextTokenHash,
            envelopeHash: .of(entry.envelope), commit: nil)
        guard entry.head.claim.number > 0 else { throw .doesNotFollow }
        try take(
            Links(
                first: entry.head.claim.number, previous: entry.previousHead, links: [link],
                head: entry.head))
    }

    /// Takes links, of which those that are known already are compared [LINK-2].
    package mutating func take(_ links: Links) throws(ChainFault) {
        let claim = links.head.claim
        guard claim.lane == head.lane else { throw .otherLane }
        guard claim.incarnation == head.incarnation else {
            throw .otherIncarnation(claim.incarnation)
        }
        do { _ = try verifier.verify(links.head) } catch { throw .notSigned }
        let heads = try Self.heads(of: links)
        if let known = heads.first(where: { $0.number == head.number }), known != head {
            throw contradiction(known, links)
        }
        guard let first = heads.first, first.number <= head.number else {
            throw .gap(after: head.number, first: links.first)
        }
        guard claim.number > head.number else { return }
        head = claim
        evidence = links.head
    }

    /// Compares a signed head that came another way: an answer's, or another member's.
    package mutating func compare(_ signed: SignedHead) throws(ChainFault) {
        let none = Links(
            first: signed.claim.number &+ 1, previous: signed.claim.hash, links: [],
            head: signed)
        guard signed.claim.number == head.number else { return }
        try take(none)
    }

    /// The heads that links lead through, the one before the first included.
    private static func heads(of links: Links) throws(ChainFault) -> [LaneHead] {
        guard links.first > 0 else { throw .doesNotFollow }
        var heads = [
            LaneHead(
                lane: links.head.claim.lane, incarnation: links.head.claim.incarnation,
                number: links.first - 1, hash: links.previous)
        ]
        for link in links.links { heads.append(heads[heads.count - 1].following(link)) }
        guard heads.last == links.head.claim else { throw .doesNotFollow }
        return heads
    }

    /// What it means that links lead through another head than the one held.
    private func contradiction(_ other: LaneHead, _ links: Links) -> ChainFault {
        guard let evidence else { return .contradicted }
        let after = links.links.suffix(Int(links.head.claim.number - other.number))
        return .fork(
            ForkProof(
                relayKey: relayKey, first: evidence, otherHead: other.hash,
                links: after.map(\.withoutCommit), second: links.head))
    }
}

/// Why something is not the next part of a lane's chain.
package enum ChainFault: Error, Equatable, Sendable {
    /// The relay did not sign its head.
    case notSigned
    /// It is another lane's.
    case otherLane
    /// It is of another life of the relay's store [HEAD-5].
    case otherIncarnation(Incarnation)
    /// Its head is not the one that it leads to.
    case doesNotFollow
    /// Links are missing after a number; these begin with another.
    case gap(after: UInt64, first: UInt64)
    /// The relay has signed a chain that does not begin as every chain of this lane does.
    case contradicted
    /// The relay has told two orders; here is the proof [HEAD-3].
    case fork(ForkProof)
}

extension LaneHead {
    /// The head after one more link.
    package func following(_ link: Link) -> LaneHead {
        following(
            kind: link.kind, nextTokenHash: link.nextTokenHash, envelope: link.envelopeHash)
    }
}

extension Link {
    /// The link alone, which the chain needs.
    fileprivate var withoutCommit: Link {
        Link(
            kind: kind, nextTokenHash: nextTokenHash, envelopeHash: envelopeHash, commit: nil)
    }
}
