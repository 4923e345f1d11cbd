// What a relay puts its name to, and the check that turns it into something a member may rely on.

import SottoCrypto
package import SottoWire

/// The way from one head to a root that the relay signed.
package struct HeadProof: Hashable, Sendable, WireCodable {
    /// The relay's clock when it signed.
    package let time: Timestamp
    /// How many heads the signature covers.
    package let size: UInt32
    /// Which of them this one is.
    package let index: UInt32
    let path: [HeadNode]
    let signature: [UInt8]

    init(time: Timestamp, size: UInt32, index: UInt32, path: [HeadNode], signature: [UInt8]) {
        self.time = time
        self.size = size
        self.index = index
        self.path = path
        self.signature = signature
    }

    /// Reads a proof; its path is at most as long as a batch of 1,024 needs [HEAD-4].
    package init(from reader: inout WireReader) throws(WireError) {
        time = try reader.value()
        size = try reader.uint32()
        index = try reader.uint32()
        guard size <= RelayLimits.headBatchMax, index < size else { throw .malformed }
        path = try reader.vector(max: 10 * HeadNode.byteCount)
        signature = try reader.fixed(64)
    }

    /// Writes a proof.
    package func encode(to writer: inout WireWriter) {
        writer.value(time)
        writer.uint32(size)
        writer.uint32(index)
        writer.vector(path)
        writer.fixed(signature)
    }

    /// The root that `leaf` leads to, or nothing when the path has not the tree's shape.
    func root(from leaf: HeadNode) -> HeadNode? {
        var node = leaf
        var position = index
        var last = size - 1
        for sibling in path {
            guard last > 0 else { return nil }
            while position & 1 == 0, position == last {
                position >>= 1
                last >>= 1
            }
            if position & 1 == 1 {
                node = .inner(left: sibling, right: node)
            } else {
                node = .inner(left: node, right: sibling)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 ? node : nil
    }
}

/// A head as it travels: what the relay claims, with the proof that it claimed it [HEAD-1].
package struct SignedHead: Hashable, Sendable, WireCodable {
    /// The claim. Only a `VerifiedHead` is one to rely on.
    package let claim: LaneHead
    /// The proof.
    package let proof: HeadProof

    init(claim: LaneHead, proof: HeadProof) {
        self.claim = claim
        self.proof = proof
    }

    /// Reads a signed head.
    package init(from reader: inout WireReader) throws(WireError) {
        claim = try reader.value()
        proof = try reader.value()
    }

    /// Writes a signed head.
    package func encode(to writer: inout WireWriter) {
        writer.value(claim)
        writer.value(proof)
    }
}

/// A head that the pinned relay has signed. Only `HeadVerifier` makes one.
package struct VerifiedHead: Hashable, Sendable {
    /// The head.
    package let head: LaneHead
    /// The claim and its proof, as evidence to keep [HEAD-3].
    package let evidence: SignedHead

    fileprivate init(_ signed: SignedHead) {
        head = signed.claim
        evidence = signed
    }

    /// Whether this and another head prove that the relay told two orders of one lane [HEAD-3].
    package func provesFork(with other: VerifiedHead) -> Bool {
        head.lane == other.head.lane && head.incarnation == other.head.incarnation
            && head.number == other.head.number && head.hash != other.head.hash
    }
}

/// Why a head or a lane entry cannot be relied on.
package enum HeadError: Error, Equatable, Sendable {
    /// The pinned relay did not sign this.
    case notSigned
    /// The head is not the one that the entry and its predecessor lead to [HEAD-2].
    case doesNotFollow
}

/// Checks heads under one relay's key.
///
/// Heads of one batch share a signature; the last few that were found good are remembered.
package struct HeadVerifier: Sendable {
    private let relayKey: RelayKey
    private var known: [Batch] = []
    private static let knownMax = 8

    private struct Batch: Equatable {
        let content: [UInt8]
        let signature: [UInt8]
    }

    /// A verifier for the relay that holds this key, which the caller has pinned.
    package init(relayKey: RelayKey) { self.relayKey = relayKey }

    /// Checks path and signature [HEAD-1].
    package mutating func verify(_ signed: SignedHead) throws(HeadError) -> VerifiedHead {
        guard let root = signed.proof.root(from: .leaf(signed.claim)) else { throw .notSigned }
        let batch = Batch(
            content: HeadBatch.signing(
                incarnation: signed.claim.incarnation, time: signed.proof.time,
                size: signed.proof.size, root: root),
            signature: signed.proof.signature)
        if known.contains(batch) { return VerifiedHead(signed) }
        do throws(CryptoError) {
            try Labelled.verify(
                publicKey: relayKey.bytes, signature: batch.signature, Label.headBatch,
                batch.content)
        } catch {
            throw .notSigned
        }
        if known.count == Self.knownMax { known.removeFirst() }
        known.append(batch)
        return VerifiedHead(signed)
    }
}
