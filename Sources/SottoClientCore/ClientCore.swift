// The engine of a client: events in, effects out. It does nothing itself.

package import SottoCrypto
package import SottoRelayProtocol

/// The engine's memory between events.
///
/// ``decide(_:loaded:now:entropy:)`` works on copies: a decision that asks for records or is
/// dropped has changed nothing, and one that succeeds brings the engine's next state with it.
/// Everything that must survive lies in records; what is here can be lost at any time.
package struct ClientCore: Sendable {
    var session = Session()

    /// An engine that knows nothing yet.
    package init() {}

    /// When ``Event/resumed(from:)`` is due, unless something else happens first.
    package var wakeAt: Timestamp? { session.wakeAt }

    /// Whether ``Event/resumed(from:)`` is due.
    package func isDue(at now: Timestamp) -> Bool { session.isDue(at: now) }

    /// What is to be done about an event.
    ///
    /// - Parameters:
    ///   - loaded: The records that were asked for so far.
    ///   - now: The wall clock.
    ///   - entropy: Advanced only by a decision that has effects.
    package func decide(
        _ event: Event, loaded: LoadedRecords, now: Timestamp, entropy: inout Entropy
    ) -> Decision {
        var core = self
        core.session.sees(now)
        var work = Workspace(loaded: loaded, now: now, entropy: entropy)
        do throws(Halt) {
            let reply = try core.handle(event, &work)
            let advanced = work.entropy
            let effects = try work.finish()
            entropy = advanced
            return .effects(effects, core: core, reply: reply)
        } catch {
            switch error {
            case .missing: return .missing(Array(work.missing))
            case .refused(let refusal): return .effects([], core: self, reply: .refused(refusal))
            case .damaged, .impossible: return .damaged
            }
        }
    }

    private mutating func handle(_ event: Event, _ work: inout Workspace) throws(Halt) -> Reply {
        switch event {
        case .intent(let intent): return try handle(intent, &work)
        case .owned(let owned, let incarnation): try owns(owned, incarnation, &work)
        case .connected: try connects(&work)
        case .disconnected(let channel): session.disconnected(channel)
        case .answered(let errand, let answer):
            guard session.answered(errand) else { break }
            try answered(errand, answer, &work)
        case .refused(let errand, let refusal):
            guard session.answered(errand) else { break }
            try refused(errand, refusal, &work)
        case .unanswered(let errand):
            guard session.answered(errand) else { break }
            session.unanswered(errand, until: work.time.adding(ClientLimits.retryDelay))
        case .delivered(let delivery): try take(delivery, &work)
        case .resumed(let place): try resume(from: place, &work)
        }
        return .done
    }

    private mutating func handle(_ intent: Intent, _ work: inout Workspace) throws(Halt) -> Reply {
        switch intent {
        case .createAccount(let origin, let relayKey, let name):
            return try createAccount(origin: origin, relayKey: relayKey, name: name, &work)
        case .setName(let name): return try setName(name, &work)
        case .keepUserName(let name): return try keep(name, &work)
        case .addContact(let card, let record, let name):
            return try addContact(card: card, record: record, name: name, &work)
        case .accept(let peer, let name): return try accept(peer, name: name, &work)
        case .rename(let peer, let name): return try rename(peer, name, &work)
        case .setVerified(let peer, let isVerified):
            return try setVerified(peer, isVerified, &work)
        case .send(let text, let peer): return try send(text, to: peer, &work)
        case .markRead(let peer, let through): return try markRead(peer, through, &work)
        case .acknowledgeInbox(let consumer, let sequence):
            return try acknowledgeInbox(consumer, sequence, &work)
        case .seeAlarms(let through): return try seeAlarms(through: through, &work)
        }
    }

    /// Asks the relay, unless that was asked already, must wait, or has no connection.
    mutating func ask(
        _ errand: Errand, _ body: @autoclosure () -> Request.Body, _ work: inout Workspace
    ) {
        guard session.canAsk(errand, at: work.time) else { return }
        session.asked(errand)
        work.emit(.request(errand, body()))
    }
}

extension Timestamp {
    /// The moment so much later.
    func adding(_ duration: Duration) -> Timestamp {
        Timestamp(milliseconds: milliseconds &+ duration.milliseconds)
    }

    /// The moment so much earlier, at the earliest the start of 1970.
    func earlier(by duration: Duration) -> Timestamp {
        Timestamp(milliseconds: milliseconds - min(milliseconds, duration.milliseconds))
    }
}

extension Duration {
    /// Whole milliseconds; none if it is negative.
    fileprivate var milliseconds: UInt64 {
        UInt64(clamping: components.seconds) &* 1_000
            &+ UInt64(clamping: components.attoseconds / 1_000_000_000_000_000)
    }
}
