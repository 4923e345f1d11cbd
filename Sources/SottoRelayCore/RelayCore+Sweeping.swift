// What a relay lets go of because its time is over (spec/relay.md sections 3 and 4).

import SottoCrypto
package import SottoRelayProtocol

/// What a store says is too old to be kept.
package struct Leftovers: Sendable, Equatable {
    /// Entries that arrived before `RelayCore.oldestDay`.
    package var entries: [ExpiredEntries]
    /// Lanes that nobody has used since `RelayCore.oldestLaneDay`.
    package var lanes: [LaneID]
    /// Lanes with links from before `RelayCore.oldestDay`.
    package var links: [LinkAge]
    /// Whether there are posts from before `RelayCore.oldestPost`.
    package var hasPosts: Bool
    /// Whether there are lanes of tokens from before `RelayCore.oldestPinDay`.
    package var hasPins: Bool
    /// Whether there are records or stocks from before `RelayCore.oldestPut`.
    package var hasUnused: Bool

    /// Nothing to remove.
    var isEmpty: Bool {
        entries.isEmpty && lanes.isEmpty && links.isEmpty && !hasPosts && !hasPins && !hasUnused
    }
}

extension RelayCore {
    /// Removes entries whose time is over [MBX-7], posts that need not be remembered [LANE-5] and
    /// lanes that nobody uses, with what was pinned to them [LANE-8] [TOK-5], and what nobody puts
    /// any more [DIR-6].
    package mutating func sweep(_ leftovers: Leftovers, now: Timestamp) -> RelayDecision {
        abandoned()
        for entries in leftovers.entries { remove(entries) }
        guard batch.missing.isEmpty else { return .missing(batch.missing) }
        let max = RelayCoreLimits.sweepRowsMax
        for lane in leftovers.lanes {
            rows.lanes.change(lane, to: nil)
            batch.writes.append(.removeLane(lane))
        }
        for age in leftovers.links {
            batch.writes.append(.removeLinks(age.lane, below: age.kept))
        }
        if leftovers.hasPosts {
            batch.writes.append(.removePosts(before: oldestPost(at: now), max: max))
        }
        if leftovers.hasPins {
            batch.writes.append(.removePins(before: oldestPinDay(at: now), max: max))
        }
        if leftovers.hasUnused {
            batch.writes.append(.removeUnused(before: oldestPut(at: now), max: max))
        }
        finishMailboxes()
        return .effects(writes: batch.writes, replies: [])
    }

    /// What a store has that is too old.
    ///
    /// - Parameter patrol: The lane up to which links were looked through; moves on by some lanes,
    ///   and begins anew after the last.
    func leftovers(
        in store: any RelayStore, at now: Timestamp, patrol: inout LaneID?
    ) throws(RelayStoreError) -> Leftovers {
        let max = RelayCoreLimits.sweepRowsMax
        let seen = try store.linkAges(
            after: patrol, before: oldestDay(at: now), max: RelayCoreLimits.lanesPatrolledMax)
        patrol = seen.count < RelayCoreLimits.lanesPatrolledMax ? nil : seen.last?.lane
        return Leftovers(
            entries: try store.expired(before: oldestDay(at: now), max: max),
            lanes: try store.idleLanes(before: oldestLaneDay(at: now), max: max),
            links: seen.filter { $0.kept > $0.oldest },
            hasPosts: try store.hasPosts(before: oldestPost(at: now)),
            hasPins: try store.hasPins(before: oldestPinDay(at: now)),
            hasUnused: try store.hasUnused(before: oldestPut(at: now)))
    }

    /// Lets go of a sealing key that is too old, which in an idle relay nobody else would.
    mutating func renewSealing(now: Timestamp, using entropy: inout Entropy) {
        // A random key is always one; if it were not, the next sealing would try again.
        try? sealer.renew(now: now, using: &entropy)
    }

    /// The first day whose entries are still kept.
    package func oldestDay(at now: Timestamp) -> UInt64 {
        now.day > quotas.entryDays ? now.day - quotas.entryDays : 0
    }

    /// The first day that what was last put is kept from [DIR-6].
    package func oldestPut(at now: Timestamp) -> UInt64 {
        now.day > RelayLimits.unusedDaysMax ? now.day - RelayLimits.unusedDaysMax : 0
    }

    /// The moment before which accepted posts are forgotten.
    package func oldestPost(at now: Timestamp) -> Timestamp {
        let memory = UInt64(RelayLimits.postMemory.components.seconds) * 1_000
        return Timestamp(milliseconds: now.milliseconds - min(now.milliseconds, memory))
    }

    private mutating func remove(_ expired: ExpiredEntries) {
        let id = expired.mailbox
        let key = RelayRows.TotalKey(mailbox: id, through: expired.through)
        let mailbox = try? row(rows.mailboxes.find(id), .mailbox(id))
        let found = try? row(rows.totals.find(key), .total(id, through: expired.through))
        guard var mailbox = mailbox ?? nil, let total = found ?? nil,
            (try? forgetGaps(of: id, &mailbox, through: expired.through)) != nil
        else { return }
        mailbox.entries -= total.entries
        mailbox.bytes -= total.bytes
        batch.writes.append(.removeEntries(id, through: expired.through))
        change(id, to: mailbox)
    }
}
