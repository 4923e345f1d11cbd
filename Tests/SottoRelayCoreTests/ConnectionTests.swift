// One connection: the hello, its kind, what is unanswered, and when entries leave.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoWire
import Testing

@Suite struct ConnectionTests {
    var world: RelayWorld
    var connection: ServedConnection
    var actions: [ServedConnection.Action] = []
    var hello: ClientHello

    init() throws {
        world = try RelayWorld()
        connection = ServedConnection(identity: world.engine.identity)
        hello = ClientHello(nonce: .random(using: &world.entropy))
    }

    // MARK: Driving

    private mutating func receive(_ bytes: [UInt8]) {
        actions = []
        connection.received(bytes, using: &world.entropy, into: &actions)
    }

    private mutating func receive(_ id: UInt32, _ body: Request.Body) {
        receive(ClientFrame.request(Request(id: id, body: body)).wireBytes)
    }

    private mutating func tell(_ event: ConnectionEvent) {
        actions = []
        connection.told(event, into: &actions)
    }

    private mutating func open() throws -> ConnectionBinding {
        receive(ClientFrame.hello(hello).wireBytes)
        guard case .send(.hello(let answer)) = try #require(actions.first) else {
            throw WorldError()
        }
        return try answer.verify(pinned: world.engine.identity.relayKey.id, hello: hello)
    }

    private mutating func authenticate(_ id: UInt32 = 1) throws -> MailboxID {
        let binding = try open()
        let mailbox = MailboxID.random(using: &world.entropy)
        let keyPair = try SignaturePrivateKey.random(using: &world.entropy)
        receive(
            id,
            .authenticate(Authenticate(mailbox: mailbox, signedBy: keyPair, on: binding)))
        return mailbox
    }

    private mutating func subscribe(credit: UInt32, newest: UInt64 = 0) throws {
        _ = try authenticate()
        tell(.response(request: 1, .success(.authenticate(Owned(acked: 0, newest: newest)))))
        receive(2, .subscribe(credit: credit))
        tell(.subscribed(request: 2, Owned(acked: 0, newest: newest)))
    }

    private var refusals: [RelayRefusal] {
        actions.compactMap {
            guard case .send(.response(let response)) = $0 else { return nil }
            return response.result.refusal
        }
    }

    private var closed: CloseReason? {
        guard case .close(let reason) = actions.last else { return nil }
        return reason
    }

    private var delivered: [UInt64] {
        actions.compactMap {
            guard case .send(.delivery(let delivery)) = $0 else { return nil }
            return delivery.sequence
        }
    }

    private var fetch: FetchRequest? {
        for case .submit(.fetch(let request)) in actions { return request }
        return nil
    }

    private func delivery(_ sequence: UInt64) -> Delivery {
        Delivery(sequence: sequence, sealed: [1])
    }

    // MARK: Hello

    @Test("[RELAY-2] the first frame is the hello, and there is one")
    mutating func helloFirst() throws {
        receive(7, .ping)
        #expect(refusals == [.malformed] && closed == .malformed)
        connection = ServedConnection(identity: world.engine.identity)
        _ = try open()
        receive(ClientFrame.hello(hello).wireBytes)
        #expect(closed == .malformed)
    }

    @Test("[RELAY-2] without a version in common the relay says so and closes")
    mutating func version() throws {
        let future = ClientHello(versions: [2, 9], nonce: hello.nonce)
        receive(ClientFrame.hello(future).wireBytes)
        #expect(refusals == [.unsupportedVersion] && closed == .unsupportedVersion)
        let both = ClientHello(versions: [9, 1], nonce: hello.nonce)
        connection = ServedConnection(identity: world.engine.identity)
        receive(ClientFrame.hello(both).wireBytes)
        #expect(closed == nil)
    }

    // MARK: Requests

    @Test("[RELAY-5] a frame that does not decode is answered where its number can be read")
    mutating func undecodable() throws {
        _ = try open()
        var fresh = connection
        receive([2, 0, 0, 0, 9, 200])
        #expect(refusals == [.malformed] && closed == .malformed)
        swap(&fresh, &connection)
        receive([99])
        #expect(refusals.isEmpty && closed == .malformed)
        receive([2, 0, 0, 0, 9, 1])
        #expect(actions.isEmpty)
    }

    @Test("[RELAY-5] a field over a limit is tooLarge, and the connection stays")
    mutating func tooLarge() throws {
        _ = try open()
        let envelope = [UInt8](repeating: 0, count: RelayLimits.envelopeBytesMax + 1)
        let post = world.message(to: world.newLane(), [], envelope)
        receive(3, .post(post))
        #expect(refusals == [.tooLarge] && closed == nil)
        receive(4, .ping)
        #expect(actions.count == 1 && refusals.isEmpty)
    }

    @Test("[RELAY-6] more than 64 unanswered requests are refused, and answers make room")
    mutating func pipelining() throws {
        _ = try open()
        let locator = Locator.random(using: &world.entropy)
        for id in 1...64 {
            receive(UInt32(id), .getRecord(locator))
            #expect(refusals.isEmpty)
        }
        receive(65, .getRecord(locator))
        #expect(refusals == [.tooManyRequests])
        receive(66, .ping)
        #expect(refusals.isEmpty)
        tell(.response(request: 1, .failure(.notFound)))
        receive(67, .getRecord(locator))
        #expect(refusals.isEmpty)
        #expect(!connection.isSettled)
    }

    @Test("[RELAY-7] an anonymous connection carries no owner's request")
    mutating func anonymous() throws {
        let binding = try open()
        receive(1, .getRecord(.random(using: &world.entropy)))
        let keyPair = try SignaturePrivateKey.random(using: &world.entropy)
        let proof = Authenticate(mailbox: .zero, signedBy: keyPair, on: binding)
        for body: Request.Body in [
            .authenticate(proof), .mint(Mint(count: 1)), .subscribe(credit: 1), .credit(1),
            .ack(sequence: 0), .deny(Deny(labels: [])), .newGeneration(2), .setOpen(true),
        ] {
            receive(2, body)
            #expect(refusals == [.wrongConnection])
        }
    }

    @Test("[RELAY-7] an owner's connection carries no anonymous request and no other mailbox")
    mutating func owner() throws {
        _ = try authenticate()
        tell(.response(request: 1, .success(.authenticate(Owned(acked: 0, newest: 0)))))
        receive(2, .getRecord(.random(using: &world.entropy)))
        #expect(refusals == [.wrongConnection])
        receive(3, .post(world.message(to: world.newLane(), [])))
        #expect(refusals == [.wrongConnection])
        let keyPair = try SignaturePrivateKey.random(using: &world.entropy)
        let other = Authenticate(
            mailbox: .random(using: &world.entropy), signedBy: keyPair, on: world.binding())
        receive(4, .authenticate(other))
        #expect(refusals == [.wrongConnection])
    }

    @Test("[RELAY-7] a connection whose claim failed is free to be either kind")
    mutating func failedClaim() throws {
        _ = try authenticate()
        tell(.response(request: 1, .failure(.notPermitted)))
        receive(2, .getRecord(.random(using: &world.entropy)))
        #expect(refusals.isEmpty)
    }

    @Test("[MBX-2] a registration that this connection's nonces do not bind is refused at once")
    mutating func register() throws {
        _ = try open()
        let keyPair = try SignaturePrivateKey.random(using: &world.entropy)
        let replayed = Register(
            mailbox: .zero, mailboxKey: try MailboxKey(keyPair.publicKey), sealingKey: .zero,
            signedBy: keyPair, on: world.binding())
        receive(1, .register(replayed))
        #expect(refusals == [.notPermitted] && connection.isSettled)
    }

    @Test("[OPS-2] a draining connection is told, refuses what is new and answers what it took")
    mutating func draining() throws {
        _ = try open()
        receive(1, .getRecord(.zero))
        actions = []
        connection.drain(into: &actions)
        guard case .send(.notice(.draining)) = try #require(actions.first) else {
            throw WorldError()
        }
        receive(2, .getRecord(.zero))
        #expect(refusals == [.draining(retryAfter: RelayCoreLimits.drainingRetry)])
        #expect(!connection.isSettled)
        tell(.response(request: 1, .failure(.notFound)))
        #expect(connection.isSettled && refusals == [.notFound])
    }

    // MARK: Delivery

    @Test("[MBX-4] each delivery spends one credit and none leaves without")
    mutating func credit() throws {
        try subscribe(credit: 2)
        var sequences: [UInt64] = []
        for sequence in 1...4 {
            tell(.stored(delivery(UInt64(sequence))))
            sequences += delivered
        }
        #expect(sequences == [1, 2])
        receive(3, .credit(1))
        let request = try #require(fetch)
        #expect(request.after == 2 && request.max == 1)
        tell(
            .fetched(
                FetchedEntries(
                    subscription: request.subscription, entries: [delivery(3)], through: 3)))
        #expect(delivered == [3] && fetch == nil)
        receive(4, .credit(10))
        let next = try #require(fetch)
        #expect(next.after == 3 && next.max == 10)
        tell(.stored(delivery(5)))
        #expect(delivered.isEmpty)
        tell(
            .fetched(
                FetchedEntries(
                    subscription: next.subscription, entries: [delivery(4)], through: 4)))
        #expect(delivered == [4] && fetch?.after == 4)
    }

    @Test("[MBX-4] credit never exceeds 4,096")
    mutating func creditLimit() throws {
        try subscribe(credit: .max)
        receive(3, .credit(.max))
        var count = 0
        for sequence in 1...5_000 {
            tell(.stored(delivery(UInt64(sequence))))
            count += delivered.count
        }
        #expect(count == 4_096)
    }

    @Test("[MBX-4] a subscription begins with what was not acknowledged")
    mutating func backlog() throws {
        try subscribe(credit: 300, newest: 200)
        let request = try #require(fetch)
        #expect(request.after == 0 && request.max == RelayCoreLimits.fetchEntriesMax)
        let entries = (1...128).map { delivery(UInt64($0)) }
        tell(
            .fetched(
                FetchedEntries(
                    subscription: request.subscription, entries: entries, through: 128)))
        #expect(delivered == Array(1...128))
        #expect(fetch?.after == 128)
    }

    @Test("a reader that does not read gets nothing until it does")
    mutating func slowReader() throws {
        try subscribe(credit: 100)
        actions = []
        connection.writability(false, into: &actions)
        for sequence in 1...3 {
            tell(.stored(delivery(UInt64(sequence))))
            #expect(actions.isEmpty)
        }
        connection.writability(true, into: &actions)
        #expect(fetch?.after == 0)
    }

    @Test("[MBX-6] a superseded connection is told and gets no more")
    mutating func superseded() throws {
        try subscribe(credit: 100)
        tell(.superseded)
        guard case .send(.notice(.superseded)) = try #require(actions.first) else {
            throw WorldError()
        }
        tell(.stored(delivery(1)))
        #expect(actions.isEmpty)
    }

    @Test("[EPH-4] an ephemeral delivery goes to a client that reads such, while it does read")
    mutating func ephemerals() throws {
        let delivery = EphemeralDelivery(sealed: [1])
        try subscribe(credit: 1)
        tell(.forwarded(delivery))
        #expect(actions.isEmpty)
        connection = ServedConnection(identity: world.engine.identity)
        hello = ClientHello(nonce: hello.nonce, extensions: [.ephemerals])
        _ = try authenticate()
        tell(.forwarded(delivery))
        #expect(actions.isEmpty)
        connection = ServedConnection(identity: world.engine.identity)
        try subscribe(credit: 0)
        tell(.forwarded(delivery))
        guard case .send(.ephemeral(delivery))? = actions.first else {
            Issue.record("nothing was forwarded")
            return
        }
        connection.writability(false, into: &actions)
        tell(.forwarded(delivery))
        #expect(actions.isEmpty)
    }

    @Test("a connection that its client has closed gets neither deliveries nor a second close")
    mutating func closedByClient() throws {
        try subscribe(credit: 10)
        connection.closedByClient()
        tell(.stored(delivery(1)))
        connection.close(.draining, into: &actions)
        #expect(actions.isEmpty)
    }

    @Test("credit without a subscription is not permitted")
    mutating func creditAlone() throws {
        _ = try authenticate()
        receive(2, .credit(5))
        #expect(refusals == [.notPermitted])
    }

    @Test("a fetch that an older subscription asked for is not delivered")
    mutating func olderFetch() throws {
        try subscribe(credit: 10, newest: 5)
        let old = try #require(fetch)
        receive(3, .subscribe(credit: 10))
        tell(.subscribed(request: 3, Owned(acked: 2, newest: 5)))
        let new = try #require(fetch)
        #expect(new.after == 2)
        tell(
            .fetched(
                FetchedEntries(
                    subscription: old.subscription, entries: [delivery(1)], through: 5)))
        #expect(actions.isEmpty)
    }
}
