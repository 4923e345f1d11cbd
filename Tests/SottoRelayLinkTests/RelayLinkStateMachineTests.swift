// Requests, answers, deliveries and ends, without a socket.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoRelayLink

@Suite struct RelayLinkStateMachineTests {
    // MARK: Requests and answers

    @Test("[RELAY-6] answers find their askers, in whatever order they come")
    func pipelined() throws {
        var link = try LinkUnderTest()
        try link.greet()
        let first = try link.send(.ping, for: "first")
        let second = try link.send(.ack(sequence: 7), for: "second")
        #expect(first != second)
        guard
            case .answered("second", .success(.ack), nil) = link.receive(Said.answer(second, .ack)),
            case .answered("first", .success(.ping), nil) = link.receive(Said.answer(first, .ping))
        else { throw UnexpectedOutcome() }
    }

    @Test("a refusal reaches its asker as what it is")
    func refusal() throws {
        var link = try LinkUnderTest()
        try link.greet()
        let id = try link.send()
        let refusal = RelayRefusal.rateLimited(retryAfter: .seconds(3))
        guard
            case .answered("a", .failure(.refused(refusal)), nil) =
                link.receive(Said.refusal(id, refusal))
        else { throw UnexpectedOutcome() }
    }

    @Test("[RELAY-8] an answer out of nowhere ends the connection")
    func unknownAnswer() throws {
        for id in [0, 2, UInt32.max] {
            var link = try LinkUnderTest()
            try link.greet()
            _ = try link.send(for: "a")
            let outcome = link.receive(Said.answer(id, .ping))
            #expect(outcome.closure == .relayMisbehaved(.unknownAnswer))
            #expect(outcome.waitersOfEnd == ["a"])
        }
    }

    @Test("[RELAY-8] a second answer to the same request ends the connection")
    func duplicateAnswer() throws {
        var link = try LinkUnderTest()
        try link.greet()
        let id = try link.send()
        _ = link.receive(Said.answer(id, .ping))
        #expect(link.receive(Said.answer(id, .ping)).closure == .relayMisbehaved(.unknownAnswer))
    }

    @Test("[RELAY-8] an answer of another type than its request ends the connection")
    func wrongAnswer() throws {
        var link = try LinkUnderTest()
        try link.greet()
        let id = try link.send(.ping)
        #expect(link.receive(Said.answer(id, .ack)).closure == .relayMisbehaved(.wrongAnswer))
    }

    @Test("[RELAY-6] at most as many requests are unanswered as the relay allows; others wait")
    func places() throws {
        var link = try LinkUnderTest()
        try link.greet()
        for number in 1...64 { _ = try link.send(for: "\(number)") }
        guard case .wait(65) = link.submit(for: "65"), case .wait(66) = link.submit(for: "66")
        else {
            throw UnexpectedOutcome()
        }
        #expect(link.receive(Said.answer(9, .ping)).sentNext == 65)
        #expect(link.receive(Said.refusal(3, .tooManyRequests)).sentNext == 66)
        #expect(link.receive(Said.answer(65, .ping)).sentNext == nil)
    }

    @Test("an answer to a request that still waits is an answer out of nowhere")
    func answerBeforeSending() throws {
        var link = try LinkUnderTest()
        try link.greet()
        for number in 1...64 { _ = try link.send(for: "\(number)") }
        _ = link.submit(for: "65")
        #expect(link.receive(Said.answer(65, .ping)).closure == .relayMisbehaved(.unknownAnswer))
    }

    @Test("no more than a bounded number of callers wait for a place")
    func waitingBound() throws {
        var link = try LinkUnderTest()
        try link.greet()
        for number in 1...64 { _ = try link.send(for: "\(number)") }
        for number in 1...RelayLinkLimits.requestsWaitingMax {
            guard case .wait = link.submit(for: "w\(number)") else { throw UnexpectedOutcome() }
        }
        guard case .refuse("one more", .tooManyWaiting) = link.submit(for: "one more") else {
            throw UnexpectedOutcome()
        }
    }

