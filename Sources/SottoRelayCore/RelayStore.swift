// The seam between the relay's decisions and the disk.

package import SottoRelayProtocol

/// Names one thing that a store may hold.
package enum RowKey: Hashable, Sendable {
    /// A mailbox.
    case mailbox(MailboxID)
    /// The labels that a mailbox denies.
    case denied(MailboxID)
    /// An invitation.
    case invitation(InvitationHash)
    /// The gap marks that lie in a mailbox.
    case gaps(MailboxID)
    /// The lane of a recipient's token. The store keeps hashes of both, not the token [TOK-5].
    case pin(DeliveryToken)
    /// How many entries of a mailbox there are up to a number, and their bytes.
    case total(MailboxID, through: UInt64)
    /// The entries of a mailbox after a number, oldest first: at most `max`, and no more once
    /// they have `RelayCoreLimits.fetchBytesMax` bytes together.
    case entries(MailboxID, after: UInt64, max: Int)
    /// A lane.
    case lane(LaneID)
    /// The epoch of a lane that a token opens or opened, among those remembered: of several the
    /// one that began last.
    case epoch(LaneID, LaneTokenHash)
    /// The links of a lane from a number on, in order and at most `max`.
    case links(LaneID, from: UInt64, max: Int)
    /// The commits of a lane that are kept, from a number on, in order and at most `max`.
    case keptCommits(LaneID, from: UInt64, max: Int)
    /// An accepted post.
    case post(PostID)
    /// A record.
    case record(Locator)
    /// A stock.
    case stock(Locator)
    /// One package of a stock.
    case package(Locator, number: UInt64)
}

/// What a store holds under a key; nothing when it holds nothing there.
package enum FoundRow: Sendable, Equatable {
    /// Under `.mailbox`.
    indirect case mailbox(MailboxID, MailboxRow?)
    /// Under `.invitation`.
    case invitation(InvitationHash, InvitationRow?)
    /// Under `.denied`.
    case denied(MailboxID, [TokenLabel])
    /// Under `.gaps`.
    case gaps(MailboxID, [GapRow])
    /// Under `.pin`.
    indirect case pin(DeliveryToken, PinRow?)
    /// Under `.total`.
    case total(MailboxID, through: UInt64, EntryTotal)
    /// Under `.entries`.
    case entries(MailboxID, after: UInt64, max: Int, [Delivery])
    /// Under `.lane`.
    indirect case lane(LaneID, LaneRow?)
    /// Under `.epoch`.
    case epoch(LaneID, LaneTokenHash, EpochRow?)
    /// Under `.links`.
    case links(LaneID, from: UInt64, max: Int, [LinkRow])
    /// Under `.keptCommits`.
    case keptCommits(LaneID, from: UInt64, max: Int, [KeptCommit])
    /// Under `.post`.
    indirect case post(PostID, PostRow?)
    /// Under `.record`.
    indirect case record(Locator, RecordRow?)
    /// Under `.stock`.
    indirect case stock(Locator, StockRow?)
    /// Under `.package`.
    case package(Locator, number: UInt64, SealedPackage?)
}

/// One change. A store makes all changes of a transaction in the order given, or none.
package enum RelayWrite: Sendable, Equatable {
    /// Puts a mailbox in place of what was there.
    indirect case mailbox(MailboxID, MailboxRow)
    /// Puts the labels that a mailbox denies in place of those before.
    case denied(MailboxID, [TokenLabel])
    /// Puts the gap marks of a mailbox in place of those before.
    case gaps(MailboxID, [GapRow])
    /// Puts the lane of a token in place of what was there.
    indirect case pin(DeliveryToken, PinRow)
    /// Adds an entry that arrived on this day.
    case entry(MailboxID, Delivery, day: UInt64)
    /// Removes the entries of a mailbox up to a number.
    case removeEntries(MailboxID, through: UInt64)
    /// Puts a lane in place of what was there.
    indirect case lane(LaneID, LaneRow)
    /// Puts an epoch of a lane in place of the one that began with the same commit.
    case epoch(LaneID, EpochRow)
    /// Forgets epochs of a lane, and commits from before all that are left.
    case pruneEpochs(LaneID, EpochPruning)
    /// Adds a link to a lane's chain.
    indirect case link(LaneID, LinkRow)
    /// Keeps a commit of a lane.
    case keepCommit(LaneID, KeptCommit)
    /// Removes the links of a lane below a number, and the commits with them.
    case removeLinks(LaneID, below: UInt64)
    /// Removes a lane with its epochs, links and commits.
    case removeLane(LaneID)
    /// Removes the lanes of tokens that were last shown before a day, at most so many.
    case removePins(before: UInt64, max: Int)
    /// Puts an accepted post in place of what was there.
    indirect case post(PostID, PostRow)
    /// Puts a record in place of what was there.
    indirect case record(Locator, RecordRow)
    /// Puts a stock in place of what was there.
    indirect case stock(Locator, StockRow)
    /// Adds a package to a stock.
    case package(Locator, number: UInt64, SealedPackage)
    /// Removes a package of a stock.
    case removePackage(Locator, number: UInt64)
    /// Removes a mailbox, all its entries and what it denies.
    case removeMailbox(MailboxID)
    /// Removes a record.
    case removeRecord(Locator)
    /// Removes a stock and all its packages.
    case removeStock(Locator)
    /// Removes posts accepted before a moment, oldest first and at most so many.
    case removePosts(before: Timestamp, max: Int)
    /// Removes records and stocks whose last put came before a day, at most so many of each.
    case removeUnused(before: UInt64, max: Int)
    /// Puts an invitation in place of what was there; nothing removes it.
    case invitation(InvitationHash, InvitationRow?)
    /// Removes invitations that ended before a moment.
    case removeInvitations(before: Timestamp)
    /// Changes nothing that is ever read, to see whether the disk takes it.
    case probe
}

