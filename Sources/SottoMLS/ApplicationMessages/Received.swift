// What a message that arrived turned out to be.

/// What somebody said to the group.
public struct ApplicationMessage: Hashable, Sendable {
    /// Who said it, as known in the epoch in which it was said.
    public let sender: Member
    /// The epoch in which it was said, which may be over.
    public let epoch: UInt64
    /// What everybody on the way could read.
    public let authenticatedData: [UInt8]
    /// What was said.
    public let data: [UInt8]
}

/// What arrived.
public enum Received: Hashable, Sendable {
    /// Somebody said something.
    case application(ApplicationMessage)
    /// Somebody wants a change, which a commit may refer to.
    case proposal(ReceivedProposal)
    /// A commit began the next epoch: another's, or our pending one.
    case commit(CommitSummary)
    /// A commit ended our membership. The group stays in its epoch, and its records are to be
    /// deleted.
    case removed(CommitSummary)
}

/// What arrived, and what to store with it.
public struct Processed: Hashable, Sendable {
    /// What arrived.
    public let received: Received
    /// What reading it changed.
    public let changes: [GroupChange]
}

/// Why a message was not taken. The group is as it was.
public enum ProcessError: Error, Hashable, Sendable {
    /// Records to load first; then the message can be tried again.
    case missing([GroupRecordKey])
    /// We said it ourselves, and gave up the key with which it could be read.
    case fromSelf
    /// It is another group's, or no group's.
    case wrongGroup
    /// Its epoch is over, and no longer kept.
    case epochTooOld(UInt64)
    /// Its epoch has not begun here.
    case epochInFuture(UInt64)
    /// Its key was used, or given up: it was read before, or comes too late.
    case spent
    /// It is too many messages ahead of the last one that we have of its sender.
    case tooFarAhead
    /// It is not a message of the member it names.
    case message(MessageFault)
    /// Its proposal is not one that the sender may make.
    case proposal(ProposalFault)
    /// As many proposals of the epoch are kept as may be.
    case proposalsFull
    /// Its commit is not one that the sender may make.
    case commit(CommitFault)
    /// Its commit depends on a key that we have not; with the key it can be tried again.
    case missingPreSharedKey(PreSharedKeyID)
    /// The group is over: another was to follow it.
    case reInitialized
}
