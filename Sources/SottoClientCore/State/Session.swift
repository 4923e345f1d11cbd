// What the engine remembers between events and may forget: nothing here is needed to go on.

import OrderedCollections
import SottoCrypto
import SottoIdentity
import SottoMLS
import SottoRelayProtocol

/// Connections, unanswered errands and timers.
struct Session: Sendable {
    /// Which connections are up.
    private var isUp: [Bool] = [false, false]
    /// The errands that were asked and not answered.
    private var unanswered: OrderedSet<Errand> = []
    /// When an errand may be asked again.
    private var notBefore: OrderedDictionary<Errand, Timestamp> = [:]
    /// When the receipts of a conversation are due.
    var receiptsDue: OrderedDictionary<AccountID, Timestamp> = [:]
    /// The groups that are being founded.
    var foundings: OrderedDictionary<AccountID, Founding> = [:]
    /// The newest entry that our mailbox held when it was opened.
    var newest: UInt64?
    /// What the clock said at the last event.
    private var time = Timestamp(milliseconds: 0)
    /// When our record is due to be signed anew.
    var renewAt: Timestamp?
    /// Checks heads; keeps the signatures of recent batches.
    var verifier: HeadVerifier?
    /// Opens mailbox entries; keeps the keys of recent ephemerals.
    var opener: MailboxOpener?

    /// Whether a connection is up.
    subscript(channel: Channel) -> Bool {
        get { isUp[channel == .owner ? 0 : 1] }
        set { isUp[channel == .owner ? 0 : 1] = newValue }
    }

    /// Whether an errand can be asked now: its connection is up, it is not asked yet, and it need
    /// not wait.
    func canAsk(_ errand: Errand, at now: Timestamp) -> Bool {
        guard self[errand.channel], !unanswered.contains(errand) else { return false }
        return notBefore[errand].map { $0 <= now } ?? true
    }

    /// Notes that an errand was asked.
    mutating func asked(_ errand: Errand) {
        unanswered.append(errand)
        notBefore[errand] = nil
    }

    /// Notes that an errand has an answer, and whether it was still wanted.
    mutating func answered(_ errand: Errand) -> Bool { unanswered.remove(errand) != nil }

    /// Asks an errand again only after a while.
    mutating func wait(_ errand: Errand, until time: Timestamp) { notBefore[errand] = time }

    /// Asks an errand that got no answer again after a while; a founding begins anew by that.
    mutating func unanswered(_ errand: Errand, until time: Timestamp) {
        switch errand {
        case .peerRecord(let peer), .keyPackage(let peer, _):
            foundings[peer] = nil
            wait(.peerRecord(peer), until: time)
        case .mint, .putRecord, .readRecord, .putName, .readName, .putStock, .countStock,
            .dropPackage, .post:
            wait(errand, until: time)
        }
    }

    /// Forgets a wait.
    mutating func hurry(_ errand: Errand) { notBefore[errand] = nil }

    /// Forgets what went by a connection.
    mutating func disconnected(_ channel: Channel) {
        self[channel] = false
        unanswered.removeAll { $0.channel == channel }
        switch channel {
        case .anonymous: foundings = [:]
        case .owner: newest = nil
        }
    }

    /// Looks at the clock. One that was set back takes with it what waits, which would else wait
    /// for as long as the clock had been ahead.
    mutating func sees(_ now: Timestamp) {
        let ahead = time.since(now)
        time = now
        guard ahead > .zero else { return }
        notBefore = notBefore.mapValues { $0.earlier(by: ahead) }
        receiptsDue = receiptsDue.mapValues { $0.earlier(by: ahead) }
        renewAt = renewAt?.earlier(by: ahead)
    }

    /// Whether something is due, or the clock was set back since the last event.
    func isDue(at now: Timestamp) -> Bool { now < time || wakeAt.map { $0 <= now } ?? false }

    /// When the next thing is due.
    var wakeAt: Timestamp? {
        [notBefore.values.min(), receiptsDue.values.min(), renewAt].compactMap(\.self).min()
    }

    /// Drops the waits that are over; whoever calls this looks after everything that waited.
    mutating func pass(_ now: Timestamp) {
        notBefore.removeAll { $0.value <= now }
        receiptsDue.removeAll { $0.value <= now }
    }
}

/// A group on its way to being founded [CHAT-1]: what was found out so far. Lost with the
/// connection, at the price of the key packages taken.
struct Founding: Sendable {
    /// The peer's devices; empty while its record is being read.
    var devices: [FoundingDevice] = []
    /// The peer's device log.
    var log: DeviceLog?
}

/// A device of a peer that is being added to a new group.
struct FoundingDevice: Sendable {
    /// What the record says of it.
    let record: RecordDevice
    /// Its key package, once one was taken that is good.
    var package: KeyPackage?
    /// How many were taken.
    var attempts = 0
}
