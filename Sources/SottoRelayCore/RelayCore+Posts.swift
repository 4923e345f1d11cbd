// Lanes: which posts are accepted, in what order, and for whom (spec/relay.md section 4).

import SottoCrypto
import SottoRelayProtocol
import SottoWire

extension RelayCore {
    /// Decides a post. One that is accepted gets its answer when the batch is signed.
    mutating func accept(
        _ post: Post, at index: Int, _ now: Timestamp, _ entropy: inout Entropy
    ) throws(Pending) -> Never {
        let bodyHash = post.bodyHash
        let before = Result { () throws(Pending) in
            try row(rows.posts.find(post.id), .post(post.id))
        }
        let found = Result { () throws(Pending) in
            try row(rows.lanes.find(post.lane), .lane(post.lane))
        }
        lookUpMailboxes(of: post)
        try recall(post, bodyHash, try before.get(), at: index, now)
        try leaveRoomForHead()
        let standing = try standing(of: post, try found.get(), now)
        let number = standing.lane.number + 1
        let (statuses, targets) = try place(post, as: number, now, &entropy)
        guard !standing.isNew || statuses.contains(where: { $0 != .refused }) else {
            throw .refused(.notPermitted)
        }
        let previous = LaneHead(
            lane: post.lane, incarnation: identity.incarnation, number: standing.lane.number,
            hash: standing.lane.head)
        let head = previous.following(
            kind: post.kind, nextTokenHash: post.commit?.nextTokenHash ?? .zero,
            envelope: post.envelopeHash)
        advance(standing, to: head, with: post, now)
        keep(post, post.envelopeHash, head, after: previous.hash, now, &entropy)
        batch.postPositions[post.id] = batch.posts.count
        batch.posts.append(
            RelayBatch.AcceptedPost(
                operation: index, post: post, bodyHash: bodyHash, head: head,
                previous: previous.hash, statuses: statuses, targets: targets))
        throw .signature
    }

    /// Takes a post that was accepted before for what it was [LANE-5].
    private mutating func recall(
        _ post: Post, _ bodyHash: PostBodyHash, _ row: PostRow?, at index: Int,
        _ now: Timestamp
    ) throws(Pending) {
        if let position = batch.postPositions[post.id] {
            guard batch.posts[position].bodyHash == bodyHash else {
                throw .refused(.conflict)
            }
            batch.repetitions.append(
                RelayBatch.Repetition(operation: index, post: position))
            throw .signature
        }
        guard let row, now.since(row.time) < RelayLimits.postMemory else { return }
        guard row.bodyHash == bodyHash else { throw .refused(.conflict) }
        try leaveRoomForHead()
        batch.recalls.append(
            RelayBatch.Recall(operation: index, head: row.head, statuses: row.statuses))
        throw .signature
    }

    /// Refuses what would need one head more than a signature covers [HEAD-4].
    private func leaveRoomForHead() throws(Pending) {
        guard batch.headCount < RelayLimits.headBatchMax else {
            throw .refused(.rateLimited(retryAfter: RelayCoreLimits.fullBatchRetry))
        }
    }
}

// MARK: - Recipients

extension RelayCore {
    /// Notes every mailbox of a post that is not in memory, so that one round brings them all.
    mutating func lookUpMailboxes(of post: Post) {
        for recipient in post.recipients { lookUp(recipient) }
        for welcome in post.commit?.welcomes ?? [] { lookUp(welcome.recipient) }
    }

    /// Gives each recipient its status and each that takes the entry a number [LANE-6].
    private mutating func place(
        _ post: Post, as number: UInt64, _ now: Timestamp, _ entropy: inout Entropy
    ) throws(Pending) -> ([RecipientStatus], [RelayBatch.Target]) {
        guard batch.missing.isEmpty else { throw .missingRows }
        var statuses: [RecipientStatus] = []
        var targets: [RelayBatch.Target] = []
        func add(_ outcome: Placement) {
            switch outcome {
            case .stored(let target):
                statuses.append(.stored)
                targets.append(target)
            case .full(let mark):
                statuses.append(.full)
                if let mark { targets.append(mark) }
            case .refused: statuses.append(.refused)
            }
        }
        for recipient in post.recipients {
            let admittance = Admittance(
                lane: post.lane, number: number, isWelcome: false, bytes: post.envelope.count)
            add(place(recipient, admittance, .entry, now, &entropy))
        }
        for (index, welcome) in (post.commit?.welcomes ?? []).enumerated() {
            let admittance = Admittance(
                lane: post.lane, number: number, isWelcome: true, bytes: welcome.envelope.count)
            add(place(welcome.recipient, admittance, .welcome(index), now, &entropy))
        }
        return (statuses, targets)
    }

    private enum Placement {
        case stored(RelayBatch.Target)
        case full(RelayBatch.Target?)
        case refused
    }

    private mutating func place(
        _ recipient: Recipient, _ admittance: Admittance, _ content: RelayBatch.Content,
        _ now: Timestamp, _ entropy: inout Entropy
    ) -> Placement {
        let id = recipient.mailbox
        guard var row = admit(recipient, to: admittance, now) else { return .refused }
        let reserved = admittance.bytes + RelayLimits.entryOverheadMax
        guard quotas.admits(row, bytes: reserved) else {
            guard !admittance.isWelcome else { return .full(nil) }
            return .full(
                mark(
                    id, row, missing: admittance.number, of: admittance.lane, now, &entropy))
        }
        guard
            let key = try? sealer.key(
                for: id, sealingKey: row.sealingKey, now: now, using: &entropy)
        else { return .refused }
        row.newest += 1
        row.entries += 1
        row.bytes += reserved
        change(id, to: row)
        return .stored(
            RelayBatch.Target(
                mailbox: id, sequence: row.newest, key: key, bytesReserved: reserved,
                content: content))
    }
}

