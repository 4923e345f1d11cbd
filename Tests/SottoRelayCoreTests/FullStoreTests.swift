// A store without room: what is tried, what is refused, and what still makes room.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite struct FullStoreTests {
    var world: RelayWorld
    var alice: Device
    let lane: Lane

    init() throws {
        world = try RelayWorld()
        alice = try world.device()
        lane = try world.openLane([alice])
    }

    @Test(
        "[OPS-5] where the log has filled the disk it is folded, and the batch is taken after all")
    mutating func fullLog() throws {
        world.store.fillLog()
        #expect(try world.post(world.message(to: lane, [alice])).head.claim.number == 2)
        #expect(world.engine.canWrite)
        world.store.fillLog()
        world.pass(31 * 24 * 3_600)
        try world.sweep()
        #expect(try world.mailboxRow(alice).entries == 0)
    }

    @Test("[OPS-5] a full store refuses posts and takes acknowledgements of the same batch")
    mutating func acknowledgementsMakeRoom() throws {
        let bob = try world.device()
        let alice = try world.renewed(alice)
        let shared = try world.openLane([alice, bob])
        world.store.fill(true)
        let post = world.message(to: shared, [alice, bob])
        let results = world.ask([
            (.post(post), world.connect()), (.ack(1), alice.connection),
            (.getRecord(.zero), world.connect()), (.ack(1), bob.connection),
        ])
        let unavailable = RelayRefusal.unavailable(
            retryAfter: RelayCoreLimits.unavailableRetry)
        #expect(results.map(\.refusal) == [unavailable, nil, .notFound, nil])
        #expect(try world.mailboxRow(alice).entries == 1)
        #expect(try world.mailboxRow(bob).entries == 0)
        #expect(!world.engine.canWrite)

        // What only makes room does not make it ready.
        #expect(try world.ask(.ack(2), on: alice.connection) == .success(.ack))
        #expect(try world.mailboxRow(alice).entries == 0)
        #expect(!world.engine.canWrite)
        world.store.fill(false)
        #expect(try world.post(post).head.claim.number == 2)
        #expect(world.engine.canWrite)
    }

    @Test("[OPS-5] in a full store packages are taken, and what is too old is removed")
    mutating func takesAndExpiry() throws {
        let writer = try SignaturePrivateKey.random(using: &world.entropy)
        let locator = Locator.random(using: &world.entropy)
        let relayKey = world.engine.identity.relayKey
        let put = PutStock(
            locator: locator, writeKey: try WriteKey(writer.publicKey), version: 1,
            addition: StockAddition(packages: [SealedPackage(sealed: [1])], lastResort: nil),
            signedBy: writer, at: relayKey)
        _ = try world.ask(.putStock(try Verified(put, at: relayKey)))
        world.store.fill(true)
        let taken = Taken(package: SealedPackage(sealed: [1]), isLastResort: false)
        let post = world.message(to: lane, [alice])
        let results = world.ask([
            (.post(post), world.connect()), (.takeStock(locator), world.connect()),
        ])
        #expect(results[1] == .success(.takeStock(taken)))
        world.pass(31 * 24 * 3_600)
        try world.sweep()
        #expect(try world.mailboxRow(alice).entries == 0)
    }

    @Test("a store that fails otherwise takes nothing, acknowledgements included")
    mutating func failing() throws {
        world.store.fail(with: .failed(code: 10))
        let unavailable = RelayRefusal.unavailable(
            retryAfter: RelayCoreLimits.unavailableRetry)
        let results = world.ask([
            (.ack(1), alice.connection), (.mint(Mint(count: 1)), alice.connection),
        ])
        #expect(results[0].refusal == unavailable && results[1].refusal == nil)
        world.store.fail(with: nil)
        #expect(try world.ask(.ack(1), on: alice.connection) == .success(.ack))
    }
}
