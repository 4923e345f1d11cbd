// A proven connection over a real socket: requests, deliveries, ends, cancellations.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Synchronization
import Testing

@testable import SottoRelayLink

@Suite struct RelayConnectionTests {
    private var options = RelayLinkOptions()

    init() { options.connectWithin = .seconds(30) }

    private func connect(_ relay: ScriptedRelay) async throws -> RelayConnection {
        try await .connect(
            to: try relay.origin(), trusting: .pinned(try RelaySide().id), entropy: .system(),
            options: options)
    }

    /// A connection to a relay that does this in answer to each request.
    private func connect(
        _ then: @escaping @Sendable (Request) -> [Saying]
    ) async throws -> (RelayConnection, ScriptedRelay) {
        let relay = try await ScriptedRelay.following(try Scripts.honest(then))
        return (try await connect(relay), relay)
    }

    // MARK: Requests

    @Test("[RELAY-6] many callers at once get each their own answer")
    func pipelined() async throws {
        let relay = try await ScriptedRelay.following(try Scripts.answering())
        let connection = try await connect(relay)
        try await withThrowingTaskGroup { group in
            for number in 0..<500 {
                group.addTask {
                    if number % 2 == 0 {
                        try await connection.ping()
                    } else {
                        try await connection.ack(UInt64(number))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(relay.heard.requests.count == 500)
        #expect(Set(relay.heard.requests.map(\.id)).count == 500)
    }

    @Test("[RELAY-6] no more requests are unanswered than the relay allows")
    func places() async throws {
        let (connection, relay) = try await connect { _ in [] }
        let callers = (0..<100).map { _ in Task { try await connection.ping() } }
        try await until { relay.heard.requests.count == 64 }
        try await Task.sleep(for: .milliseconds(50))
        #expect(relay.heard.requests.count == 64)
        connection.close()
        for caller in callers {
            await #expect(throws: RelayRequestError.closed(.byUs)) { try await caller.value }
        }
    }

    @Test("a refusal is told as it came")
    func refused() async throws {
        let refusal = RelayRefusal.unavailable(retryAfter: .milliseconds(250))
        let (connection, _) = try await connect { [.frame(Said.refusal($0.id, refusal))] }
        await #expect(throws: RelayRequestError.refused(refusal)) { try await connection.ping() }
        await #expect(throws: RelayRequestError.refused(refusal)) {
            _ = try await connection.record(at: .zero)
        }
        #expect(connection.closure == nil)
    }

    @Test("[MBX-2] registering and authenticating sign over this connection")
    func ownership() async throws {
        var side = try RelaySide(5)
        let mailboxKey = try SignaturePrivateKey.random(using: &side.entropy)
        let mailbox = MailboxID.random(using: &side.entropy)
        let owned = Owned(acked: 3, newest: 9)
        let (connection, relay) = try await connect { request in
            switch request.body {
            case .register: [.frame(Said.answer(request.id, .register(owned)))]
            default: [.frame(Said.answer(request.id, .authenticate(owned)))]
            }
        }
        let registered = try await connection.register(
            mailbox, mailboxKey: mailboxKey, sealingKey: .zero)
        #expect(registered == owned)
        let authenticated = try await connection.authenticate(mailbox, mailboxKey: mailboxKey)
        #expect(authenticated == owned)
        guard case .register(let register) = relay.heard.requests.first?.body,
            case .authenticate(let authenticate) = relay.heard.requests.last?.body
        else { throw UnexpectedOutcome() }
        try register.verify(on: connection.binding)
        try authenticate.verify(by: register.mailboxKey, on: connection.binding)
    }

    @Test("a request that is not answered in time is given up; the connection goes on")
    mutating func requestTimesOut() async throws {
        options.answerWithin = .seconds(2)
        let (connection, _) = try await connect { request in
            request.body == .ping ? [.frame(Scripts.reply(to: request))] : []
        }
        await #expect(throws: RelayRequestError.timedOut) { try await connection.ack(1) }
        try await connection.ping()
        #expect(connection.closure == nil)
    }

    @Test("a late answer to a request given up disturbs nobody")
    mutating func lateAnswer() async throws {
        options.answerWithin = .seconds(2)
        let late = Mutex<Request?>(nil)
        let (connection, _) = try await connect { request in
            let before = late.withLock { late in
                defer { late = late ?? request }
                return late
            }
            guard let before else { return [] }
            let earlier = Saying.frame(Scripts.reply(to: before))
            let now = Saying.frame(Scripts.reply(to: request))
            return before.id == 1 && request.id == 2 ? [earlier, now] : [now]
        }
        await #expect(throws: RelayRequestError.timedOut) { try await connection.ack(1) }
        try await connection.ping()
        try await connection.ping()
        #expect(connection.closure == nil)
    }

    @Test("cancelling a caller frees it at once, whether its request was sent, waits, or neither")
    func cancellation() async throws {
        let (connection, relay) = try await connect { _ in [] }
        let sent = (0..<64).map { _ in Task { try await connection.ping() } }
        try await until { relay.heard.requests.count == 64 }
        let waiting = Task { try await connection.ack(1) }
        try await Task.sleep(for: .milliseconds(20))
        waiting.cancel()
        await #expect(throws: RelayRequestError.cancelled) { try await waiting.value }
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await connection.ping()
        }
        await #expect(throws: RelayRequestError.cancelled) { try await early.value }
        for caller in sent { caller.cancel() }
        for caller in sent {
            await #expect(throws: RelayRequestError.cancelled) { try await caller.value }
        }
        #expect(relay.heard.requests.count == 64)
        #expect(connection.closure == nil)
    }

    @Test("cancelling at any moment neither loses a caller nor hurts another")
    func cancellationRaces() async throws {
        let relay = try await ScriptedRelay.following(try Scripts.answering())
        let connection = try await connect(relay)
        try await withThrowingTaskGroup { group in
            for number in 0..<400 {
                group.addTask {
                    let caller = Task { try await connection.ping() }
                    for _ in 0..<number % 7 { await Task.yield() }
                    if number % 2 == 0 { caller.cancel() }
                    do {
                        try await caller.value
                    } catch RelayRequestError.cancelled where number % 2 == 0 {
                    }
                }
            }
            try await group.waitForAll()
        }
        try await connection.ping()
    }

    @Test("[RELAY-5] what the relay would not take is refused here, and nothing is sent")
    func tooLarge() async throws {
        let (connection, relay) = try await connect { [.frame(Scripts.reply(to: $0))] }
        let post = Post(
            id: .zero, lane: .zero, laneToken: .zero,
            envelope: Array(repeating: 0, count: RelayLimits.frameBytesMax), recipients: [])
        let bytes = ClientFrame.request(Request(id: 1, body: .post(post))).wireBytes.count
        let error = RelayRequestError.tooLarge(bytes: bytes, bytesMax: RelayLimits.frameBytesMax)
        await #expect(throws: error) { _ = try await connection.post(post) }
        #expect(relay.heard.requests.isEmpty)
    }

    // MARK: Deliveries

    @Test(
        "[MBX-4] deliveries come in order, and credit follows what is taken",
        arguments: [1, 2, 8, 64])
    func deliveries(credit: Int) async throws {
        let relay = try await ScriptedRelay.following(try Scripts.delivering(upTo: 500))
        let connection = try await connect(relay)
        var expected: UInt64 = 1
        for try await delivery in try await connection.subscribe(credit: credit) {
            #expect(delivery.sequence == expected)
            expected += 1
            if expected > 500 { break }
        }
        #expect(expected == 501)
        await #expect(throws: RelayRequestError.cannotSubscribe) {
            _ = try await connection.subscribe()
        }
    }

    @Test("[MBX-4] who takes nothing is sent no more than the credit")
    func heldUp() async throws {
        let relay = try await ScriptedRelay.following(try Scripts.delivering(upTo: 500))
        let connection = try await connect(relay)
        let deliveries = try await connection.subscribe(credit: 8)
        try await connection.ping()
        try await Task.sleep(for: .milliseconds(30))
        let isCredit = { @Sendable (request: Request) in
            if case .credit = request.body { true } else { false }
        }
        #expect(!relay.heard.requests.contains(where: isCredit))
        var taken = deliveries.makeAsyncIterator()
        for _ in 0..<8 { _ = try await taken.next() }
        try await until { relay.heard.requests.contains(where: isCredit) }
    }

    @Test("what arrived before the end is given out, then the reason is thrown")
    func lostAfterDeliveries() async throws {
        let relay = try await ScriptedRelay.following(
            try Scripts.delivering(upTo: 5, thenSay: [.drop]))
        let connection = try await connect(relay)
        let deliveries = try await connection.subscribe(credit: 8)
        let closure = await connection.closed()
        #expect(closure == .lost)
        var taken: [UInt64] = []
        await #expect(throws: RelayClosure.lost) {
            for try await delivery in deliveries { taken.append(delivery.sequence) }
        }
        #expect(taken == [1, 2, 3, 4, 5])
    }

