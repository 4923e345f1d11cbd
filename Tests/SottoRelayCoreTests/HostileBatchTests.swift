// Batches that somebody made to cost the relay more than they should.

import SottoCrypto
import SottoRelayProtocol
import SottoSimulation
import Testing

@testable import SottoRelayCore

@Suite struct HostileBatchTests {
    var world: RelayWorld
    var alice: Device

    init() throws {
        world = try RelayWorld()
        alice = try world.device()
    }

    @Test("[LANE-4] a batch that opens many lanes and misses each of their tokens is decided")
    mutating func manyLanes() throws {
        var asked: [(RelayOperation.Asked, ConnectionID)] = []
        let alice = try world.renewed(alice, .lastResort)
        for _ in 0..<20 {
            let lane = world.newLane()
            let next = LaneToken.random(using: &world.entropy)
            let opening = world.commit(to: lane, next: next, [alice], opens: true)
            let wrong = Lane(id: lane.id, token: .random(using: &world.entropy))
            asked.append((.post(opening), world.connect()))
            asked.append((.post(world.message(to: wrong, [alice])), world.connect()))
            asked.append((.post(world.message(to: lane, [alice])), world.connect()))
        }
        let results = world.ask(asked)
        for index in stride(from: 0, to: results.count, by: 3) {
            #expect(results[index].accepted?.statuses == [.stored])
            #expect(results[index + 1].refusal == .notPermitted)
            #expect(results[index + 2].refusal == .stale)
        }
        #expect(results.count == 60 && world.engine.canWrite)
    }

    @Test("what an operation reads weighs as what it writes, and nothing is looked for unweighed")
    mutating func weights() throws {
        func weight(_ body: RelayOperation.Body) -> Int {
            RelayOperation(connection: alice.connection, body: body).weight
        }
        let unknown = (0..<1_024).map { _ in
            Recipient(mailbox: .random(using: &world.entropy), token: alice.token!)
        }
        let lane = world.newLane()
        let post = Post(
            id: .random(using: &world.entropy), lane: lane.id, laneToken: lane.token,
            envelope: [], recipients: unknown)
        #expect(weight(.request(id: 1, .post(post))) >= 1_024 * RelayLimits.entryOverheadMax)
        let locator = Locator.random(using: &world.entropy)
        #expect(weight(.request(id: 1, .getRecord(locator))) == RelayLimits.recordBytesMax)
        #expect(weight(.request(id: 1, .takeStock(locator))) == RelayLimits.packageBytesMax)
        let much = FetchRequest(subscription: 1, after: 0, max: 128)
        #expect(weight(.fetch(much)) == RelayCoreLimits.fetchBytesMax)
        let little = FetchRequest(subscription: 1, after: 0, max: 1)
        #expect(weight(.fetch(little)) == RelayLimits.sealedEntryBytesMax)
        #expect(weight(.disconnect) == 0)
    }

    @Test("[MBX-6] of subscriptions in one batch the newest wins and is not told otherwise")
    mutating func subscribingInTurns() throws {
        let lane = try world.openLane([alice])
        let second = world.connect()
        let binding = world.binding()
        let proof = Authenticate(
            mailbox: alice.mailbox, signedBy: alice.keyPair, on: binding)
        _ = try world.ask(.authenticate(proof, binding), on: second)
        _ = world.ask([
            (.subscribe, alice.connection), (.subscribe, second),
            (.subscribe, alice.connection),
        ])
        func isSuperseded(_ event: ConnectionEvent) -> Bool {
            if case .superseded = event { true } else { false }
        }
        #expect(!world.events(for: alice.connection).contains(where: isSuperseded))
        #expect(world.events(for: second).contains(where: isSuperseded))
        _ = try world.post(world.message(to: lane, [alice]))
        #expect(world.events(for: alice.connection).count == 1)
        #expect(world.events(for: second).isEmpty)
    }

    @Test("[LANE-5] however many posts are too old, sweeping ends when all are forgotten")
    mutating func manyOldPosts() throws {
        let hash = PostBodyHash.random(using: &world.entropy)
        let head = LaneHead(
            lane: .random(using: &world.entropy), incarnation: world.engine.identity.incarnation,
            number: 1, hash: .random(using: &world.entropy))
        let row = PostRow(bodyHash: hash, head: head, statuses: [.stored], time: world.now)
        let count = 2 * RelayCoreLimits.sweepRowsMax + 1
        try world.store.write(
            (0..<count).map { _ in .post(.random(using: &world.entropy), row) })
        world.pass(24 * 3_600)
        try world.sweep()
        #expect(try world.store.hasPosts(before: Timestamp(milliseconds: .max)))
        world.pass(1)
        try world.sweep()
        #expect(try !world.store.hasPosts(before: Timestamp(milliseconds: .max)))
    }

    @Test("[HEAD-4] what one signature does not cover is refused before it moves anything")
    mutating func manyPosts() throws {
        let lane = try world.openLane([alice])
        let before = try world.mailboxRow(alice)
        let posts = (0...RelayLimits.headBatchMax).map { _ in world.message(to: lane, [alice]) }
        let results = world.ask(posts.map { (.post($0), alice.connection) })
        #expect(results.count == posts.count)
        #expect(results.dropLast().allSatisfy { $0.accepted?.statuses == [.stored] })
        let later = RelayRefusal.rateLimited(retryAfter: RelayCoreLimits.fullBatchRetry)
        #expect(results.last?.refusal == later)
        let stored = UInt64(RelayLimits.headBatchMax)
        #expect(try world.mailboxRow(alice).newest == before.newest + stored)
        let accepted = try world.post(try #require(posts.last))
        #expect(accepted.head.claim.number == 1 + stored + 1)
    }

    @Test("[SEAL-1] an idle relay lets its sealing key go after 10 minutes, not at its next use")
    mutating func idleSealing() throws {
        let lane = try world.openLane([alice])
        func ephemeral() throws -> [UInt8] {
            _ = try world.post(world.message(to: lane, [alice]))
            let key = RowKey.entries(alice.mailbox, after: 0, max: 100)
            guard case .entries(_, _, _, let found) = try world.store.find([key]).first,
                let newest = found.last
            else { throw WorldError() }
            return Array(newest.sealed.prefix(32))
        }
        world.pass(600)
        try world.sweep()
        world.pass(300)
        let first = try ephemeral()
        world.pass(299)
        #expect(try ephemeral() == first)
        world.pass(1)
        #expect(try ephemeral() != first)
    }

    @Test("[SEAL-1] a registration that did not happen leaves no key for its mailbox behind")
    mutating func failedRegistration() throws {
        let mailbox = MailboxID.random(using: &world.entropy)
        world.store.fail(with: .full)
        _ = try world.register(mailbox)
        world.store.fail(with: nil)
        var (device, _) = try world.register(mailbox)
        guard
            case .mint(let minted) = try world.ask(.mint(Mint(count: 1)), on: device.connection)
                .get()
        else {
            throw WorldError()
        }
        device.token = minted.tokens[0]
        _ = try world.openLane([device])
        #expect(try world.entries(&device).count == 1)
    }
}