    @Test("[RELAY-5] a frame that the relay does not take is not sent")
    func tooLarge() throws {
        var link = try LinkUnderTest()
        let hello = try link.relay.hello(
            answering: try link.nonce, frameBytesMax: 1_024, requestsInFlightMax: 1)
        guard case .greeted = link.receive(.hello(hello)) else { throw UnexpectedOutcome() }
        let post = Post(
            id: .zero, lane: .zero, laneToken: .zero, envelope: Array(repeating: 1, count: 1_024),
            recipients: [])
        guard case .refuse("a", .tooLarge(let bytes, 1_024)) = link.submit(.post(post), for: "a")
        else { throw UnexpectedOutcome() }
        #expect(bytes > 1_024)
        _ = try link.send(.ping, for: "b")
    }

    // MARK: Giving up

    @Test("who gives up before sending leaves nothing behind")
    func giveUpWaiting() throws {
        var link = try LinkUnderTest()
        try link.greet()
        for number in 1...64 { _ = try link.send(for: "\(number)") }
        guard case .wait(let id) = link.submit(for: "late"), case .wait = link.submit(for: "later")
        else { throw UnexpectedOutcome() }
        #expect(link.machine.giveUp(id) == "late")
        #expect(link.machine.giveUp(id) == nil)
        #expect(link.receive(Said.answer(1, .ping)).sentNext == id + 1)
    }

    @Test("who gives up after sending keeps its place until the relay has answered")
    func giveUpSent() throws {
        var link = try LinkUnderTest()
        try link.greet()
        for number in 1...64 { _ = try link.send(for: "\(number)") }
        _ = link.submit(for: "next")
        #expect(link.machine.giveUp(5) == "5")
        #expect(link.machine.giveUp(5) == nil)
        let outcome = link.receive(Said.answer(5, .ping))
        guard case .freed = outcome else { throw UnexpectedOutcome() }
        #expect(outcome.sentNext == 65)
    }

    @Test("giving up after the answer is nothing")
    func giveUpAnswered() throws {
        var link = try LinkUnderTest()
        try link.greet()
        let id = try link.send()
        _ = link.receive(Said.answer(id, .ping))
        #expect(link.machine.giveUp(id) == nil)
        #expect(link.machine.giveUp(77) == nil)
    }

    @Test("a request is given up when its time is over, sent or not, the earliest first")
    func expiry() throws {
        var link = try LinkUnderTest()
        try link.greet()
        for number in 1...64 { _ = try link.send(for: "\(number)") }
        _ = link.machine.giveUp(1)
        link.now = .seconds(10)
        _ = link.submit(for: "waits")
        #expect(link.machine.deadline() == .seconds(30))
        let early = link.machine.tick(now: .seconds(29))
        #expect(early.expired.isEmpty)
        let sent = link.machine.tick(now: .seconds(30))
        #expect(sent.expired == (2...64).map { "\($0)" })
        #expect(link.machine.deadline() == .seconds(40))
        let waiting = link.machine.tick(now: .seconds(41))
        #expect(waiting.expired == ["waits"])
        guard case .freed = link.receive(Said.answer(2, .ping)) else { throw UnexpectedOutcome() }
    }

    // MARK: Deliveries

    @Test("[MBX-4] a delivery before a subscription ends the connection")
    func unasked() throws {
        var link = try LinkUnderTest()
        try link.greet()
        let outcome = link.receive(Said.delivery(1))
        #expect(outcome.closure == .relayMisbehaved(.deliveryWithoutCredit))
    }

    @Test("[MBX-4] deliveries are taken with and before the answer to the subscription")
    func deliveries() throws {
        var link = try LinkUnderTest()
        try link.greet()
        let id = try link.send(.subscribe(credit: 2))
        #expect(link.receive(Said.delivery(4)).delivered == 4)
        _ = link.receive(Said.answer(id, .subscribe))
        #expect(link.receive(Said.delivery(5)).delivered == 5)
        let outcome = link.receive(Said.delivery(6))
        #expect(outcome.closure == .relayMisbehaved(.deliveryWithoutCredit))
    }

