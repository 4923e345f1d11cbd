// An entry of a lane: its head first, then whose it is, then what it says.

import SottoCrypto
import SottoEnvelope
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire

extension ClientCore {
    /// Takes an entry of a lane in if its head follows from ours [HEAD-2].
    mutating func take(
        _ entry: LaneEntry, _ incoming: Incoming, _ account: OwnAccount,
        _ work: inout Workspace
    ) throws(Halt) {
        let claim = entry.head.claim
        let envelope = EnvelopeHash.of(entry.envelope)
        try work.need([
            .lane(claim.lane), .laneHead(claim.lane, claim.number), .echo(envelope),
        ])
        guard let lane = try work.lane(claim.lane) else {
            return try putAside(.unknownLane, incoming, &work)
        }
        guard !lane.isClosed else {
            // What we said there ourselves has been seen to; what the peer says is kept.
            if let echo = try work.echo(envelope) {
                return try cameBack(echo, envelope, entry, lane, &work)
            }
            return try putAside(.unknownLane, incoming, with: lane.peer, &work)
        }
        switch try judge(entry, lane, account, &work) {
        case .follows: break
        case .again: return
        case .lie: return try putAside(.headDoesNotFollow, incoming, with: lane.peer, &work)
        }
        var next = lane
        next.number = claim.number
        next.head = claim
        work.put(.lane(next), under: .lane(claim.lane))
        work.put(
            .laneHead(LaneHeadRecord(head: entry.head)), under: .laneHead(claim.lane, claim.number))
        if claim.number > ClientLimits.headsHeld {
            work.remove(.laneHead(claim.lane, claim.number - ClientLimits.headsHeld))
        }
        if let echo = try work.echo(envelope) {
            return try cameBack(echo, envelope, entry, next, &work)
        }
        try read(entry, incoming, next, account, &work)
        try hurry(lane.peer, after: claim, &work)
        try pump(lane.peer, &work)
    }

    /// What an entry's head is to the lane as we hold it.
    private enum Continuity {
        /// It follows, or leaves out entries that the relay admits to.
        case follows
        /// It is an entry that we hold already.
        case again
        /// It is not signed, or contradicts what we hold.
        case lie
    }

    /// Judges an entry's head [HEAD-2]. Whatever is wrong is named to the user.
    ///
    /// A number beyond the next one is a gap: what was in it is lost to us, and said so, but the
    /// conversation goes on. A relay that came back with an older store goes on from a head that we
    /// hold, with a new incarnation.
    private mutating func judge(
        _ entry: LaneEntry, _ lane: LaneRecord, _ account: OwnAccount, _ work: inout Workspace
    ) throws(Halt) -> Continuity {
        let claim = entry.head.claim
        try work.need([.laneHead(claim.lane, claim.number &- 1), .publication])
        guard verify(entry.head, by: account.relayKey) != nil else {
            try raise(.headNotSigned, with: lane.peer, evidence: [entry.head], &work)
            return .lie
        }
        let held = try work.head(claim.lane, claim.number)
        if let held, held.claim.incarnation == claim.incarnation {
            guard held.claim != claim else { return .again }
            try raise(.fork, with: lane.peer, evidence: [held, entry.head], &work)
            return .lie
        }
        var verifier = session.verifier ?? HeadVerifier(relayKey: account.relayKey)
        let isWhole = (try? entry.verify(with: &verifier)) != nil
        if isWhole, entry.previousHead == (try headBefore(claim, lane, account, &work)) {
            return .follows
        }
        let isGap = isWhole && claim.number > lane.number + 1
        try raise(
            isGap ? .gap : .headDoesNotFollow, with: lane.peer, evidence: [entry.head], &work)
        return isGap ? .follows : .lie
    }

    /// The head that an entry has to follow, as far as we hold it.
    private func headBefore(
        _ claim: LaneHead, _ lane: LaneRecord, _ account: OwnAccount, _ work: inout Workspace
    ) throws(Halt) -> HeadHash? {
        if claim.number == 1 {
            return LaneHead.start(
                of: claim.lane, at: account.relayKey, incarnation: claim.incarnation
            ).hash
        }
        if claim.number == lane.number + 1 { return lane.head?.hash }
        // Behind what we hold only a restored relay may go on.
        guard claim.incarnation == (try work.publication().incarnation) else { return nil }
        return try work.head(claim.lane, claim.number - 1)?.claim.hash
    }

    /// One of our own envelopes came back: it has its place in the order. Whether it is sent is for
    /// the relay's answer to say, which tells how the peer's mailboxes took it [ONCE-4].
    private mutating func cameBack(
        _ echo: EchoRecord, _ envelope: EnvelopeHash, _ entry: LaneEntry, _ lane: LaneRecord,
        _ work: inout Workspace
    ) throws(Halt) {
        try work.need([.conversation(lane.peer), .flight(lane.group)])
        let claim = entry.head.claim
        var echo = echo
        if let answered = echo.expected.first(where: { $0.claim.number == claim.number }) {
            if answered.claim != claim, answered.claim.incarnation == claim.incarnation {
                try raise(.fork, with: lane.peer, evidence: [answered, entry.head], &work)
            }
            echo.expected.removeAll { $0.claim.number == claim.number }
        }
        var flight = try work.flight(lane.group)
        if let carrier = flight, .of(carrier.post.envelope) != envelope { flight = nil }
        // An attempt that is known to have reached nobody has no place.
        let isInVain = flight?.hold.map { claim.number <= $0.entry } ?? false
        if !isInVain, case .message(let number) = echo.cargo,
            var message = try work.message(number)
        {
            message.place = try work.next(\.place)
            work.put(.message(message), under: .message(number))
        }
        if !isInVain, var flight {
            flight.isInLane = true
            work.put(.flight(flight), under: .flight(lane.group))
        }
        if flight == nil, echo.expected.isEmpty {
            work.remove(.echo(envelope))
        } else {
            work.put(.echo(echo), under: .echo(envelope))
        }
        try pump(lane.peer, &work)
    }

