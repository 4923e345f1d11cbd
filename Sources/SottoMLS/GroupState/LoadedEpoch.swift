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

/// What reading a late message takes, besides message keys.
struct PastEpoch: Sendable {
    /// The encoded GroupContext, under which messages were signed.
    let context: [UInt8]
    let senderData: Secret
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
        ownLeaf = ended.ownLeaf
        roster = .tree(ended.tree)
    }

    func member(at index: LeafIndex) -> Member? {
        switch roster {
        case .tree(let tree): tree.leaf(at: index).map { Member(index: index, leaf: $0) }
        case .members(let members): members[index]
        }
    }

    private var members: [Member] {
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
        ownLeaf = try reader.value()
        var members: [LeafIndex: Member] = [:]
        for member in try reader.vector(of: Member.self) { members[member.index] = member }
        roster = .members(members)
    }

    func encode(to writer: inout WireWriter) {
        writer.opaque(context)
        writer.secret(senderData)
        writer.value(ownLeaf)
        writer.vector(members)
    }
}
