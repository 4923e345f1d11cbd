// What can be wrong with proposals, alone and together, and with the commits that hold them.

/// Why a proposal is refused, or proposals cannot be committed together (RFC 9420 sections 12.1
/// and 12.2).
public enum ProposalFault: Error, Hashable, Sendable {
    /// The committer proposes an Update to itself: a path is for that.
    case updateByCommitter
    /// A member's new leaf is refused.
    case update(LeafRefusal)
    /// The committer removes itself.
    case removesCommitter
    /// A Remove names no member.
    case unknownLeaf(LeafIndex)
    /// Two proposals update or remove the same member.
    case changedTwice(LeafIndex)
    /// A client cannot be added.
    case add(LeafRefusal)
    /// The group has reached its limit.
    case groupFull
    /// A commit refers to the same proposal twice.
    case referencedTwice(ProposalRef)
    /// The GroupContext extensions are replaced twice.
    case extensionsTwice
    /// A member does not support the new GroupContext extensions, or does not meet their demands,
    /// or the demands are not well-formed.
    case extensionsNotSupported
    /// The key exchange of an external commit is in a member's, or not in the commit itself.
    case externalInit
    /// An external commit has not one key exchange, but this many.
    case externalInitCount(Int)
    /// An external commit removes more than one former leaf.
    case removesOthers
    /// An external commit refers to proposals that only members can judge.
    case referenceFromOutside
    /// A member that removes itself commits that, or a commit holds it instead of referring to it.
    case selfRemoveByCommitter
    /// A member that removes itself says so in secret, where who joins cannot see it.
    case selfRemoveNotPublic
    /// Somebody outside signs with a key of another scheme than the suite's.
    case wrongSigner
    /// The application does not let somebody outside propose.
    case externalSender(reason: UInt16)
    /// A key with the same name and nonce is mixed in twice.
    case preSharedKeyTwice
    /// More keys are mixed in than can be counted.
    case preSharedKeysFull
    /// A resumption key is used for what only the first commit of a group may use one for.
    case preSharedKeyUsage
    /// A key's nonce has not the length of the suite's hash.
    case preSharedKeyNonce
    /// The group is replaced and changed by the same commit.
    case reInitWithOthers
    /// The group is to be replaced by one of an older version of MLS.
    case reInitVersion
    /// A member does not list this type of proposal.
    case notSupported(ProposalType)
    /// Its sender may not propose this.
    case notForSender(ProposalType)
}

/// Why a commit is not followed (RFC 9420 section 12.4.2).
public enum CommitFault: Error, Hashable, Sendable {
    /// It refers to a proposal that we have not.
    case unknownProposal(ProposalRef)
    /// Its proposals are not ones that can be committed together.
    case proposals(ProposalFault)
    /// It has no path, and must have one.
    case pathMissing
    /// Its key exchange does not open with the key of the epoch.
    case externalInit
    /// The committer's new leaf is refused.
    case leaf(LeafRefusal)
    /// The path does not fit the tree or does not open.
    case path(PathFault)
    /// The committer has reached another state than we did.
    case confirmationTag
}