extension RelayWrite {
    /// What a change does to how much a store holds.
    private enum Growth {
        case more, same, less
    }

    private var growth: Growth {
        switch self {
        case .entry, .lane, .epoch, .link, .keepCommit, .post, .record, .package, .pin: .more
        case .mailbox, .denied, .gaps, .stock, .probe, .invitation, .removeInvitations: .same
        case .removeEntries, .removePackage, .removePosts, .removeLane, .removePins, .removeLinks,
            .pruneEpochs, .removeUnused, .removeMailbox, .removeRecord, .removeStock:
            .less
        }
    }

    /// Whether a transaction leaves less in the store than there was, so that a store takes it
    /// even where it keeps its last room free [OPS-5].
    package static func makeRoom(_ changes: [RelayWrite]) -> Bool {
        changes.contains { $0.growth == .less } && !changes.contains { $0.growth == .more }
    }
}

/// Where a relay keeps what it must not lose.
///
/// One caller at a time, and no other writer while the store is open. What `write` returned from
/// survives the end of the process and of the machine; what it threw from did not happen.
package protocol RelayStore: Sendable {
    /// The life of this store, made with it.
    var incarnation: Incarnation { get }

    /// What lies under each key, one answer a key, in their order.
    func find(_ keys: [RowKey]) throws(RelayStoreError) -> [FoundRow]

    /// Mailboxes with entries that arrived before a day, each once: one at least if there is
    /// any, and no more once these have `max` such entries together.
    func expired(before day: UInt64, max: Int) throws(RelayStoreError) -> [ExpiredEntries]

    /// Whether the post that came first of those remembered was accepted before a moment.
    func hasPosts(before moment: Timestamp) throws(RelayStoreError) -> Bool

    /// Lanes to which nobody posted since before a day, at most so many.
    func idleLanes(before day: UInt64, max: Int) throws(RelayStoreError) -> [LaneID]

    /// The next lanes after one, in the order of their names and at most so many, that have links,
    /// with the number of the first link that is not from before a day.
    func linkAges(
        after lane: LaneID?, before day: UInt64, max: Int
    ) throws(RelayStoreError) -> [LinkAge]

    /// Whether there is a token's lane that was last used before a day.
    func hasPins(before day: UInt64) throws(RelayStoreError) -> Bool

    /// Whether there is a record or a stock whose last put came before a day.
    func hasUnused(before day: UInt64) throws(RelayStoreError) -> Bool

    /// Lets go of what tells which changes were made together, as a log of transactions does
    /// [SEAL-3]. What is stored stays as it is.
    ///
    /// - Returns: Whether a part of it was left, so that it is asked for again soon.
    @discardableResult
    func fold() throws(RelayStoreError) -> Bool

    /// How much there is, as of some moment. May be asked while somebody else writes, and keeps
    /// nobody from it.
    func totals() throws(RelayStoreError) -> StoreTotals

    /// Makes all changes durably, or none.
    ///
    /// A store that may fill up keeps some room for transactions that make room.
    func write(_ changes: [RelayWrite]) throws(RelayStoreError)
}

/// Why a store did not do what it was asked. It is as it was before.
package enum RelayStoreError: Error, Equatable, Sendable {
    /// There is no room left.
    case full
    /// The disk or the database fails; the code is SQLite's or the system's.
    case failed(code: Int32)
}