    @Test("[MBX-6] a superseded subscription ends as that, and the notice is told")
    func superseded() async throws {
        let relay = try await ScriptedRelay.following(
            try Scripts.delivering(upTo: 1, thenSay: [.frame(.notice(.superseded))]))
        let connection = try await connect(relay)
        let deliveries = try await connection.subscribe(credit: 8)
        await #expect(throws: RelayClosure.superseded) { for try await _ in deliveries {} }
        var notices = connection.notices.makeAsyncIterator()
        let notice = await notices.next()
        #expect(notice == .superseded)
        #expect(connection.closure == nil)
    }

    @Test("closing from this side ends the deliveries without an error")
    func closedByUs() async throws {
        let relay = try await ScriptedRelay.following(try Scripts.delivering(upTo: 1))
        let connection = try await connect(relay)
        let deliveries = try await connection.subscribe()
        connection.close()
        var count = 0
        for try await _ in deliveries { count += 1 }
        #expect(count <= 1)
        try await until { relay.heard.closes == [1_000] }
    }

    // MARK: Ends

    @Test("[RELAY-8] what a relay must not do ends the connection, and is named")
    func misbehaviour() async throws {
        let cases: [([Saying], RelayClosure)] = [
            ([.bytes([])], .relayMisbehaved(.undecodable)),
            ([.bytes([9, 9, 9])], .relayMisbehaved(.undecodable)),
            ([.masked(Said.answer(1, .ping).wireBytes)], .relayMisbehaved(.undecodable)),
            ([.text("hello")], .relayMisbehaved(.notBinary)),
            ([.oversized], .relayMisbehaved(.oversized)),
            ([.frame(Said.answer(5, .ping))], .relayMisbehaved(.unknownAnswer)),
            ([.frame(Said.answer(1, .ack))], .relayMisbehaved(.wrongAnswer)),
            ([.frame(Said.delivery(1))], .relayMisbehaved(.deliveryWithoutCredit)),
            ([.close(code: 1_001)], .byRelay(code: 1_001)),
            ([.close(code: nil)], .byRelay(code: nil)),
            ([.frame(.notice(.draining)), .close(code: 1_001)], .drained),
            ([.drop], .lost),
        ]
        for (sayings, closure) in cases {
            let (connection, _) = try await connect { _ in sayings }
            await #expect(throws: RelayRequestError.closed(closure)) { try await connection.ping() }
            #expect(connection.closure == closure)
            await #expect(throws: RelayRequestError.closed(closure)) { try await connection.ping() }
            let awaited = await connection.closed()
            #expect(awaited == closure)
        }
    }

