// The link and the relay as they are, over a real socket and a real store.

import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import SottoRelayServer
import SottoWire
import Testing

@Suite(.timeLimit(.minutes(2))) struct RealRelayTests {
    /// A mailbox with what its owner knows.
    private struct Mailbox {
        let id: MailboxID
        let key: SignaturePrivateKey
        let sealing: X25519.PrivateKey

        init() throws {
            var entropy = Entropy.system()
            id = .random(using: &entropy)
            key = try .random(using: &entropy)
            sealing = try .random(using: &entropy)
        }

        func register(on connection: RelayConnection) async throws -> Owned {
            try await connection.register(
                id, mailboxKey: key, sealingKey: try SealingKey(sealing.publicKey))
        }

        func recipient(on connection: RelayConnection) async throws -> Recipient {
            let token = try #require(try await connection.mint(1).first)
            return Recipient(mailbox: id, token: token)
        }
    }

    /// A lane whose epoch has this token.
    private struct Lane {
        let id: LaneID
        let token: LaneToken
        let recipients: [Recipient]

        init(_ recipients: [Recipient], on connection: RelayConnection) async throws {
            var entropy = Entropy.system()
            id = .random(using: &entropy)
            token = .random(using: &entropy)
            self.recipients = recipients
            let opening = Post(
                id: .random(using: &entropy), lane: id, laneToken: .random(using: &entropy),
                commit: CommitPart(.opensLane, nextTokenHash: token.hash, welcomes: []),
                envelope: [0], recipients: recipients)
            _ = try await connection.post(opening)
        }

        func message(_ number: Int) -> Post {
            var entropy = Entropy.system()
            return Post(
                id: .random(using: &entropy), lane: id, laneToken: token,
                envelope: UInt64(number).wireBytes, recipients: recipients)
        }
    }

    private func withRelay(_ body: (RealRelay) async throws -> Void) async throws {
        let relay = try await RealRelay()
        do {
            try await body(relay)
        } catch {
            await relay.end()
            throw error
        }
        await relay.end()
    }

    private func connect(_ relay: RealRelay) async throws -> RelayConnection {
        var options = RelayLinkOptions()
        options.connectWithin = .seconds(30)
        return try await .connect(
            to: try relay.origin, trusting: .pinned(try relay.id), entropy: .system(),
            options: options)
    }

    @Test("[RELAY-1] the relay is known by its key, and a wrong pin is named")
    func trust() async throws {
        try await withRelay { relay in
            let connection = try await connect(relay)
            #expect(connection.hello.relayKey.id == (try relay.id))
            try await connection.ping()
            let shown = try relay.id
            await #expect(throws: RelayConnectError.wrongRelayKey(shown: shown)) {
                _ = try await RelayConnection.connect(
                    to: try relay.origin, trusting: .pinned(.zero), entropy: .system())
            }
            let elsewhere = try RelayOrigin("ws://localhost:\(relay.server.port)")
            let first = try await RelayConnection.connect(
                to: elsewhere, trusting: .firstUse, entropy: .system())
            #expect(first.hello.incarnation == connection.hello.incarnation)
        }
    }

    @Test("[RELAY-7] an owner's connection posts nothing, an anonymous one owns nothing")
    func kinds() async throws {
        try await withRelay { relay in
            let owner = try await connect(relay)
            let mailbox = try Mailbox()
            _ = try await mailbox.register(on: owner)
            await #expect(throws: RelayRequestError.refused(.wrongConnection)) {
                _ = try await owner.record(at: .zero)
            }
            let anonymous = try await connect(relay)
            await #expect(throws: RelayRequestError.refused(.notFound)) {
                _ = try await anonymous.record(at: .zero)
            }
            await #expect(throws: RelayRequestError.refused(.wrongConnection)) {
                _ = try await mailbox.register(on: anonymous)
            }
        }
    }

    @Test("[MBX-4] [MBX-5] what is posted arrives in order, and what was not acked comes again")
    func postsArrive() async throws {
        try await withRelay { relay in
            let mailbox = try Mailbox()
            let owner = try await connect(relay)
            #expect(try await mailbox.register(on: owner) == Owned(acked: 0, newest: 0))
            let recipient = try await mailbox.recipient(on: owner)
            let deliveries = try await owner.subscribe(credit: 4)
            let poster = try await connect(relay)
            let lane = try await Lane([recipient], on: poster)
            var heads = HeadVerifier(relayKey: poster.hello.relayKey)
            for number in 1...60 {
                let accepted = try await poster.post(lane.message(number))
                #expect(accepted.statuses == [.stored])
                let verified = try heads.verify(accepted.head)
                #expect(verified.head.number == UInt64(number + 1))
            }
            try await take(61, of: deliveries, mailbox, from: 1)
            try await owner.ack(21)
            owner.close()

            let again = try await connect(relay)
            let owned = try await again.authenticate(mailbox.id, mailboxKey: mailbox.key)
            #expect(owned == Owned(acked: 21, newest: 61))
            try await take(40, of: try await again.subscribe(), mailbox, from: 22)
        }
    }

    /// Takes and opens entries; the first is a lane's opening, the others are its messages.
    private func take(
        _ count: Int, of deliveries: RelayDeliveries, _ mailbox: Mailbox, from first: UInt64
    ) async throws {
        var opener = MailboxOpener(mailbox: mailbox.id, privateKey: mailbox.sealing)
        var taken = deliveries.makeAsyncIterator()
        for sequence in first..<first + UInt64(count) {
            let delivery = try #require(try await taken.next())
            #expect(delivery.sequence == sequence)
            let entry = try opener.open(delivery)
            guard case .lane(let content) = entry.content else { throw UnexpectedOutcome() }
            let expected = sequence == 1 ? [0] : (sequence - 1).wireBytes
            #expect(Array(content.envelope) == expected)
        }
    }

    @Test("[RELAY-6] hundreds of posts at once are each answered with their own head")
    func pipelined() async throws {
        try await withRelay { relay in
            let mailbox = try Mailbox()
            let owner = try await connect(relay)
            _ = try await mailbox.register(on: owner)
            let poster = try await connect(relay)
            let lane = try await Lane([try await mailbox.recipient(on: owner)], on: poster)
            let numbers = try await withThrowingTaskGroup(of: UInt64.self) { group in
                for number in 1...400 {
                    group.addTask { try await poster.post(lane.message(number)).head.claim.number }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(numbers == Set(2...401))
            var count = 0
            for try await delivery in try await owner.subscribe(credit: 3) {
                count += 1
                #expect(delivery.sequence == UInt64(count))
                if count == 401 { break }
            }
        }
    }

    @Test("[MBX-6] a newer subscription takes over, and the older one is told so")
    func superseded() async throws {
        try await withRelay { relay in
            let mailbox = try Mailbox()
            let old = try await connect(relay)
            _ = try await mailbox.register(on: old)
            let deliveries = try await old.subscribe()
            let new = try await connect(relay)
            _ = try await new.authenticate(mailbox.id, mailboxKey: mailbox.key)
            _ = try await new.subscribe()
            await #expect(throws: RelayClosure.superseded) { for try await _ in deliveries {} }
        }
    }

    @Test("[DIR-1] [DIR-2] [DIR-3] records and key packages are put and taken")
    func directory() async throws {
        try await withRelay { relay in
            var entropy = Entropy.system()
            let connection = try await connect(relay)
            let writer = try SignaturePrivateKey.random(using: &entropy)
            let locator = Locator.random(using: &entropy)
            let writeKey = try WriteKey(writer.publicKey)
            let record = Record(version: 1, sealed: [1, 2, 3])
            let put = PutRecord(
                locator: locator, writeKey: writeKey, record: record, signedBy: writer,
                at: connection.hello.relayKey)
            try await connection.putRecord(put)
            try await connection.putRecord(put)
            #expect(try await connection.record(at: locator) == record)

            let stock = PutStock(
                locator: locator, writeKey: writeKey, version: 1,
                addition: StockAddition(
                    packages: [SealedPackage(sealed: [7])],
                    lastResort: SealedPackage(sealed: [8])),
                signedBy: writer, at: connection.hello.relayKey)
            try await connection.putStock(stock)
            let count = try await connection.countStock(at: locator)
            #expect(count == StockCount(version: 1, count: 1, hasLastResort: true))
            let first = try await connection.takePackage(from: locator)
            #expect(first.package.sealed == [7] && !first.isLastResort)
            let second = try await connection.takePackage(from: locator)
            #expect(second.package.sealed == [8] && second.isLastResort)
        }
    }

    @Test("[OPS-2] a relay that shuts down says so; the same relay is there after its restart")
    func restart() async throws {
        let mailbox = try Mailbox()
        let (folder, incarnation) = try await drained(mailbox)
        let second = try await RealRelay(folder: folder)
        let again = try await connect(second)
        #expect(again.hello.incarnation == incarnation)
        _ = try await again.authenticate(mailbox.id, mailboxKey: mailbox.key)
        await second.end()
    }

    /// A relay that has served a mailbox and was shut down; its folder is free once it is let go.
    private func drained(_ mailbox: Mailbox) async throws -> (String, Incarnation) {
        let relay = try await RealRelay()
        let connection = try await connect(relay)
        _ = try await mailbox.register(on: connection)
        let deliveries = try await connection.subscribe()
        await relay.server.shutdown()
        await #expect(throws: RelayClosure.drained) { for try await _ in deliveries {} }
        var notices = connection.notices.makeAsyncIterator()
        #expect(await notices.next() == .draining)
        return (relay.folder, connection.hello.incarnation)
    }
}
