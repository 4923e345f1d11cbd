// The tables of a relay's store, the plain way.

import SottoRelayCore
import SottoRelayProtocol

/// Every table as a dictionary or a list.
struct MemoryRelayTables {
    private var mailboxes: [MailboxID: MailboxRow] = [:]
    private var invitations: [InvitationHash: InvitationRow] = [:]
    private var denied: [MailboxID: [TokenLabel]] = [:]
    private var gaps: [MailboxID: [GapRow]] = [:]
    private var pins: [TokenPin: PinRow] = [:]
    private var entries: [Entry] = []
    private var lanes: [LaneID: LaneRow] = [:]
    private var epochs: [LaneID: [UInt64: EpochRow]] = [:]
    private var links: [LaneID: [LinkRow]] = [:]
    private var commits: [LaneID: [KeptCommit]] = [:]
    private var posts: [PostID: PostRow] = [:]
    private var records: [Locator: RecordRow] = [:]
    private var stocks: [Locator: StockRow] = [:]
    private var packages: [Locator: [UInt64: SealedPackage]] = [:]

    private struct Entry {
        let mailbox: MailboxID
        let delivery: Delivery
        let day: UInt64
    }

    func find(_ key: RowKey) -> FoundRow {
        switch key {
        case .mailbox(let id): .mailbox(id, mailboxes[id])
        case .invitation(let hash): .invitation(hash, invitations[hash])
        case .denied(let id): .denied(id, denied[id] ?? [])
        case .gaps(let id): .gaps(id, gaps[id] ?? [])
        case .pin(let token): .pin(token, pins[token.pin])
        case .total(let id, let through):
            .total(id, through: through, total(of: id, through: through))
        case .entries(let id, let after, let max):
            .entries(id, after: after, max: max, entries(of: id, after: after, max: max))
        case .lane(let id): .lane(id, lanes[id])
        case .epoch(let id, let hash):
            .epoch(
                id, hash,
                epochs[id]?.values.filter { $0.tokenHash == hash }.max { $0.began < $1.began })
        case .links(let id, let from, let max):
            .links(
                id, from: from, max: max,
                Array((links[id] ?? []).filter { $0.number >= from }.prefix(max)))
        case .keptCommits(let id, let from, let max):
            .keptCommits(id, from: from, max: max, keptCommits(of: id, from: from, max: max))
        case .post(let id): .post(id, posts[id])
        case .record(let locator): .record(locator, records[locator])
        case .stock(let locator): .stock(locator, stocks[locator])
        case .package(let locator, let number):
            .package(locator, number: number, packages[locator]?[number])
        }
    }

    func expired(before day: UInt64, max: Int) -> [ExpiredEntries] {
        var through: [MailboxID: UInt64] = [:]
        var order: [MailboxID] = []
        for entry in entries.prefix(max).prefix(while: { $0.day < day }) {
            if through[entry.mailbox] == nil { order.append(entry.mailbox) }
            through[entry.mailbox] = Swift.max(
                through[entry.mailbox] ?? 0, entry.delivery.sequence)
        }
        return order.map { ExpiredEntries(mailbox: $0, through: through[$0] ?? 0) }
    }

    func idleLanes(before day: UInt64, max: Int) -> [LaneID] {
        Array(lanes.filter { $0.value.day < day }.keys.sorted().prefix(max))
    }

    func hasPins(before day: UInt64) -> Bool { pins.values.contains { $0.day < day } }

    func hasPosts(before moment: Timestamp) -> Bool {
        posts.values.contains { $0.time < moment }
    }

    func hasUnused(before day: UInt64) -> Bool {
        records.values.contains { $0.day < day } || stocks.values.contains { $0.day < day }
    }

    private func unused(_ days: [Locator: UInt64], _ before: UInt64, _ max: Int) -> [Locator] {
        let old = days.filter { $0.value < before }
        return old.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(max).map(\.key)
    }

