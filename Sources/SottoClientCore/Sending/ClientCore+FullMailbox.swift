// Posts that found no room at the peer: kept back, and tried again with the same envelope [ONCE-7].

import SottoCrypto
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire

/// How the mailboxes of the peer took a post.
struct PostOutcome: Equatable {
    /// How many there are.
    var mailboxes = 0
    /// How many had no room.
    var full = 0
    /// How many refuse what is said in the conversation.
    var refused = 0

    /// How many did not take it.
    var missed: Int { full + refused }
    /// Whether nobody has it, and somebody may later.
    var isHeldUp: Bool { full > 0 && missed == mailboxes }
    /// Whether nobody ever will.
    var isRefused: Bool { mailboxes > 0 && refused == mailboxes }
}

extension ClientCore {
    /// Keeps a post back that no mailbox of the peer had room for. Nobody has the envelope, so the
    /// same one goes out again, with a post id of its own; what came after it waits behind it.
    mutating func holdBack(
        _ flight: FlightRecord, in group: DirectGroup, with peer: AccountID, entry: UInt64,
        _ work: inout Workspace
    ) throws(Halt) {
        let attempts = flight.hold?.attempts ?? 0
        var wait = ClientLimits.fullMailboxDelay
        for _ in 0..<attempts where wait < ClientLimits.fullMailboxDelayMax { wait *= 2 }
        let until = work.time.adding(min(wait, ClientLimits.fullMailboxDelayMax))
        var held = flight
        held.post = Post(
            id: PostID(made: work.entropy.bytes(PostID.byteCount)), lane: flight.post.lane,
            laneToken: flight.post.laneToken, envelope: flight.post.envelope,
            recipients: flight.post.recipients)
        held.since = work.time
        held.isInLane = false
        held.hold = PostHold(attempts: attempts + 1, at: work.time, until: until, entry: entry)
        work.put(.flight(held), under: .flight(group.id))
        try hinder(peer, .mailboxFull, until: until, &work)
    }

    /// Whether a post may go now; if it is kept back, the engine wakes up for it.
    mutating func isDue(
        _ flight: FlightRecord, to peer: AccountID, _ work: inout Workspace
    ) -> Bool {
        guard let until = flight.hold?.until, until > work.time else { return true }
        session.wait(.post(peer, flight.post.id), until: until)
        return false
    }

    /// The peer is there, or the user sends more: what is kept back is tried at once.
    ///
    /// - Parameter entry: An entry of the peer in the lane; one that came after the last attempt
    ///   shows that the peer has looked after its mailbox since. `nil` for a wish of the user's,
    ///   which is granted only so often.
    mutating func hurry(
        _ peer: AccountID, after entry: LaneHead? = nil, _ work: inout Workspace
    ) throws(Halt) {
        guard let groups = try work.conversation(peer)?.groups else { return }
        try work.need([.worklist] + groups.map { .flight($0.id) })
        for group in groups {
            guard var flight = try work.flight(group.id), let hold = flight.hold,
                hold.until > work.time
            else { continue }
            if let entry {
                guard entry.lane == group.lane, entry.number > hold.entry else { continue }
            } else {
                guard mayHurry(since: hold.at, work) else { continue }
            }
            flight.hold?.until = work.time
            work.put(.flight(flight), under: .flight(group.id))
            session.hurry(.post(peer, flight.post.id))
            try hinder(peer, nil, &work)
        }
        guard entry == nil, let obstacle = try obstacle(of: peer, &work),
            obstacle.until != nil, mayHurry(since: obstacle.at, work)
        else { return }
        try hinder(peer, nil, &work)
    }

    private func mayHurry(since attempt: Timestamp, _ work: borrowing Workspace) -> Bool {
        attempt.adding(ClientLimits.fullMailboxDelayMin) <= work.time
    }

    /// Why a conversation does not go on, as far as is known.
    func obstacle(of peer: AccountID, _ work: inout Workspace) throws(Halt) -> Obstacle? {
        try work.worklist().entries.first { $0.peer == peer }?.obstacle
    }

    /// Forgets what is no longer waited for of an envelope that no post carries any more.
    func settleEcho(of flight: FlightRecord, _ work: inout Workspace) throws(Halt) {
        let envelope = EnvelopeHash.of(flight.post.envelope)
        guard let echo = try work.echo(envelope), echo.expected.isEmpty else { return }
        work.remove(.echo(envelope))
    }
}