    @Test("[RELAY-5] a relay is told with the WebSocket code why it is left")
    func codes() async throws {
        for (saying, code) in [
            (Saying.text("x"), 1_003), (.oversized, 1_009), (.bytes([0]), 1_002),
        ] {
            let (connection, relay) = try await connect { _ in [saying] }
            await #expect(throws: RelayRequestError.self) { try await connection.ping() }
            try await until { !relay.heard.closes.isEmpty }
            #expect(relay.heard.closes == [UInt16(code)])
        }
    }

    @Test("a frame may come in fragments, with pings between, which are answered")
    func fragments() async throws {
        let (connection, relay) = try await connect { request in
            let bytes = Scripts.reply(to: request).wireBytes
            return [.ping, .fragments(bytes.map { [$0] })]
        }
        try await connection.ping()
        try await connection.ack(5)
        try await until { relay.heard.pongs == 2 }
    }

    @Test("a quiet relay is pinged; one that does not answer is given up")
    mutating func silence() async throws {
        options.pingEvery = .milliseconds(60)
        options.pongWithin = .seconds(2)
        let relay = try await ScriptedRelay.following(try Scripts.answering())
        let alive = try await connect(relay)
        try await until { relay.heard.requests.count >= 4 }
        #expect(alive.closure == nil)
        let (silent, _) = try await connect { _ in [] }
        let closure = await silent.closed()
        #expect(closure == .silent)
    }

    @Test("closing tells everybody once, the relay too; again is nothing")
    func close() async throws {
        let (connection, relay) = try await connect { _ in [] }
        let caller = Task { try await connection.ping() }
        try await until { relay.heard.requests.count == 1 }
        let watcher = Task { await connection.closed() }
        connection.close()
        connection.close()
        await #expect(throws: RelayRequestError.closed(.byUs)) { try await caller.value }
        let closure = await watcher.value
        #expect(closure == .byUs)
        var notices = connection.notices.makeAsyncIterator()
        let notice = await notices.next()
        #expect(notice == nil)
        try await until { relay.heard.closes == [1_000] }
    }

    @Test("who waits for the end may give up")
    func waitingForTheEnd() async throws {
        let relay = try await ScriptedRelay.following(try Scripts.answering())
        let connection = try await connect(relay)
        let watchers = (0..<20).map { _ in Task { await connection.closed() } }
        for watcher in watchers.prefix(10) { watcher.cancel() }
        for watcher in watchers.prefix(10) {
            let closure = await watcher.value
            #expect(closure == nil)
        }
        connection.close()
        for watcher in watchers.suffix(10) {
            let closure = await watcher.value
            #expect(closure == .byUs)
        }
    }

    @Test("letting go of the last reference closes the connection")
    func letGo() async throws {
        let relay = try await ScriptedRelay.following(try Scripts.answering())
        do {
            let connection = try await connect(relay)
            try await connection.ping()
        }
        try await until { relay.heard.closes == [1_000] }
    }
}