    mutating func apply(_ write: RelayWrite) throws(RelayStoreError) {
        switch write {
        case .mailbox(let id, let row): mailboxes[id] = row
        case .denied(let id, let labels): denied[id] = labels
        case .invitation(let hash, let row): invitations[hash] = row
        case .removeInvitations(let before):
            invitations = invitations.filter { $0.value.expires >= before }
        case .gaps(let id, let marks): gaps[id] = marks
        case .pin(let token, let row): pins[token.pin] = row
        case .entry(let id, let delivery, let day):
            try insert(Entry(mailbox: id, delivery: delivery, day: day))
        case .removeEntries(let id, let through):
            entries.removeAll { $0.mailbox == id && $0.delivery.sequence <= through }
        case .lane(let id, let row): lanes[id] = row
        case .epoch(let id, let row): epochs[id, default: [:]][row.began] = row
        case .pruneEpochs(let id, let pruning): prune(id, pruning)
        case .link(let id, let row):
            let isThere = links[id]?.contains { $0.number == row.number } ?? false
            guard !isThere else { throw Self.duplicate }
            links[id, default: []].append(row)
        case .keepCommit(let id, let commit): commits[id, default: []].append(commit)
        case .removeLinks(let id, let below):
            links[id]?.removeAll { $0.number < below }
            commits[id]?.removeAll { $0.number < below }
        case .removeLane(let id):
            lanes[id] = nil
            epochs[id] = nil
            links[id] = nil
            commits[id] = nil
        case .removePins(let before, let max):
            let old = pins.filter { $0.value.day < before }.keys.sorted()
            for pin in old.prefix(max) { pins[pin] = nil }
        case .post(let id, let row): posts[id] = row
        case .record(let locator, let row): records[locator] = row
        case .stock(let locator, let row): stocks[locator] = row
        case .package(let locator, let number, let package):
            guard packages[locator]?[number] == nil else { throw Self.duplicate }
            packages[locator, default: [:]][number] = package
        case .removePackage(let locator, let number): packages[locator]?[number] = nil
        case .removePosts(let before, let max):
            let old = posts.filter { $0.value.time < before }.sorted {
                ($0.value.time, $0.key) < ($1.value.time, $1.key)
            }
            for (id, _) in old.prefix(max) { posts[id] = nil }
        case .removeMailbox(let id):
            mailboxes[id] = nil
            denied[id] = nil
            gaps[id] = nil
            entries.removeAll { $0.mailbox == id }
        case .removeRecord(let locator): records[locator] = nil
        case .removeStock(let locator):
            stocks[locator] = nil
            packages[locator] = nil
        case .removeUnused(let before, let max):
            for locator in unused(records.mapValues(\.day), before, max) { records[locator] = nil }
            for locator in unused(stocks.mapValues(\.day), before, max) {
                stocks[locator] = nil
                packages[locator] = nil
            }
        case .probe: break
        }
    }

    /// What SQLite calls a constraint that does not hold.
    private static let duplicate = RelayStoreError.failed(code: 19)

    private mutating func insert(_ entry: Entry) throws(RelayStoreError) {
        let isThere = entries.contains {
            $0.mailbox == entry.mailbox && $0.delivery.sequence == entry.delivery.sequence
        }
        guard !isThere else { throw Self.duplicate }
        entries.append(entry)
    }

    private func total(of id: MailboxID, through: UInt64) -> EntryTotal {
        let held = entries.filter { $0.mailbox == id && $0.delivery.sequence <= through }
        return EntryTotal(
            entries: held.count, bytes: held.reduce(0) { $0 + $1.delivery.sealed.count })
    }

    private func entries(of id: MailboxID, after: UInt64, max: Int) -> [Delivery] {
        let held = entries.filter { $0.mailbox == id && $0.delivery.sequence > after }
            .map(\.delivery).sorted { $0.sequence < $1.sequence }
        var found: [Delivery] = []
        var bytes = 0
        for delivery in held.prefix(max) where bytes < RelayCoreLimits.fetchBytesMax {
            found.append(delivery)
            bytes += delivery.sealed.count
        }
        return found
    }
}

extension MemoryRelayTables {
    /// How much there is; memory has no size of its own.
    var totals: StoreTotals {
        var totals = StoreTotals()
        totals.mailboxes = mailboxes.count
        totals.mailboxesWaiting = mailboxes.values.count { $0.entries > 0 }
        totals.entries = mailboxes.values.reduce(0) { $0 + $1.entries }
        totals.entryBytes = mailboxes.values.reduce(0) { $0 + $1.bytes }
        totals.lanes = lanes.count
        totals.records = records.count
        totals.stocks = stocks.count
        return totals
    }
}

// MARK: - Links

extension MemoryRelayTables {
    func linkAges(after lane: LaneID?, before day: UInt64, max: Int) -> [LinkAge] {
        let held = links.filter { id, rows in
            !rows.isEmpty && (lane.map { id > $0 } ?? true)
        }
        return held.keys.sorted().prefix(max).compactMap { id in
            guard let rows = links[id], let first = rows.first, let last = rows.last else {
                return nil
            }
            let kept = rows.first { $0.day >= day }?.number ?? last.number + 1
            return LinkAge(lane: id, oldest: first.number, kept: kept)
        }
    }

    mutating func forgetLinks() {
        links = [:]
        commits = [:]
    }

    private func keptCommits(of id: LaneID, from: UInt64, max: Int) -> [KeptCommit] {
        var found: [KeptCommit] = []
        var bytes = 0
        for commit in (commits[id] ?? []).filter({ $0.number >= from }).prefix(max)
        where bytes < RelayCoreLimits.fetchBytesMax {
            found.append(commit)
            bytes += commit.sealed.count
        }
        return found
    }

    private mutating func prune(_ id: LaneID, _ pruning: EpochPruning) {
        let before = epochs[id]?.count
        epochs[id] = epochs[id]?.filter { _, row in
            row.ended > 0
                ? row.depth >= pruning.endedBelow : row.time >= pruning.openBefore
        }
        guard epochs[id]?.count != before, let oldest = epochs[id]?.keys.min() else { return }
        commits[id]?.removeAll { $0.number <= oldest }
    }
}
