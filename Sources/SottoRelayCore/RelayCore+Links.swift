// The chain of a lane, kept for who missed some of it (spec/relay.md section 4, Links).

import SottoCrypto
import SottoRelayProtocol
import SottoWire

extension RelayCore {
    /// Keeps what the chain needs of an accepted post, and a commit's envelope if it is not too
    /// large [LINK-3].
    mutating func keep(
        _ post: Post, _ envelopeHash: EnvelopeHash, _ head: LaneHead, after previous: HeadHash,
        _ now: Timestamp, _ entropy: inout Entropy
    ) {
        let number = head.number
        let link = LinkRow(
            number: number, kind: post.kind, nextTokenHash: post.commit?.nextTokenHash ?? .zero,
            previous: previous, envelopeHash: envelopeHash, day: now.day)
        batch.writes.append(.link(post.lane, link))
        if post.commit != nil, post.envelope.count <= RelayLimits.keptCommitBytesMax {
            let keeping = CommitKeeping(
                lane: post.lane, laneToken: post.laneToken, number: number)
            let kept = KeptCommit(
                number: number, sealed: keeping.seal(post.envelope, using: &entropy))
            batch.writes.append(.keepCommit(post.lane, kept))
        }
        if number > RelayLimits.linksOfLaneMax,
            number.isMultiple(of: RelayCoreLimits.linksRemovedTogether)
        {
            batch.writes.append(
                .removeLinks(post.lane, below: number - RelayLimits.linksOfLaneMax))
        }
    }

    /// Finds the links that a token gives a right to; they get their head when the batch is
    /// signed [LINK-1].
    mutating func links(
        _ request: GetLinks, at index: Int, _ now: Timestamp
    ) throws(Pending) -> Links {
        let found = Result { () throws(Pending) in
            try row(rows.lanes.find(request.lane), .lane(request.lane))
        }
        let epoch = Result { () throws(Pending) in
            try self.epoch(of: request.lane, request.laneToken.hash)
        }
        guard let lane = try found.get() else { throw .refused(.notPermitted) }
        let numbers = try span(of: request.laneToken.hash, try epoch.get(), lane)
        let asked = max(request.from, 1)...max(request.from, request.to, 1)
        let wanted = numbers.clamped(to: asked.lowerBound..<asked.upperBound.advancedNoFurther)
        let (links, commits) = try find(wanted, of: request.lane)
        guard batch.headCount < RelayLimits.headBatchMax else {
            throw .refused(.rateLimited(retryAfter: RelayCoreLimits.fullBatchRetry))
        }
        try countLinks(of: request.lane, now)
        batch.links.append(answer(request, links, commits, lane, at: index))
        throw .signature
    }

    /// The numbers of the posts that were made while a token's epoch was the newest to its
    /// holders: after the commit that began it, up to the last commit that ended it.
    private func span(
        of hash: LaneTokenHash, _ epoch: EpochRow?, _ lane: LaneRow
    ) throws(Pending) -> Range<UInt64> {
        if lane.tokenHash == hash { return lane.began + 1..<lane.number + 1 }
        guard let epoch else { throw .refused(.notPermitted) }
        return epoch.began + 1..<(epoch.ended == 0 ? lane.number : epoch.ended) + 1
    }

    private mutating func find(
        _ numbers: Range<UInt64>, of lane: LaneID
    ) throws(Pending) -> ([LinkRow], [KeptCommit]) {
        let from = numbers.lowerBound
        let max = min(numbers.count, RelayLimits.linksMax)
        guard max > 0 else { return ([], []) }
        let key = RelayRows.LinksKey(lane: lane, from: from, max: max)
        let links = Result { () throws(Pending) in
            try row(rows.links.find(key), .links(lane, from: from, max: max))
        }
        let commits = Result { () throws(Pending) in
            try row(rows.keptCommits.find(key), .keptCommits(lane, from: from, max: max))
        }
        let found = try links.get() ?? []
        return (found.filter { numbers.contains($0.number) }, try commits.get() ?? [])
    }

    private func answer(
        _ request: GetLinks, _ rows: [LinkRow], _ commits: [KeptCommit], _ lane: LaneRow,
        at index: Int
    ) -> RelayBatch.AskedLinks {
        var head = LaneHead(
            lane: request.lane, incarnation: identity.incarnation,
            number: rows.first.map { $0.number - 1 } ?? lane.number,
            hash: rows.first?.previous ?? lane.head)
        let before = head
        var links: [Link] = []
        var bytes = 0
        for row in rows where row.number == head.number + 1 {
            let commit = open(commits, row.number, request)
            bytes += commit?.count ?? 0
            if bytes > RelayLimits.linkCommitsBytesMax, !links.isEmpty { break }
            links.append(
                Link(
                    kind: row.kind, nextTokenHash: row.nextTokenHash,
                    envelopeHash: row.envelopeHash, commit: commit?[...]))
            head = head.following(
                kind: row.kind, nextTokenHash: row.nextTokenHash, envelope: row.envelopeHash)
        }
        return RelayBatch.AskedLinks(operation: index, before: before, links: links, head: head)
    }

    /// A commit's envelope, if it was kept and posted under the token that is shown.
    private func open(
        _ commits: [KeptCommit], _ number: UInt64, _ request: GetLinks
    ) -> [UInt8]? {
        guard let kept = commits.first(where: { $0.number == number }) else { return nil }
        let keeping = CommitKeeping(
            lane: request.lane, laneToken: request.laneToken, number: number)
        return try? keeping.open(kept.sealed)
    }

    private mutating func countLinks(of lane: LaneID, _ now: Timestamp) throws(Pending) {
        var window = rows.linkRequests[lane] ?? RateWindow()
        let wait = window.take(
            max: RelayCoreLimits.linkRequestsMax, per: RelayCoreLimits.ephemeralWindow, at: now)
        if let wait { throw .refused(.rateLimited(retryAfter: wait)) }
        rows.linkRequests.change(lane, to: window)
    }
}

extension UInt64 {
    /// The number after this one, or this one if it is the last.
    fileprivate var advancedNoFurther: UInt64 { self == .max ? self : self + 1 }
}
