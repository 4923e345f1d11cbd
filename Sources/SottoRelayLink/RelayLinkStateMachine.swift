// The client's end of one connection as a value: frames, requests and time in; what to do out.

import SottoRelayProtocol
import SottoWire

/// The state of one connection, without socket and clock.
///
///     greeting --(the relay's hello is proven)--> open --(any end)--> over
///         \--------------(it is not)------------------------------------^
///
/// Times are counted from the connection's own start. `Waiter` is who waits for an answer; each
/// one that was submitted is handed out again exactly once.
struct RelayLinkStateMachine<Waiter>: ~Copyable {
    private enum State: ~Copyable {
        case greeting(RelayGreeting)
        case open(RelaySession<Waiter>)
        case over(RelayClosure)
    }

    private var state: State
    private let patience: RelayPatience

    init(trust: RelayTrust, nonce: HelloNonce, patience: RelayPatience) {
        state = .greeting(RelayGreeting(trust: trust, nonce: nonce))
        self.patience = patience
    }

    private init(_ state: consuming State, _ patience: RelayPatience) {
        self.state = state
        self.patience = patience
    }

    /// The frame that opens the conversation.
    var greeting: [UInt8]? {
        switch state {
        case .greeting(let greeting): greeting.frame
        case .open: nil
        case .over: nil
        }
    }

    enum OnReceived {
        /// The relay is the right one; requests may follow.
        case greeted(ProvenRelay)
        /// It is not, or will not speak: end the connection.
        case turnedAway(RelayConnectError)
        /// Tell the waiter, then send the frame that has waited for the place, if there is one.
        case answered(Waiter, Result<Answer, RelayRequestError>, thenSend: [UInt8]?)
        /// An answer nobody waits for; send what has waited for its place.
        case freed(thenSend: [UInt8]?)
        case deliver(Delivery)
        case notice(Notice)
        case forward(EphemeralDelivery)
        /// The relay broke the protocol: end the connection.
        case end(RelayEnding<Waiter>)
        case ignore
    }

    /// A whole binary frame came.
    mutating func received(_ bytes: ArraySlice<UInt8>, now: Duration) -> OnReceived {
        switch consume state {
        case .greeting(let greeting):
            do throws(RelayConnectError) {
                let relay = try greeting.check(try Self.decodeFirst(bytes))
                self = Self(
                    .open(RelaySession(with: relay, patience: patience, now: now)), patience)
                return .greeted(relay)
            } catch {
                self = Self(.over(error.closure), patience)
                return .turnedAway(error)
            }
        case .open(var session):
            let outcome = session.received(bytes, now: now)
            if case .end(let ending) = outcome {
                self = Self(.over(ending.closure), patience)
            } else {
                self = Self(.open(session), patience)
            }
            return outcome
        case .over(let closure):
            self = Self(.over(closure), patience)
            return .ignore
        }
    }

    private static func decodeFirst(
        _ bytes: ArraySlice<UInt8>
    ) throws(RelayConnectError) -> RelayFrame {
        guard let frame = try? RelayFrame(wireBytes: bytes) else {
            throw .closed(.relayMisbehaved(.undecodable))
        }
        return frame
    }

    enum OnSubmit {
        case send(id: UInt32, frame: [UInt8])
        case wait(id: UInt32)
        /// Tell the waiter; nothing will be sent.
        case refuse(Waiter, RelayRequestError)
    }

    /// A caller has a request. Before the hello there are no callers.
    mutating func submit(_ body: Request.Body, for waiter: Waiter, now: Duration) -> OnSubmit {
        switch consume state {
        case .greeting(let greeting):
            self = Self(.greeting(greeting), patience)
            return .refuse(waiter, .closed(.byUs))
        case .open(var session):
            let outcome = session.submit(body, for: waiter, now: now)
            self = Self(.open(session), patience)
            return outcome
        case .over(let closure):
            self = Self(.over(closure), patience)
            return .refuse(waiter, .closed(closure))
        }
    }

    /// A caller no longer waits. Answers its waiter, unless it was told already.
    mutating func giveUp(_ id: UInt32) -> Waiter? {
        whileOpen { session in session.giveUp(id) } ?? nil
    }

    /// The subscriber took deliveries. Answers a frame to send, if it is time for more credit.
    mutating func took(_ count: UInt32, now: Duration) -> [UInt8]? {
        whileOpen { session in session.took(count, now: now) } ?? nil
    }

    /// When `tick` has something to do next.
    mutating func deadline() -> Duration? { whileOpen { session in session.deadline() } }

    /// What the passing of time asks for.
    struct OnTick {
        /// They waited too long: tell them so.
        var expired: [Waiter] = []
        /// A frame to send.
        var send: [UInt8]?
        /// The relay is silent: end the connection.
        var end: RelayEnding<Waiter>?
    }

    /// What time it is now.
    mutating func tick(now: Duration) -> OnTick {
        let outcome = whileOpen { session in session.tick(now: now) } ?? OnTick()
        if let ending = outcome.end { self = Self(.over(ending.closure), patience) }
        return outcome
    }

    private mutating func whileOpen<Outcome>(
        _ body: (inout RelaySession<Waiter>) -> Outcome
    ) -> Outcome? {
        switch consume state {
        case .greeting(let greeting):
            self = Self(.greeting(greeting), patience)
            return nil
        case .open(var session):
            let outcome = body(&session)
            self = Self(.open(session), patience)
            return outcome
        case .over(let closure):
            self = Self(.over(closure), patience)
            return nil
        }
    }

    /// The connection ends from outside: we close it, or the network or the relay did.
    ///
    /// - Returns: Whom to tell what; nothing if it was over already.
    mutating func end(_ closure: RelayClosure) -> RelayEnding<Waiter>? {
        switch consume state {
        case .greeting:
            self = Self(.over(closure), patience)
            return RelayEnding(closure: closure, waiters: [])
        case .open(var session):
            let ending = session.end(closure)
            self = Self(.over(ending.closure), patience)
            return ending
        case .over(let closure):
            self = Self(.over(closure), patience)
            return nil
        }
    }
}

/// The end of a connection: why, and who waited in vain, in the order of their requests.
struct RelayEnding<Waiter> {
    let closure: RelayClosure
    let waiters: [Waiter]
}

/// How long a connection waits for what.
struct RelayPatience: Equatable, Sendable {
    let answerWithin: Duration
    let pingEvery: Duration
    let pongWithin: Duration
}

extension RelayConnectError {
    /// The same as the reason of an end.
    fileprivate var closure: RelayClosure {
        if case .closed(let closure) = self { closure } else { .byUs }
    }
}