    /// Opens an envelope of the peer's and lets MLS judge it.
    private mutating func read(
        _ entry: LaneEntry, _ incoming: Incoming, _ lane: LaneRecord, _ account: OwnAccount,
        _ work: inout Workspace
    ) throws(Halt) {
        // Nothing but a PrivateMessage is said in a group, handshakes included [CONV-2].
        guard let message = Self.open(entry, lane), case .privateMessage = message,
            message.groupID == lane.group
        else { return try putAside(.notDecryptable, incoming, with: lane.peer, &work) }
        var state = try work.group(lane.group, signer: account.deviceKey)
        let policy = DirectLeaves(
            accounts: [account.id, lane.peer], relay: account.relayKey.id
        ).policy(at: work.time)
        let processed: Processed?
        do {
            processed = try process(message, in: &state, policy: policy, &work)
        } catch let halt as Halt {
            throw halt
        } catch {
            // One that is from us, and whose envelope is none of ours, is a forgery as well
            // [ONCE-4].
            return try putAside(.notDecryptable, incoming, with: lane.peer, &work)
        }
        guard let processed else { throw .damaged }
        switch processed.received {
        case .application(let application):
            work.keep(state, changes: processed.changes)
            try read(application, incoming, lane, account, &work)
        case .commit:
            try enter(state, processed.changes, entry, incoming, lane, account, &work)
        case .removed:
            // Who is removed has no proof of it: the group is as it was, and spoken in no more.
            try putAside(.refusedGroup, incoming, with: lane.peer, &work)
            try leave(lane, &work)
        case .proposal: try putAside(.refusedGroup, incoming, with: lane.peer, &work)
        }
    }

    /// Sends no more into a group in which we are alone, or no more ourselves, or so it is said
    /// [CHAT-6]. What is under way there is read for a while yet.
    private func leave(_ lane: LaneRecord, _ work: inout Workspace) throws(Halt) {
        guard var conversation = try work.conversation(lane.peer),
            let index = conversation.index(of: lane.group)
        else { return }
        conversation.groups[index].isOver = true
        work.put(.conversation(conversation), under: .conversation(lane.peer))
    }

    /// The MLS message of an entry: opened under the current epoch's key, then past ones. It must
    /// be a PrivateMessage [CONV-2].
    private static func open(_ entry: LaneEntry, _ lane: LaneRecord) -> MLSMessage? {
        let kind: LaneEnvelopeKind = entry.kind == .commit ? .commit : .message
        for keys in lane.epochs {
            if let bytes = try? LaneEnvelope.open(
                entry.envelope, kind: kind, lane: entry.head.claim.lane.bytes,
                key: keys.envelopeKey)
            {
                guard case .privateMessage(let message)? = try? MLSMessage(encoded: bytes) else {
                    return nil
                }
                return .privateMessage(message)
            }
        }
        return nil
    }

    /// Processes a message, loading what MLS asks for; `nil` if it never has enough.
    private func process(
        _ message: MLSMessage, in state: inout Group, policy: LeafPolicy, _ work: inout Workspace
    ) throws -> Processed? {
        for _ in 0..<ClientLimits.groupRoundsMax {
            do throws(ProcessError) {
                return try state.process(message, policy: policy)
            } catch {
                guard case .missing(let keys) = error else { throw error }
                try work.load(keys, into: &state)
            }
        }
        return nil
    }

    /// Goes into the epoch that a commit began, if the lane's next token is the one that the commit
    /// makes and the group is still the two of us.
    private mutating func enter(
        _ state: Group, _ changes: [GroupChange], _ entry: LaneEntry, _ incoming: Incoming,
        _ lane: LaneRecord, _ account: OwnAccount, _ work: inout Workspace
    ) throws(Halt) {
        var state = state
        guard entry.kind == .commit,
            let keys = try? EpochKeys(of: state, lane: entry.head.claim.lane),
            keys.token.hash == entry.nextTokenHash,
            DirectContext.isKept(
                by: state, lane: entry.head.claim.lane, relayKey: account.relayKey)
        else { return try putAside(.refusedGroup, incoming, with: lane.peer, &work) }
        let wiped = state.wipeExporter()
        work.keep(state, changes: changes + wiped)
        guard state.members.contains(where: { $0.credential == .basic(identity: lane.peer.bytes) })
        else { return try leave(lane, &work) }
        var lane = lane
        lane.epochs.insert(keys, at: 0)
        lane.epochs = Array(lane.epochs.prefix(1 + ClientLimits.pastEpochsMax))
        work.put(.lane(lane), under: .lane(entry.head.claim.lane))
    }
}
