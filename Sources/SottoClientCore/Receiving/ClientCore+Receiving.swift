// One entry of our mailbox: opened, checked, taken in or put aside, and then acknowledged.

import SottoCrypto
import SottoIdentity
import SottoRelayProtocol
import SottoWire

/// An entry on its way in.
struct Incoming {
    /// Its number in our mailbox.
    let sequence: UInt64
    /// The entry, for what is put aside whole.
    let entry: MailboxEntry
}

extension ClientCore {
    /// Takes in the next entry of our mailbox. Whatever is wrong with it, the cursor moves on:
    /// what cannot be processed is kept aside and blocks nothing [ONCE-5].
    mutating func take(_ delivery: Delivery, _ work: inout Workspace) throws(Halt) {
        try work.need([.account, .counters, .worklist, .roster])
        let cursor = try work.counters().mailbox
        guard delivery.sequence > cursor else { return work.emit(.acknowledge(cursor)) }
        let account = try work.account()
        do {
            let entry = try open(delivery, account)
            if entry.previous > cursor { try raise(.entriesLost, &work) }
            let incoming = Incoming(sequence: delivery.sequence, entry: entry)
            switch entry.content {
            case .lane(let lane): try take(lane, incoming, account, &work)
            case .welcome(let welcome): try take(welcome, incoming, account, &work)
            case .gap(let mark): try take(mark, incoming, &work)
            }
        } catch let halt as Halt {
            throw halt
        } catch {
            try putAside(.undecodable, delivery.sealed, delivery.sequence, with: nil, &work)
        }
        var counters = try work.counters()
        counters.mailbox = delivery.sequence
        work.put(.counters(counters), under: .counters)
        work.emit(.acknowledge(delivery.sequence))
        // What waited for the whole mailbox can go on.
        if delivery.sequence == session.newest { work.emit(.resume(from: 0)) }
    }

    /// Entries of a lane found no room in our mailbox: the user is told [MBX-9].
    private mutating func take(
        _ mark: GapMark, _ incoming: Incoming, _ work: inout Workspace
    ) throws(Halt) {
        try work.need([.lane(mark.lane)])
        guard let lane = try work.lane(mark.lane) else {
            return try putAside(.unknownLane, incoming, &work)
        }
        try raise(.gap, with: lane.peer, &work)
    }

    private mutating func open(
        _ delivery: Delivery, _ account: OwnAccount
    ) throws(MailboxOpenError) -> MailboxEntry {
        var opener =
            session.opener
            ?? MailboxOpener(mailbox: account.mailbox, privateKey: account.mailboxSealing)
        defer { session.opener = opener }
        return try opener.open(delivery)
    }

    /// Keeps an entry that could not be processed, whole, and tells the user.
    func putAside(
        _ cause: PutAsideCause, _ bytes: [UInt8], _ sequence: UInt64, with peer: AccountID?,
        _ work: inout Workspace
    ) throws(Halt) {
        let number = try work.next(\.putAside)
        let record = PutAsideRecord(cause: cause, at: work.time, sequence: sequence, bytes: bytes)
        work.put(.putAside(record), under: .putAside(number))
        work.remove(.putAside(number - ClientLimits.putAsideMax))
        try raise(.putAside, with: peer, cause: cause, &work)
    }

    /// Keeps an entry that could not be processed.
    func putAside(
        _ cause: PutAsideCause, _ incoming: Incoming, with peer: AccountID? = nil,
        _ work: inout Workspace
    ) throws(Halt) {
        try putAside(cause, incoming.entry.wireBytes, incoming.sequence, with: peer, &work)
    }

    /// Keeps an alarm for the user and its evidence for others; in its ring the oldest gives way
    /// [ALARM-1].
    func raise(
        _ kind: AlarmKind, with peer: AccountID? = nil, cause: PutAsideCause? = nil,
        evidence: [SignedHead] = [], claim: SeenHead? = nil, _ work: inout Workspace
    ) throws(Halt) {
        let number = try work.next(\.alarm)
        let place = try work.next(\.[kind.ring])
        let alarm = AlarmRecord(
            number: number, kind: kind, peer: peer, cause: cause, at: work.time,
            evidence: evidence, claim: claim)
        work.put(.alarm(alarm), under: .alarm(kind.ring, place))
        work.remove(.alarm(kind.ring, place - ClientLimits.alarmsMax))
    }

    /// Notes that the user was shown alarms; what was shown stays so [ALARM-2].
    func seeAlarms(through number: Int64, _ work: inout Workspace) throws(Halt) -> Reply {
        var counters = try work.counters()
        let seen = min(number, counters.alarm - 1)
        guard seen > counters.alarmsSeen else { return .done }
        counters.alarmsSeen = seen
        work.put(.counters(counters), under: .counters)
        return .done
    }
}
