// Every table as the decisions of one batch see it.

import SottoRelayProtocol

/// The rows in memory.
struct RelayRows: Sendable {
    var mailboxes = RowSet<MailboxID, MailboxRow>()
    var invitations = RowSet<InvitationHash, InvitationRow>()
    var denied = RowSet<MailboxID, [TokenLabel]>()
    var gaps = RowSet<MailboxID, [GapRow]>()
    var pins = RowSet<DeliveryToken, KnownPin>()
    var entries = RowSet<EntriesKey, [Delivery]>()
    var lanes = RowSet<LaneID, LaneRow>()
    var totals = RowSet<TotalKey, EntryTotal>()
    var epochs = RowSet<EpochKey, EpochRow>()
    var links = RowSet<LinksKey, [LinkRow]>()
    var keptCommits = RowSet<LinksKey, [KeptCommit]>()
    var posts = RowSet<PostID, PostRow>()
    var records = RowSet<Locator, RecordRow>()
    var stocks = RowSet<Locator, StockRow>()
    var packages = RowSet<PackageKey, SealedPackage>()
    /// Ephemeral posts of lanes and of mailboxes, which no store keeps.
    var ephemeralsOfLane = RowSet<LaneID, RateWindow>()
    var ephemeralsOfMailbox = RowSet<MailboxID, RateWindow>()
    /// Requests for links of lanes, which no store keeps either.
    var linkRequests = RowSet<LaneID, RateWindow>()

    /// The lane of a token, and which one that is once it was shown.
    struct KnownPin: Sendable {
        var row: PinRow
        var lane: LaneID?
    }

    struct TotalKey: Hashable {
        let mailbox: MailboxID
        let through: UInt64
    }

    struct EntriesKey: Hashable {
        let mailbox: MailboxID
        let after: UInt64
        let max: Int
    }

    struct EpochKey: Hashable {
        let lane: LaneID
        let tokenHash: LaneTokenHash
    }

    struct LinksKey: Hashable {
        let lane: LaneID
        let from: UInt64
        let max: Int
    }

    struct PackageKey: Hashable {
        let locator: Locator
        let number: UInt64
    }

    /// Takes over what a store found.
    mutating func learn(_ rows: [FoundRow]) {
        for row in rows {
            switch row {
            case .mailbox(let id, let row): mailboxes.learn(id, row)
            case .invitation(let hash, let row): invitations.learn(hash, row)
            case .denied(let id, let labels): denied.learn(id, labels)
            case .gaps(let id, let found): gaps.learn(id, found)
            case .pin(let token, let row): pins.learn(token, row.map { KnownPin(row: $0) })
            case .total(let id, let through, let total):
                totals.learn(TotalKey(mailbox: id, through: through), total)
            case .entries(let id, let after, let max, let found):
                entries.learn(EntriesKey(mailbox: id, after: after, max: max), found)
            case .lane(let id, let row): lanes.learn(id, row)
            case .epoch(let lane, let hash, let epoch):
                epochs.learn(EpochKey(lane: lane, tokenHash: hash), epoch)
            case .links(let lane, let from, let max, let found):
                links.learn(LinksKey(lane: lane, from: from, max: max), found)
            case .keptCommits(let lane, let from, let max, let found):
                keptCommits.learn(LinksKey(lane: lane, from: from, max: max), found)
            case .post(let id, let row): posts.learn(id, row)
            case .record(let locator, let row): records.learn(locator, row)
            case .stock(let locator, let row): stocks.learn(locator, row)
            case .package(let locator, let number, let package):
                packages.learn(PackageKey(locator: locator, number: number), package)
            }
        }
    }

    /// The batch is on disk. Mailboxes, lanes and what belongs to tokens stay in memory, the rest
    /// is read again.
    mutating func commit() {
        mailboxes.commit()
        lanes.commit()
        denied.commit()
        ephemeralsOfLane.commit()
        ephemeralsOfMailbox.commit()
        linkRequests.commit()
        linkRequests.forget(over: RelayCoreLimits.ephemeralCountsMax)
        ephemeralsOfLane.forget(over: RelayCoreLimits.ephemeralCountsMax)
        ephemeralsOfMailbox.forget(over: RelayCoreLimits.ephemeralCountsMax)
        gaps.commit()
        pins.commit()
        mailboxes.forget(over: RelayCoreLimits.rowsRememberedMax)
        lanes.forget(over: RelayCoreLimits.rowsRememberedMax)
        denied.forget(over: RelayCoreLimits.deniedListsRememberedMax)
        gaps.forget(over: RelayCoreLimits.deniedListsRememberedMax)
        pins.forget(over: RelayCoreLimits.rowsRememberedMax)
        forgetOthers()
    }

    /// The batch did not happen. What was read for it stays until it is tried again.
    mutating func abandon() {
        mailboxes.abandon()
        lanes.abandon()
        denied.abandon()
        ephemeralsOfLane.abandon()
        ephemeralsOfMailbox.abandon()
        linkRequests.abandon()
        invitations.abandon()
        gaps.abandon()
        pins.abandon()
        totals.abandon()
        entries.abandon()
        epochs.abandon()
        links.abandon()
        keptCommits.abandon()
        posts.abandon()
        records.abandon()
        stocks.abandon()
        packages.abandon()
    }

    private mutating func forgetOthers() {
        invitations.forget()
        totals.forget()
        entries.forget()
        epochs.forget()
        links.forget()
        keptCommits.forget()
        posts.forget()
        records.forget()
        stocks.forget()
        packages.forget()
    }
}
