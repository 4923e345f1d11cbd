// A group's message keys: taken from copies, and stored only once a message was sent or read.

import SottoCrypto

/// Records that an operation needs and that were not loaded.
struct MissingRecords: Error {
    let keys: [GroupRecordKey]
}

/// A sender's ratchets on their way from a key to the next.
struct RatchetUse: Sendable {
    let epoch: UInt64
    let sender: LeafIndex
    var ratchets: SenderRatchets
    /// What is left of the epoch's secret tree, if this is the sender's first message.
    let secretTree: SecretTree?
}

extension Group {
    /// The ratchets of a sender in an epoch that is kept.
    func ratchets(
        of sender: LeafIndex, in epoch: UInt64
    ) throws(MissingRecords) -> RatchetUse {
        if let ratchets = loaded[epoch]?.ratchets[sender] {
            return RatchetUse(
                epoch: epoch, sender: sender, ratchets: ratchets, secretTree: nil)
        }
        guard var tree = loaded[epoch]?.secretTree else {
            throw MissingRecords(keys: [.secretTree(epoch: epoch)])
        }
        guard var ratchets = tree.take(sender, suite) else {
            throw MissingRecords(keys: [.ratchet(epoch: epoch, sender)])
        }
        if epoch != self.epoch { _ = ratchets.endHandshake() }
        return RatchetUse(epoch: epoch, sender: sender, ratchets: ratchets, secretTree: tree)
    }

    /// Keeps what is left after a key was taken.
    mutating func store(_ use: RatchetUse) -> [GroupChange] {
        loaded[use.epoch, default: LoadedEpoch()].ratchets[use.sender] = use.ratchets
        let written = GroupChange.write(.ratchet(epoch: use.epoch, use.sender))
        guard let tree = use.secretTree else { return [written] }
        loaded[use.epoch]?.secretTree = tree
        return [written, .write(.secretTree(epoch: use.epoch))]
    }
}
