// What the relay says to posts: accepted, stale, later, or never.

import SottoIdentity
import SottoMLS
import SottoRelayProtocol

extension ClientCore {
    /// The relay accepted a post durably.
    mutating func posted(
        _ accepted: Accepted, to peer: AccountID, post id: PostID, _ work: inout Workspace
    ) throws(Halt) {
        guard let (group, flight) = try underWay(id, with: peer, &work) else { return }
        let envelope = EnvelopeHash.of(flight.post.envelope)
        try work.need([.account, .echo(envelope), .lane(group.lane)])
        let statusCount = flight.post.recipients.count + (flight.post.commit?.welcomes.count ?? 0)
        guard accepted.statuses.count == statusCount,
            let head = try checked(accepted.head, of: group, peer: peer, &work)
        else {
            session.wait(.post(peer, id), until: work.time.adding(ClientLimits.foundingRetryDelay))
            return try hinder(peer, .relayMisbehaves, &work)
        }
        let outcome = try expectEcho(of: flight, head, accepted, &work)
        if outcome.isHeldUp, flight.cargo != .opening {
            try holdBack(flight, in: group, with: peer, entry: head.claim.number, &work)
        } else {
            try landed(flight, in: group, with: peer, outcome, &work)
        }
        try pump(peer, &work)
    }

    /// Notes with which head the post will come back, unless it has, and counts how the peer's
    /// mailboxes took it.
    private func expectEcho(
        of flight: FlightRecord, _ head: SignedHead, _ accepted: Accepted,
        _ work: inout Workspace
    ) throws(Halt) -> PostOutcome {
        let ours = try work.account().mailbox
        let mailboxes =
            flight.post.recipients.map(\.mailbox)
            + (flight.post.commit?.welcomes.map(\.recipient.mailbox) ?? [])
        var outcome = PostOutcome()
        for (mailbox, status) in zip(mailboxes, accepted.statuses) {
            guard mailbox == ours else {
                outcome.mailboxes += 1
                if status == .full { outcome.full += 1 }
                if status == .refused { outcome.refused += 1 }
                continue
            }
            let envelope = EnvelopeHash.of(flight.post.envelope)
            guard status == .stored, var echo = try work.echo(envelope),
                try work.head(head.claim.lane, head.claim.number) == nil
            else { continue }
            echo.expected.append(head)
            work.put(.echo(echo), under: .echo(envelope))
        }
        return outcome
    }

    /// The group whose post has an id, if it still waits for its answer.
    private func underWay(
        _ id: PostID, with peer: AccountID, _ work: inout Workspace
    ) throws(Halt) -> (DirectGroup, FlightRecord)? {
        guard let conversation = try work.conversation(peer) else { return nil }
        try work.need(conversation.groups.map { .flight($0.id) })
        for group in conversation.groups {
            if let flight = try work.flight(group.id), flight.post.id == id {
                return (group, flight)
            }
        }
        return nil
    }

    /// The head of an acceptance, if the relay signed it and it contradicts nothing we hold.
    private mutating func checked(
        _ signed: SignedHead, of group: DirectGroup, peer: AccountID, _ work: inout Workspace
    ) throws(Halt) -> SignedHead? {
        let relayKey = try work.account().relayKey
        guard verify(signed, by: relayKey) != nil, signed.claim.lane == group.lane else {
            try raise(.headNotSigned, with: peer, evidence: [signed], &work)
            return nil
        }
        guard let held = try work.head(group.lane, signed.claim.number) else { return signed }
        if held.claim != signed.claim, held.claim.incarnation == signed.claim.incarnation {
            try raise(.fork, with: peer, evidence: [held, signed], &work)
        }
        return signed
    }

    /// A post of ours is in its lane: what it carried is sent.
    mutating func landed(
        _ flight: FlightRecord, in group: DirectGroup, with peer: AccountID,
        _ outcome: PostOutcome, _ work: inout Workspace
    ) throws(Halt) {
        guard var conversation = try work.conversation(peer),
            let index = conversation.index(of: group.id)
        else { return }
        work.remove(.flight(group.id))
        try settleEcho(of: flight, &work)
        switch flight.cargo {
        case .opening:
            guard !outcome.isHeldUp, !outcome.isRefused else {
                try close(group, of: &conversation, &work)
                work.put(.conversation(conversation), under: .conversation(peer))
                guard outcome.isHeldUp else { return try giveUp(peer, .noKeyPackage, &work) }
                return try giveUp(
                    peer, .mailboxFull, after: ClientLimits.fullMailboxDelayMax, &work)
            }
        case .message(let number):
            conversation.groups[index].weSpoke = true
            try mark(number, outcome, flight, &work)
        case .profile(let name):
            conversation.groups[index].weSpoke = true
            conversation.profileSent = name
        case .receipts: break
        }
        work.put(.conversation(conversation), under: .conversation(peer))
        try hinder(peer, nil, &work)
    }

