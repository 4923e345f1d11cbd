// The message keys of one epoch, as far as they were loaded, and what is kept of a past epoch.

import SottoCrypto
import SottoWire

/// The parts of one epoch that records of their own hold.
struct LoadedEpoch: Sendable {
    var secretTree: SecretTree?
    var ratchets: [LeafIndex: SenderRatchets] = [:]
    /// Of an epoch that has ended.
    var past: PastEpoch?
}

extension LoadedEpoch {
    /// Gives up what an epoch that has ended is not read with: handshake keys, and our own keys.
    ///
    /// What is not loaded gives them up when it is; of our own ratchets no more than the record is
    /// needed to delete it.
    mutating func end(
        _ epoch: UInt64, ownLeaf: LeafIndex, _ suite: CipherSuite
    ) -> [GroupChange] {
        var changes: [GroupChange] = []
        // What was not taken was never a record.
        let isFresh = secretTree?.isTaken(ownLeaf) == false
        if isFresh {
            _ = secretTree?.take(ownLeaf, suite)
            changes.append(.write(.secretTree(epoch: epoch)))
        } else {
            ratchets[ownLeaf] = nil
            changes.append(.delete(.ratchet(epoch: epoch, ownLeaf)))
        }
        for sender in ratchets.keys.sorted() where ratchets[sender]?.endHandshake() == true {
            changes.append(.write(.ratchet(epoch: epoch, sender)))
        }
        return changes
    }
}

/// What reading a late message takes, besides message keys.
struct PastEpoch: Sendable {
    /// The encoded GroupContext, under which messages were signed.
    let context: [UInt8]
    let senderData: Secret
    /// What shows later that one was here.
    let resumption: Secret
    let ownLeaf: LeafIndex
    private let roster: Roster

    /// Who was a member: the tree itself while we have it, what signatures need once it was
    /// stored.
    private enum Roster: Sendable {
        case tree(RatchetTree)
        case members([LeafIndex: Member])
    }

    init(_ ended: EpochState) {
        context = ended.context.encoded
        senderData = ended.secrets.senderData
        resumption = ended.secrets.resumption
        ownLeaf = ended.ownLeaf
        roster = .tree(ended.tree)
    }

    func member(at index: LeafIndex) -> Member? {
        switch roster {
        case .tree(let tree): tree.leaf(at: index).map { Member(index: index, leaf: $0) }
        case .members(let members): members[index]
        }
    }

    /// Who was a member, from left to right.
    var members: [Member] {
        switch roster {
        case .tree(let tree): tree.members.map { Member(index: $0.index, leaf: $0.leaf) }
        case .members(let members): members.values.sorted { $0.index < $1.index }
        }
    }
}

extension PastEpoch: WireCodable {
    init(from reader: inout WireReader) throws(WireError) {
        context = try reader.opaque()
        senderData = try reader.secret()
        resumption = try reader.secret()
        ownLeaf = try reader.value()
        var members: [LeafIndex: Member] = [:]
        for member in try reader.vector(of: Member.self) { members[member.index] = member }
        roster = .members(members)
    }

    func encode(to writer: inout WireWriter) {
        writer.opaque(context)
        writer.secret(senderData)
        writer.secret(resumption)
        writer.value(ownLeaf)
        writer.vector(members)
    }
}

/// An epoch that can still be read, and since when it is over.
struct EndedEpoch: Hashable, Sendable {
    let number: UInt64
    let endedAt: UnixTime

    /// Whether it is no longer to be read.
    func isOver(at now: UnixTime) -> Bool {
        now.seconds > endedAt.seconds
            && now.seconds - endedAt.seconds > MLSLimits.pastEpochSecondsMax
    }
}

extension EndedEpoch: WireCodable {
    init(from reader: inout WireReader) throws(WireError) {
        number = try reader.uint64()
        endedAt = UnixTime(seconds: try reader.uint64())
    }

    func encode(to writer: inout WireWriter) {
        writer.uint64(number)
        writer.uint64(endedAt.seconds)
    }
}
