// A connection to a proven relay: requests, answers, deliveries, silence.

import SottoRelayProtocol
import SottoWire

/// What there is between the hellos and the end of a connection.
struct RelaySession<Waiter> {
    private let frameBytesMax: Int
    private let answerWithin: Duration
    private var requests: RequestTable<Waiter>
    private var keepalive: Keepalive
    private var credit: CreditWindow?
    private var notice: Notice?

    init(with relay: ProvenRelay, patience: RelayPatience, now: Duration) {
        frameBytesMax = Int(relay.hello.frameBytesMax)
        answerWithin = patience.answerWithin
        requests = RequestTable(
            places: min(Int(relay.hello.requestsInFlightMax), RelayLinkLimits.requestsInFlightMax))
        keepalive = Keepalive(
            pingEvery: patience.pingEvery, pongWithin: patience.pongWithin, now: now)
    }

    mutating func end(_ closure: RelayClosure) -> RelayEnding<Waiter> {
        let reason =
            switch (closure, notice) {
            case (.byRelay, .superseded?), (.lost, .superseded?): RelayClosure.superseded
            case (.byRelay, .draining?), (.lost, .draining?): RelayClosure.drained
            default: closure
            }
        return RelayEnding(closure: reason, waiters: requests.removeAll())
    }

    // MARK: Requests

    mutating func submit(
        _ body: Request.Body, for waiter: Waiter, now: Duration
    ) -> RelayLinkStateMachine<Waiter>.OnSubmit {
        let window: CreditWindow?
        switch body {
        case .subscribe(let size):
            guard credit == nil, 1...RelayLimits.creditMax ~= size else {
                return .refuse(waiter, .cannotSubscribe)
            }
            window = CreditWindow(size: size)
        case .credit: return .refuse(waiter, .cannotSubscribe)
        default: window = credit
        }
        switch add(body, by: .caller(waiter), now: now) {
        case .send(let id, let frame):
            credit = window
            return .send(id: id, frame: frame)
        case .wait(let id):
            credit = window
            return .wait(id: id)
        case .refuse(let error): return .refuse(waiter, error)
        }
    }

    mutating func giveUp(_ id: UInt32) -> Waiter? { requests.giveUp(id) }

    private mutating func add(
        _ body: Request.Body, by asker: RequestTable<Waiter>.Asker, now: Duration
    ) -> RequestTable<Waiter>.OnAdd {
        let outcome = requests.add(
            body, by: asker, deadline: now + answerWithin, bytesMax: frameBytesMax)
        if case .send = outcome { keepalive.sent(now: now) }
        return outcome
    }

    /// A request of the link's own, which has its place among the others.
    private mutating func ask(_ body: Request.Body, now: Duration) -> [UInt8]? {
        if case .send(_, let frame) = add(body, by: .link, now: now) { frame } else { nil }
    }

    // MARK: Frames

    mutating func received(
        _ bytes: ArraySlice<UInt8>, now: Duration
    ) -> RelayLinkStateMachine<Waiter>.OnReceived {
        guard let frame = try? RelayFrame(wireBytes: bytes) else {
            return misbehaved(.undecodable)
        }
        keepalive.heard(now: now)
        switch frame {
        case .hello: return misbehaved(.unexpectedFrame)
        case .response(let response): return answered(response, now: now)
        case .delivery(let delivery): return delivered(delivery)
        case .notice(let notice):
            self.notice = notice
            if notice == .superseded { credit = nil }
            return .notice(notice)
        case .ephemeral(let delivery): return .forward(delivery)
        }
    }

    private mutating func answered(
        _ response: Response, now: Duration
    ) -> RelayLinkStateMachine<Waiter>.OnReceived {
        let type = (try? response.result.get())?.type
        switch requests.answered(response.id, type: type) {
        case .tell(.caller(let waiter), let asked):
            if asked == .subscribe, type == nil { credit = nil }
            let result = response.result.mapError(RelayRequestError.refused)
            return .answered(waiter, result, thenSend: nextFrame(now: now))
        case .tell(.link, let asked):
            if asked == .credit, type == nil, notice == nil { return misbehaved(.creditRefused) }
            return .freed(thenSend: nextFrame(now: now))
        case .tell(.nobody, _): return .freed(thenSend: nextFrame(now: now))
        case .unknown: return misbehaved(.unknownAnswer)
        case .wrongType: return misbehaved(.wrongAnswer)
        }
    }

    private mutating func nextFrame(now: Duration) -> [UInt8]? {
        guard let frame = requests.nextFrame() else { return nil }
        keepalive.sent(now: now)
        return frame
    }

    private mutating func delivered(
        _ delivery: Delivery
    ) -> RelayLinkStateMachine<Waiter>.OnReceived {
        switch credit?.delivered(delivery.sequence) {
        case .deliver: .deliver(delivery)
        case .withoutCredit, nil: misbehaved(.deliveryWithoutCredit)
        case .outOfOrder: misbehaved(.deliveryOutOfOrder)
        }
    }

    private mutating func misbehaved(
        _ misbehaviour: RelayMisbehaviour
    ) -> RelayLinkStateMachine<Waiter>.OnReceived {
        .end(end(.relayMisbehaved(misbehaviour)))
    }

    // MARK: Credit and time

    mutating func took(_ count: UInt32, now: Duration) -> [UInt8]? {
        guard let more = credit?.took(count) else { return nil }
        return ask(.credit(more), now: now)
    }

    mutating func tick(now: Duration) -> RelayLinkStateMachine<Waiter>.OnTick {
        var outcome = RelayLinkStateMachine<Waiter>.OnTick()
        outcome.expired = requests.expired(now: now)
        switch keepalive.tick(now: now) {
        case .nothing: break
        case .ping: outcome.send = ask(.ping, now: now)
        case .silent: outcome.end = end(.silent)
        }
        return outcome
    }

    mutating func deadline() -> Duration {
        min(keepalive.deadline, requests.earliestDeadline() ?? keepalive.deadline)
    }
}