// MARK: - The whole batch

extension RelayCore {
    /// Signs the heads of the batch, seals its entries and answers its posts.
    mutating func finishPosts(
        _ operations: [RelayOperation], now: Timestamp, using entropy: inout Entropy
    ) {
        guard let heads = sign(batch.posts.map(\.head) + batch.links.map(\.head), now) else {
            return
        }
        var entries: [RelayWrite] = []
        var answers: [Answer] = []
        for (accepted, head) in zip(batch.posts, heads) {
            seal(accepted, head, now, &entropy, into: &entries)
            let answer = Answer.post(Accepted(head: head, statuses: accepted.statuses))
            answers.append(answer)
            batch.writes.append(
                .post(
                    accepted.post.id,
                    PostRow(
                        bodyHash: accepted.bodyHash, head: accepted.head,
                        statuses: accepted.statuses, time: now)))
            reply(answer, to: operations[accepted.operation], at: accepted.operation)
        }
        for (asked, head) in zip(batch.links, heads.dropFirst(batch.posts.count)) {
            let links = Links(
                first: asked.before.number + 1, previous: asked.before.hash, links: asked.links,
                head: head)
            reply(.links(links), to: operations[asked.operation], at: asked.operation)
        }
        for repetition in batch.repetitions where repetition.post < answers.count {
            reply(
                answers[repetition.post], to: operations[repetition.operation],
                at: repetition.operation)
        }
        answerRecalls(operations, now)
        finishLanes()
        batch.writes += shuffled(entries, &entropy)
    }

    /// Heads of one incarnation with a proof each; nothing if they are too many, which is our own
    /// mistake.
    private func sign(_ heads: [LaneHead], _ now: Timestamp) -> [SignedHead]? {
        let signed = try? HeadBatch.sign(
            heads, incarnation: heads.first?.incarnation ?? identity.incarnation, at: now,
            with: identity.privateKey)
        if signed == nil { assertionFailure("more heads than one signature covers") }
        return signed
    }

    /// Answers posts of earlier batches. The relay claims of them what it claimed then; in a store
    /// that was put back, of a life before the present one.
    private mutating func answerRecalls(_ operations: [RelayOperation], _ now: Timestamp) {
        var left = batch.recalls
        while let incarnation = left.first?.head.incarnation {
            let together = left.filter { $0.head.incarnation == incarnation }
            left.removeAll { $0.head.incarnation == incarnation }
            for (recall, head) in zip(together, sign(together.map(\.head), now) ?? []) {
                reply(
                    .post(Accepted(head: head, statuses: recall.statuses)),
                    to: operations[recall.operation], at: recall.operation)
            }
        }
    }

    private mutating func reply(
        _ answer: Answer, to operation: RelayOperation, at index: Int
    ) {
        guard case .request(let id, _) = operation.body else { return }
        batch.answers[index] = RelayReply(
            connection: operation.connection, event: .response(request: id, .success(answer)))
    }

    /// The sealed entries of a post, which are also told to who is subscribed.
    private mutating func seal(
        _ accepted: RelayBatch.AcceptedPost, _ head: SignedHead, _ now: Timestamp,
        _ entropy: inout Entropy, into entries: inout [RelayWrite]
    ) {
        let post = accepted.post
        let laneContent = MailboxContent.lane(
            LaneEntry(
                head: head, kind: post.kind,
                nextTokenHash: post.commit?.nextTokenHash ?? .zero,
                previousHead: accepted.previous, envelope: post.envelope)
        ).wireBytes
        for target in accepted.targets where !batch.closed.contains(target.mailbox) {
            var writer = WireWriter()
            writer.reserve(8 + laneContent.count)
            writer.uint64(target.sequence - 1)
            switch target.content {
            case .entry: writer.fixed(laneContent)
            case .gap(let mark): writer.value(MailboxContent.gap(mark))
            case .welcome(let index):
                let envelope = post.commit?.welcomes[index].envelope ?? []
                writer.value(
                    MailboxContent.welcome(WelcomeEntry(head: head, envelope: envelope)))
            }
            let sealed = target.key.seal(
                writer.bytes, sequence: target.sequence, using: &entropy)
            entries.append(
                store(Delivery(sequence: target.sequence, sealed: sealed), target, now))
        }
    }

    private mutating func store(
        _ delivery: Delivery, _ target: RelayBatch.Target, _ now: Timestamp
    ) -> RelayWrite {
        if var row = rows.mailboxes[target.mailbox] {
            row.bytes += delivery.sealed.count - target.bytesReserved
            rows.mailboxes.change(target.mailbox, to: row)
        }
        if let subscriber = subscribers[target.mailbox] {
            batch.notices.append(
                RelayReply(connection: subscriber, event: .stored(delivery)))
        }
        return .entry(target.mailbox, delivery, day: now.day)
    }

    private mutating func finishLanes() {
        var written: Set<LaneID> = []
        for id in batch.lanes where written.insert(id).inserted {
            guard let row = rows.lanes[id] else { continue }
            batch.writes.append(.lane(id, row))
        }
    }

    /// The entries in an order that tells nothing of which belong to one post.
    private func shuffled(
        _ entries: [RelayWrite], _ entropy: inout Entropy
    ) -> [RelayWrite] {
        guard entries.count > 1 else { return entries }
        var random = WireReader(entropy.bytes(entries.count * 8))
        // Not the entries themselves: each move of one would copy what it has in it.
        var keyed: [(key: UInt64, index: Int)] = []
        for index in entries.indices { keyed.append(((try? random.uint64()) ?? 0, index)) }
        keyed.sort { $0.key < $1.key }
        return keyed.map { entries[$0.index] }
    }
}