    @Test("[MBX-3] a delivery whose number does not grow ends the connection")
    func outOfOrder() throws {
        var link = try LinkUnderTest()
        try link.greet()
        _ = try link.send(.subscribe(credit: 8))
        #expect(link.receive(Said.delivery(4)).delivered == 4)
        #expect(
            link.receive(Said.delivery(4)).closure == .relayMisbehaved(.deliveryOutOfOrder))
    }

    @Test("[MBX-4] what was taken is credited in a request of the link's own")
    func credit() throws {
        var link = try LinkUnderTest()
        try link.greet()
        _ = link.receive(Said.answer(try link.send(.subscribe(credit: 4)), .subscribe))
        for number in 1...4 { _ = link.receive(Said.delivery(UInt64(number))) }
        let none = link.machine.took(1, now: link.now)
        #expect(none == nil)
        let credited = link.machine.took(1, now: link.now)
        let frame = try #require(credited)
        #expect(
            try ClientFrame(wireBytes: frame) == .request(Request(id: 2, body: .credit(2))))
        guard case .freed = link.receive(Said.answer(2, .credit)) else { throw UnexpectedOutcome() }
        #expect(link.receive(Said.delivery(5)).delivered == 5)
    }

    @Test("credit has a place even when as many callers wait as may")
    func creditAmongWaiting() throws {
        var link = try LinkUnderTest()
        try link.greet()
        _ = link.receive(Said.answer(try link.send(.subscribe(credit: 2)), .subscribe))
        _ = link.receive(Said.delivery(1))
        for number in 2...65 { _ = try link.send(for: "\(number)") }
        for _ in 1...RelayLinkLimits.requestsWaitingMax { _ = link.submit(for: "w") }
        let frame = link.machine.took(1, now: link.now)
        #expect(frame == nil)
        let last = UInt32(65 + RelayLinkLimits.requestsWaitingMax + 1)
        var sent: UInt32?
        for id in 2..<last { sent = link.receive(Said.answer(id, .ping)).sentNext ?? sent }
        #expect(sent == last)
    }

    @Test("a relay that refuses credit for its own subscription is left")
    func creditRefused() throws {
        var link = try LinkUnderTest()
        try link.greet()
        _ = link.receive(Said.answer(try link.send(.subscribe(credit: 1)), .subscribe))
        _ = link.receive(Said.delivery(1))
        _ = link.machine.took(1, now: link.now)
        let outcome = link.receive(Said.refusal(2, .notPermitted))
        #expect(outcome.closure == .relayMisbehaved(.creditRefused))
    }

    @Test("a connection subscribes once, unless it was refused")
    func subscribeOnce() throws {
        var link = try LinkUnderTest()
        try link.greet()
        let id = try link.send(.subscribe(credit: 1))
        _ = link.receive(Said.refusal(id, .notPermitted))
        _ = try link.send(.subscribe(credit: 1))
        guard case .refuse("b", .cannotSubscribe) = link.submit(.subscribe(credit: 1), for: "b")
        else { throw UnexpectedOutcome() }
    }

    @Test("[MBX-4] credit that the protocol does not have is not asked for", arguments: [0, 4_097])
    func creditBounds(credit: UInt32) throws {
        var link = try LinkUnderTest()
        try link.greet()
        guard
            case .refuse("a", .cannotSubscribe) = link.submit(.subscribe(credit: credit), for: "a"),
            case .refuse("b", .cannotSubscribe) = link.submit(.credit(5), for: "b")
        else { throw UnexpectedOutcome() }
    }

    // MARK: Notices and ends

    @Test("[MBX-6] after `superseded` there are no more deliveries, and the end is called that")
    func superseded() throws {
        var link = try LinkUnderTest()
        try link.greet()
        _ = try link.send(.subscribe(credit: 8))
        guard case .notice(.superseded) = link.receive(.notice(.superseded)) else {
            throw UnexpectedOutcome()
        }
        let credit = link.machine.took(8, now: link.now)
        #expect(credit == nil)
        let ending = link.machine.end(.byRelay(code: 1_000))
        #expect(ending?.closure == .superseded)
    }

    @Test("[OPS-2] an end after `draining` is called that")
    func draining() throws {
        for closure in [RelayClosure.byRelay(code: 1_001), .lost] {
            var link = try LinkUnderTest()
            try link.greet()
            _ = link.receive(.notice(.draining))
            let ending = link.machine.end(closure)
            #expect(ending?.closure == .drained)
        }
    }

    @Test("whatever ends the connection, everybody who waits is told once, in order")
    func end() throws {
        var link = try LinkUnderTest()
        try link.greet()
        for number in 1...64 { _ = try link.send(for: "\(number)") }
        _ = link.submit(for: "65")
        _ = link.machine.giveUp(7)
        let first = link.machine.end(.lost)
        let ending = try #require(first)
        #expect(ending.waiters == (1...65).filter { $0 != 7 }.map { "\($0)" })
        let again = link.machine.end(.byUs)
        #expect(again == nil)
        guard case .refuse("late", .closed(.lost)) = link.submit(for: "late"),
            case .ignore = link.receive(Said.answer(1, .ping))
        else { throw UnexpectedOutcome() }
        #expect(link.machine.giveUp(2) == nil)
        #expect(link.machine.deadline() == nil)
        let tick = link.machine.tick(now: .seconds(1_000))
        #expect(tick.expired.isEmpty && tick.send == nil && tick.end == nil)
    }

    @Test("a second hello ends the connection")
    func secondHello() throws {
        var link = try LinkUnderTest()
        let hello = link.relay.hello(answering: try link.nonce)
        _ = link.receive(.hello(hello))
        #expect(link.receive(.hello(hello)).closure == .relayMisbehaved(.unexpectedFrame))
    }

    @Test("garbage ends the connection, whatever it is")
    func garbage() throws {
        var entropy = try RelaySide(3).entropy
        for round in 0..<300 {
            var link = try LinkUnderTest()
            try link.greet()
            _ = try link.send(.subscribe(credit: 8), for: "a")
            let bytes = entropy.bytes(round % 60)
            let outcome = link.receive(bytes: bytes)
            if (try? RelayFrame(wireBytes: bytes)) == nil {
                #expect(outcome.closure == .relayMisbehaved(.undecodable))
                #expect(outcome.waitersOfEnd == ["a"])
            }
        }
    }

    @Test("no prefix and no flipped bit of an answer brings down the process")
    func mangled() throws {
        let bytes = Said.answer(1, .register(Owned(acked: 1, newest: 2))).wireBytes
        for length in 0..<bytes.count {
            var link = try LinkUnderTest()
            try link.greet()
            let outcome = link.receive(bytes: Array(bytes.prefix(length)))
            #expect(outcome.closure == .relayMisbehaved(.undecodable))
        }
        for bit in 0..<bytes.count * 8 {
            var link = try LinkUnderTest()
            try link.greet()
            _ = try link.send(.ping)
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            #expect(link.receive(bytes: flipped).closure != nil)
        }
    }

    // MARK: Time

    @Test("a quiet connection is pinged by a request of its own, and ends when nothing comes")
    func keepalive() throws {
        var link = try LinkUnderTest()
        try link.greet()
        #expect(link.machine.deadline() == .seconds(60))
        let tick = link.machine.tick(now: .seconds(60))
        let frame = try #require(tick.send)
        #expect(try ClientFrame(wireBytes: frame) == .request(Request(id: 1, body: .ping)))
        link.now = .seconds(61)
        guard case .freed = link.receive(Said.answer(1, .ping)) else { throw UnexpectedOutcome() }
        #expect(link.machine.deadline() == .seconds(120))
        let second = link.machine.tick(now: .seconds(121))
        #expect(second.send != nil)
        link.now = .seconds(121)
        _ = link.submit(for: "a")
        let silent = link.machine.tick(now: .seconds(136))
        #expect(silent.end?.closure == .silent)
        #expect(silent.end?.waiters == ["a"])
    }
}
