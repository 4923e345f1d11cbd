// What of an epoch its members need not tell anybody in secret.

/// What somebody knows of an epoch who has its GroupInfo and its tree, and is not in it.
struct PublicEpoch: Sendable {
    let context: GroupContext
    let tree: RatchetTree
    let interimTranscriptHash: [UInt8]

    /// A member, `nil` if there is none at this leaf.
    func member(at index: LeafIndex) -> Member? {
        tree.leaf(at: index).map { Member(index: index, leaf: $0) }
    }
}

extension EpochState {
    /// The epoch as it looks from outside.
    var fromOutside: PublicEpoch {
        PublicEpoch(
            context: context, tree: tree, interimTranscriptHash: interimTranscriptHash)
    }
}