    /// Notes that a message is sent, and how many of the peer's mailboxes did not take it. One that
    /// none of them ever will is not sent.
    private func mark(
        _ number: Int64, _ outcome: PostOutcome, _ flight: FlightRecord, _ work: inout Workspace
    ) throws(Halt) {
        guard var message = try work.message(number) else { return }
        message.mailboxes = flight.post.recipients.count - 1
        // What does not come back, since our own mailbox had no room, has its place here.
        if message.place == nil, try work.echo(.of(flight.post.envelope)) == nil {
            message.place = try work.next(\.place)
        }
        switch message.course {
        case .waiting where outcome.isRefused:
            return try fail(&message, .refusedByMailbox, &work)
        case .waiting: message.course = .reached(.sent, missed: outcome.missed)
        case .reached(let stage, 0): message.course = .reached(stage, missed: outcome.missed)
        default: break
        }
        work.put(.message(message), under: .message(number))
    }

    /// Notes that a message will not be sent; its place is where that was found out.
    func fail(
        _ message: inout MessageRecord, _ fault: SendFault, _ work: inout Workspace
    ) throws(Halt) {
        message.course = .failed(fault)
        if message.place == nil { message.place = try work.next(\.place) }
        work.put(.message(message), under: .message(message.number))
    }

    /// The relay refused a post.
    mutating func postRefused(
        _ refusal: RelayRefusal, to peer: AccountID, post id: PostID, _ work: inout Workspace
    ) throws(Halt) {
        guard let (group, flight) = try underWay(id, with: peer, &work) else { return }
        switch refusal.retry {
        case .after, .onNewConnection, .whenAnswered, .later, .onOtherConnection:
            session.wait(.post(peer, id), until: work.time.adding(refusal.delay))
            try hinder(peer, refusal.passingObstacle, &work)
        case .never, .afterReading, .afterApplying:
            try postRefusedForGood(refusal, flight, in: group, with: peer, &work)
            try pump(peer, &work)
        }
    }

    private mutating func postRefusedForGood(
        _ refusal: RelayRefusal, _ flight: FlightRecord, in group: DirectGroup,
        with peer: AccountID, _ work: inout Workspace
    ) throws(Halt) {
        if flight.isInLane {
            // Accepted long ago; the relay does not remember its answer any more.
            try landed(flight, in: group, with: peer, PostOutcome(), &work)
        } else if refusal == .stale {
            try takeBack(flight, in: group, with: peer, staleIn: flight.epoch, &work)
        } else {
            try abandon(flight, in: group, with: peer, &work)
        }
    }

    /// Lets what a post carried wait again: it is encrypted anew in the next epoch.
    mutating func takeBack(
        _ flight: FlightRecord, in group: DirectGroup, with peer: AccountID, staleIn epoch: UInt64,
        _ work: inout Workspace
    ) throws(Halt) {
        guard var conversation = try work.conversation(peer),
            let index = conversation.index(of: group.id)
        else { return }
        work.remove(.flight(group.id))
        try settleEcho(of: flight, &work)
        conversation.groups[index].staleEpoch = epoch
        conversation.groups[index].staleSince = work.time
        let until = work.time.adding(ClientLimits.staleGroupKept)
        session.wait(.peerRecord(peer), until: until)
        conversation.restore(flight.cargo)
        if flight.cargo == .opening { try close(group, of: &conversation, &work) }
        work.put(.conversation(conversation), under: .conversation(peer))
    }

    /// Gives up a post that the relay will never take, and the group with it: the lane is not what
    /// we hold it to be. What waits goes into a new group.
    private mutating func abandon(
        _ flight: FlightRecord, in group: DirectGroup, with peer: AccountID,
        _ work: inout Workspace
    ) throws(Halt) {
        guard var conversation = try work.conversation(peer) else { return }
        if case .message(let number) = flight.cargo, var message = try work.message(number) {
            try fail(&message, .refusedByRelay, &work)
        } else {
            conversation.restore(flight.cargo)
        }
        work.remove(.flight(group.id))
        try settleEcho(of: flight, &work)
        try close(group, of: &conversation, &work)
        work.put(.conversation(conversation), under: .conversation(peer))
        try giveUp(peer, .refusedByRelay, &work)
    }

    /// Checks a head's path and signature, and remembers the batch.
    mutating func verify(_ signed: SignedHead, by relayKey: RelayKey) -> VerifiedHead? {
        var verifier = session.verifier ?? HeadVerifier(relayKey: relayKey)
        defer { session.verifier = verifier }
        return try? verifier.verify(signed)
    }
}

extension ConversationRecord {
    /// Lets what a post carried wait again, before what came after it.
    mutating func restore(_ cargo: Cargo) {
        switch cargo {
        case .message(let number): queue.insert(number, at: 0)
        case .receipts(let taken): receipts.insert(contentsOf: taken, at: 0)
        // Our name is told again as long as the peer does not have it.
        case .opening, .profile: break
        }
    }
}
