// The epochs of a lane: which token opens one, and what a commit makes of them (section 4, Lanes).

import SottoCrypto
import SottoRelayProtocol
import SottoWire

/// Where a post stands in its lane.
struct Standing {
    /// The lane before the post.
    var lane: LaneRow
    /// The epoch that its token opens, if that is not the one that began last.
    let branch: EpochRow?
    /// Whether there was no such lane.
    let isNew: Bool

    init(_ lane: LaneRow, in branch: EpochRow? = nil, isNew: Bool = false) {
        self.lane = lane
        self.branch = branch
        self.isNew = isNew
    }

    /// The epoch that the token opens.
    func epoch(at now: Timestamp) -> EpochRow { branch ?? lane.newest(at: now) }
}

extension LaneRow {
    /// The epoch that began last, which is open.
    func newest(at now: Timestamp) -> EpochRow {
        EpochRow(began: began, depth: epoch, tokenHash: tokenHash, ended: 0, time: now)
    }
}

extension RelayCore {
    /// Where a post stands that is not refused [LANE-2] [LANE-4] [LANE-9].
    mutating func standing(
        of post: Post, _ row: LaneRow?, _ now: Timestamp
    ) throws(Pending) -> Standing {
        let shown = post.laneTokenHash
        guard var row else {
            guard post.commit?.form == .opensLane else {
                // Asked for although there is no lane: an earlier post of the batch may open it
                // in the next round, and each such lane would cost a round of its own.
                _ = try epoch(of: post.lane, shown)
                throw .refused(.notPermitted)
            }
            let start = LaneHead.start(
                of: post.lane, at: identity.relayKey, incarnation: identity.incarnation)
            let row = LaneRow(
                epoch: 0, tokenHash: shown, number: 0, head: start.hash, day: now.day)
            return Standing(row, isNew: true)
        }
        guard post.commit?.form != .opensLane else { throw .refused(.notPermitted) }
        guard post.commit?.form == .alternative else {
            return Standing(row, in: try openEpoch(shown, of: post.lane, row, now))
        }
        guard row.tokenHash != shown, let epoch = try epoch(of: post.lane, shown),
            epoch.ended > 0
        else { throw .refused(.notPermitted) }
        guard now.since(epoch.time) < RelayLimits.branchLife else { throw .refused(.stale) }
        let wait = row.alternatives.take(
            max: RelayLimits.alternativesMax, per: RelayLimits.branchLife, at: now)
        if let wait { throw .refused(.rateLimited(retryAfter: wait)) }
        return Standing(row, in: epoch)
    }

    /// The epoch that a token opens, or nothing if that is the one that began last [LANE-2].
    private mutating func openEpoch(
        _ shown: LaneTokenHash, of lane: LaneID, _ row: LaneRow, _ now: Timestamp
    ) throws(Pending) -> EpochRow? {
        if row.tokenHash == shown { return nil }
        guard let epoch = try epoch(of: lane, shown) else { throw .refused(.notPermitted) }
        if epoch.ended == 0 {
            guard now.since(epoch.time) < RelayLimits.branchLife else { throw .refused(.stale) }
            return epoch
        }
        let isRemembered = row.epoch <= epoch.depth + RelayLimits.laneEpochsKept
        throw .refused(isRemembered ? .stale : .notPermitted)
    }

    /// Whether a token opens an epoch of a lane [EPH-1].
    mutating func checkOpen(
        _ token: LaneToken, of lane: LaneID, _ row: LaneRow?, _ now: Timestamp
    ) throws(Pending) {
        let shown = token.hash
        guard let row else {
            _ = try epoch(of: lane, shown)
            throw .refused(.notPermitted)
        }
        _ = try openEpoch(shown, of: lane, row, now)
    }

    /// The epoch of a lane that had a token, but for the one that began last.
    mutating func epoch(
        of lane: LaneID, _ hash: LaneTokenHash
    ) throws(Pending) -> EpochRow? {
        let key = RelayRows.EpochKey(lane: lane, tokenHash: hash)
        return try row(rows.epochs.find(key), .epoch(lane, hash))
    }

    /// Moves a lane on by one accepted post [LANE-3].
    mutating func advance(
        _ standing: Standing, to head: LaneHead, with post: Post, _ now: Timestamp
    ) {
        var next = standing.lane
        next.number = head.number
        next.head = head.hash
        if now.day >= next.day + RelayCoreLimits.usedDaysLag { next.day = now.day }
        if let commit = post.commit {
            begin(commit, with: head, &next, standing, post.lane, now)
        } else if var branch = standing.branch,
            now.since(branch.time) >= RelayCoreLimits.branchUseLag
        {
            branch.time = now
            change(post.lane, branch)
        }
        rows.lanes.change(post.lane, to: next)
        batch.lanes.append(post.lane)
    }

    /// Ends the epoch of a commit and begins its next, which is then the lane's newest. What was
    /// the newest and did not end stays open, as a branch.
    private mutating func begin(
        _ commit: CommitPart, with head: LaneHead, _ next: inout LaneRow, _ standing: Standing,
        _ lane: LaneID, _ now: Timestamp
    ) {
        var ended = standing.epoch(at: now)
        if ended.ended == 0 { ended.time = now }
        ended.ended = head.number
        change(lane, ended)
        if standing.branch != nil { change(lane, standing.lane.newest(at: now)) }
        next.epoch = ended.depth + 1
        next.tokenHash = commit.nextTokenHash
        next.began = head.number
        let kept = RelayLimits.laneEpochsKept
        let life = UInt64(RelayLimits.branchLife / .milliseconds(1))
        batch.writes.append(
            .pruneEpochs(
                lane,
                EpochPruning(
                    endedBelow: next.epoch - min(next.epoch, kept),
                    openBefore: Timestamp(
                        milliseconds: now.milliseconds - min(now.milliseconds, life)))))
    }

    private mutating func change(_ lane: LaneID, _ epoch: EpochRow) {
        let key = RelayRows.EpochKey(lane: lane, tokenHash: epoch.tokenHash)
        rows.epochs.change(key, to: epoch)
        batch.writes.append(.epoch(lane, epoch))
    }
}
