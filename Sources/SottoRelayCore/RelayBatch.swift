// What one round of decisions has come to so far.

import SottoRelayProtocol

/// The outcome of a batch while it is being decided.
struct RelayBatch: Sendable {
    /// Rows without which the round cannot be finished.
    var missing: [RowKey] = []
    /// Changes, but for those that wait until the batch is whole.
    var writes: [RelayWrite] = []
    /// One answer an operation at most, in the order of the operations.
    var answers: [RelayReply?]
    /// What is told beside answers.
    var notices: [RelayReply] = []
    /// Posts that were accepted and wait for the batch's signature.
    var posts: [AcceptedPost] = []
    /// Links that were found and wait for it.
    var links: [AskedLinks] = []
    /// Where each of these posts stands in `posts`.
    var postPositions: [PostID: Int] = [:]
    /// Repetitions of posts of this very batch.
    var repetitions: [Repetition] = []
    /// Repetitions of posts of earlier batches.
    var recalls: [Recall] = []
    /// The lanes whose row is another than before.
    var lanes: [LaneID] = []
    /// The mailboxes whose row is another than before.
    var mailboxes: [MailboxID] = []
    /// The mailboxes that were closed in this batch.
    var closed: Set<MailboxID> = []
    /// The stocks that were removed in this batch.
    var removedStocks: Set<Locator> = []
    /// What acknowledgements of this batch have removed from each mailbox already.
    var released: [MailboxID: EntryTotal] = [:]

    init(operations: Int) { answers = Array(repeating: nil, count: operations) }

    /// A post that was accepted, but for its signed head.
    struct AcceptedPost: Sendable {
        let operation: Int
        let post: Post
        let bodyHash: PostBodyHash
        let head: LaneHead
        let previous: HeadHash
        let statuses: [RecipientStatus]
        let targets: [Target]
    }

    /// A mailbox that gets an entry.
    struct Target: Sendable {
        let mailbox: MailboxID
        let sequence: UInt64
        let key: MailboxSealingKey
        /// What it was counted with until the entry is sealed, in bytes.
        let bytesReserved: Int
        /// What it gets.
        let content: Content
    }

    /// What a mailbox gets of a post.
    enum Content: Sendable {
        /// The lane's entry.
        case entry
        /// One of the Welcomes, by its place among them.
        case welcome(Int)
        /// A mark that it had no room.
        case gap(GapMark)
    }

    /// Links of a lane's chain, but for their signed head.
    struct AskedLinks: Sendable {
        let operation: Int
        let before: LaneHead
        let links: [Link]
        let head: LaneHead
    }

    /// How many heads the batch's signature will cover.
    var headCount: Int { posts.count + links.count + recalls.count }

    struct Repetition: Sendable {
        let operation: Int
        let post: Int
    }

    /// A post that was accepted before, whose head gets a new proof.
    struct Recall: Sendable {
        let operation: Int
        let head: LaneHead
        let statuses: [RecipientStatus]
    }
}

/// What the shell does once a batch is decided.
package enum RelayDecision: Sendable {
    /// These rows are needed first. Nothing has changed.
    case missing([RowKey])
    /// The writes go to disk in one transaction; then, and only then, the replies leave.
    case effects(writes: [RelayWrite], replies: [RelayReply])
}
