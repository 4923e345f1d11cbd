// Two orders of one lane that a relay has signed, as a file that anybody can judge (section 4).

import SottoCrypto
package import SottoWire

/// Shows that a relay told two orders of one lane [HEAD-6].
///
/// `first` is one signed head. `second` is another, and the links lead to it from `otherHead`,
/// which has the number of the first. Without links `otherHead` is the second's own.
package struct ForkProof: Hashable, Sendable, WireCodable {
    /// The relay's key.
    package let relayKey: RelayKey
    /// A head that the relay signed.
    package let first: SignedHead
    /// What the relay told of the same number as well.
    package let otherHead: HeadHash
    /// What leads from there to `second`.
    package let links: [Link]
    /// Another head that the relay signed.
    package let second: SignedHead

    /// A proof of its parts, not judged.
    package init(
        relayKey: RelayKey, first: SignedHead, otherHead: HeadHash, links: [Link],
        second: SignedHead
    ) {
        self.relayKey = relayKey
        self.first = first
        self.otherHead = otherHead
        self.links = links
        self.second = second
    }

    /// A proof by two signed heads of one number.
    package init(relayKey: RelayKey, first: SignedHead, second: SignedHead) {
        self.init(
            relayKey: relayKey, first: first, otherHead: second.claim.hash, links: [],
            second: second)
    }

    /// What every such file begins with, its version included.
    private static let magic = Array("Sotto fork proof".utf8) + [1]

    /// Reads a proof; `.unknownValue` where it is of a later version.
    package init(from reader: inout WireReader) throws(WireError) {
        let magic = try reader.fixed(Self.magic.count)
        guard magic.dropLast() == Self.magic.dropLast() else { throw .malformed }
        guard magic == Self.magic else { throw .unknownValue(UInt64(magic.last ?? 0)) }
        relayKey = try reader.value()
        first = try reader.value()
        otherHead = try reader.value()
        links = try reader.vector(max: RelayLimits.forkProofLinksBytesMax)
        second = try reader.value()
    }

    /// Writes a proof.
    package func encode(to writer: inout WireWriter) {
        writer.fixed(Self.magic)
        writer.value(relayKey)
        writer.value(first)
        writer.value(otherHead)
        writer.vector(links)
        writer.value(second)
    }

    /// Judges the proof: returns if the relay has told two orders.
    ///
    /// - Parameter pinned: Which relay it has to be, if that is known.
    package func verify(pinned: RelayID? = nil) throws(ForkProofError) {
        guard pinned.map({ $0 == relayKey.id }) ?? true else {
            throw .otherRelay(relayKey.id)
        }
        var verifier = HeadVerifier(relayKey: relayKey)
        do {
            _ = try verifier.verify(first)
            _ = try verifier.verify(second)
        } catch { throw .notSigned }
        guard first.claim.lane == second.claim.lane,
            first.claim.incarnation == second.claim.incarnation
        else { throw .otherLane }
        var head = LaneHead(
            lane: first.claim.lane, incarnation: first.claim.incarnation,
            number: first.claim.number, hash: otherHead)
        for link in links { head = head.following(link) }
        guard head == second.claim else { throw .doesNotFollow }
        guard otherHead != first.claim.hash else { throw .noContradiction }
    }
}

/// Why a file proves no fork.
package enum ForkProofError: Error, Equatable, Sendable {
    /// It is about another relay, which is named.
    case otherRelay(RelayID)
    /// The relay did not sign both heads.
    case notSigned
    /// The heads are of two lanes, or of two lives of a store, which may differ [HEAD-5].
    case otherLane
    /// The second head is not the one that the links lead to.
    case doesNotFollow
    /// Both tell the same.
    case noContradiction
}
