// Mailboxes: registration, ownership, acknowledgement, quotas, expiry.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite struct MailboxDecisionTests {
    var world: RelayWorld

    init() throws { world = try RelayWorld() }

    @Test("[MBX-1] registering again with the same keys changes nothing, with others is refused")
    mutating func registerAgain() throws {
        let (device, _) = try world.register()
        let before = try world.mailboxRow(device)
        let (_, again) = try world.register(device.mailbox, device.keyPair, device.sealing)
        #expect(again == .success(.register(Owned(acked: 0, newest: 0))))
        let (_, otherKey) = try world.register(device.mailbox, nil, device.sealing)
        #expect(otherKey.refusal == .notPermitted)
        let (_, otherSealing) = try world.register(device.mailbox, device.keyPair, nil)
        #expect(otherSealing.refusal == .notPermitted)
        #expect(try world.mailboxRow(device) == before)
    }

    @Test("[MBX-2] a stranger's signature and an unknown mailbox are refused alike")
    mutating func authenticate() throws {
        let (device, _) = try world.register()
        let binding = world.binding()
        let good = Authenticate(
            mailbox: device.mailbox, signedBy: device.keyPair, on: binding)
        #expect(
            try world.ask(.authenticate(good, binding))
                == .success(.authenticate(Owned(acked: 0, newest: 0))))
        let replayed = world.binding()
        #expect(try world.ask(.authenticate(good, replayed)).refusal == .notPermitted)
        let stranger = try SignaturePrivateKey.random(using: &world.entropy)
        let forged = Authenticate(mailbox: device.mailbox, signedBy: stranger, on: binding)
        #expect(try world.ask(.authenticate(forged, binding)).refusal == .notPermitted)
        let unknown = Authenticate(
            mailbox: .random(using: &world.entropy), signedBy: stranger, on: binding)
        #expect(try world.ask(.authenticate(unknown, binding)).refusal == .notPermitted)
    }

    @Test("what only an owner may ask is not permitted to anybody else")
    mutating func owners() throws {
        for asked: RelayOperation.Asked in [
            .mint(Mint(count: 1)), .subscribe, .ack(0), .deny([]), .newGeneration(2),
            .setOpen(true),
        ] {
            #expect(try world.ask(asked).refusal == .notPermitted)
        }
    }

    @Test("a mailbox that nothing could be sealed for is not opened")
    mutating func smallOrderKey() throws {
        let keyPair = try SignaturePrivateKey.random(using: &world.entropy)
        let binding = world.binding()
        let register = Register(
            mailbox: .random(using: &world.entropy),
            mailboxKey: try MailboxKey(keyPair.publicKey), sealingKey: .zero,
            signedBy: keyPair, on: binding)
        let verified = try Verified(register, on: binding)
        #expect(try world.ask(.register(verified)).refusal == .malformed)
    }

    @Test("[MBX-3] entries are numbered from 1 and each names the one before it")
    mutating func numbering() throws {
        var alice = try world.device()
        let lane = try world.openLane([alice])
        for _ in 0..<4 { _ = try world.post(world.message(to: lane, [alice])) }
        #expect(try world.entries(&alice).map(\.previous) == [0, 1, 2, 3, 4])
        #expect(try world.mailboxRow(alice).newest == 5)
    }

    @Test("[MBX-5] an acknowledgement removes entries up to its number and frees their room")
    mutating func acknowledge() throws {
        var alice = try world.device()
        let lane = try world.openLane([alice])
        for _ in 0..<5 { _ = try world.post(world.message(to: lane, [alice])) }
        #expect(try world.ask(.ack(4), on: alice.connection) == .success(.ack))
        #expect(try world.entries(&alice).map(\.previous) == [4, 5])
        let row = try world.mailboxRow(alice)
        #expect(row.entries == 2)
        let key = RowKey.total(alice.mailbox, through: 6)
        let total = EntryTotal(entries: row.entries, bytes: row.bytes)
        #expect(
            try world.store.find([key]) == [.total(alice.mailbox, through: 6, total)])

        #expect(try world.ask(.ack(2), on: alice.connection) == .success(.ack))
        #expect(try world.mailboxRow(alice) == row)
        #expect(try world.ask(.ack(7), on: alice.connection).refusal == .malformed)
        #expect(try world.ask(.ack(6), on: alice.connection) == .success(.ack))
        let empty = try world.mailboxRow(alice)
        #expect(empty.entries == 0 && empty.bytes == 0 && empty.acked == 6)
    }

    @Test("[MBX-5] acknowledgements that share a batch free each entry's room once")
    mutating func acknowledgeTogether() throws {
        var alice = try world.device()
        let lane = try world.openLane([alice])
        for _ in 0..<5 { _ = try world.post(world.message(to: lane, [alice])) }
        let message = world.message(to: lane, [alice])
        let stranger = world.connect()
        let results = world.ask([
            (.ack(2), alice.connection), (.ack(5), alice.connection),
            (.post(message), stranger), (.ack(7), alice.connection),
        ])
        #expect(results[0] == .success(.ack) && results[1] == .success(.ack))
        #expect(results[3].refusal == .malformed)
        let row = try world.mailboxRow(alice)
        let total = EntryTotal(entries: row.entries, bytes: row.bytes)
        #expect(row.entries == 2)
        #expect(
            try world.store.find([.total(alice.mailbox, through: 9)])
                == [.total(alice.mailbox, through: 9, total)])
        #expect(try world.entries(&alice).map(\.previous) == [5, 6])
    }

    @Test("[MBX-7] what would go over a mailbox's entries is full, and room comes back")
    mutating func fullByEntries() throws {
        world = try RelayWorld(quotas: RelayQuotas(mailboxEntries: 3))
        let alice = try world.device()
        let bob = try world.device()
        let lane = try world.openLane([alice])
        for _ in 0..<2 {
            let accepted = try world.post(world.message(to: lane, [alice]))
            #expect(accepted.statuses == [.stored])
        }
        let over = try world.post(world.message(to: lane, [alice, bob]))
        #expect(over.statuses == [.full, .stored])
        // The fourth is the mark of what it missed.
        #expect(try world.mailboxRow(alice).newest == 4)
        _ = try world.ask(.ack(1), on: alice.connection)
        let again = try world.post(world.message(to: lane, [alice]))
        #expect(again.statuses == [.stored])
    }

    @Test("[MBX-7] what would go over a mailbox's bytes is full")
    mutating func fullByBytes() throws {
        world = try RelayWorld(quotas: RelayQuotas(mailboxBytes: 8_000))
        let alice = try world.device()
        let lane = try world.openLane([alice])
        let big = [UInt8](repeating: 0, count: 4_000)
        let first = world.message(to: lane, [alice], big)
        let second = world.message(to: lane, [alice], big)
        let results = world.ask([
            (.post(first), world.connect()), (.post(second), world.connect()),
        ])
        #expect(results[0].accepted?.statuses == [.stored])
        #expect(results[1].accepted?.statuses == [.full])
        #expect(try world.mailboxRow(alice).bytes <= 8_000)
    }

    @Test("[MBX-7] entries expire after 30 days, and only those")
    mutating func expiry() throws {
        var alice = try world.device()
        let lane = try world.openLane([alice])
        _ = try world.post(world.message(to: lane, [alice]))
        world.pass(20 * 86_400)
        _ = try world.post(world.message(to: lane, [alice]))
        try world.sweep()
        #expect(try world.entries(&alice).count == 3)
        world.pass(11 * 86_400)
        try world.sweep()
        #expect(try world.entries(&alice).map(\.previous) == [2])
        let row = try world.mailboxRow(alice)
        #expect(row.entries == 1 && row.newest == 3 && row.acked == 0)
        let total = EntryTotal(entries: 1, bytes: row.bytes)
        #expect(
            try world.store.find([.total(alice.mailbox, through: 9)])
                == [.total(alice.mailbox, through: 9, total)])
    }

    @Test("[MBX-6] the newest subscription of a mailbox wins and the older is told")
    mutating func newestWins() throws {
        let alice = try world.device()
        let lane = try world.openLane([alice])
        _ = try world.ask(.subscribe, on: alice.connection)
        let binding = world.binding()
        let second = world.connect()
        let proof = Authenticate(
            mailbox: alice.mailbox, signedBy: alice.keyPair, on: binding)
        _ = try world.ask(.authenticate(proof, binding), on: second)
        _ = try world.ask(.subscribe, on: second)
        guard case .superseded = try #require(world.events(for: alice.connection).first) else {
            Issue.record("the older connection was told something else")
            return
        }
        _ = try world.post(world.message(to: lane, [alice]))
        #expect(world.events(for: alice.connection).isEmpty)
        guard case .stored(let delivery) = try #require(world.events(for: second).first) else {
            Issue.record("the newer connection was told something else")
            return
        }
        #expect(delivery.sequence == 2)
    }

    @Test("a connection that is gone is told nothing, and its mailbox is read by the next")
    mutating func disconnect() throws {
        let alice = try world.device()
        let lane = try world.openLane([alice])
        _ = try world.ask(.subscribe, on: alice.connection)
        let gone = RelayOperation(connection: alice.connection, body: .disconnect)
        #expect(world.engine.run([gone], now: world.now).replies.isEmpty)
        _ = try world.post(world.message(to: lane, [alice]))
        #expect(world.events(for: alice.connection).isEmpty)
        #expect(try world.ask(.ack(1), on: alice.connection).refusal == .notPermitted)
    }

    @Test("[TOK-2] tokens outlive a restart under the same master key")
    mutating func tokensAfterRestart() throws {
        let alice = try world.device()
        let lane = try world.openLane([alice])
        try world.restart()
        let accepted = try world.post(world.message(to: lane, [alice]))
        #expect(accepted.statuses == [.stored])
    }
}
