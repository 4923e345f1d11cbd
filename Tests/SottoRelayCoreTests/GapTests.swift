// Gaps: what a full mailbox keeps of what it missed, and what shows that entries expired.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite struct GapTests {
    var world: RelayWorld
    var alice: Device
    var lane: Lane

    init() throws {
        world = try RelayWorld(quotas: RelayQuotas(mailboxEntries: 3))
        alice = try world.device()
        lane = try world.openLane([alice])
    }

    private mutating func post(to lane: Lane? = nil) throws -> RecipientStatus? {
        try world.post(world.message(to: lane ?? self.lane, [alice])).statuses.first
    }

    /// The marks that lie in the mailbox, with their places.
    private mutating func marks() throws -> [(previous: UInt64, mark: GapMark)] {
        try world.entries(&alice).compactMap { entry in
            guard case .gap(let mark) = entry.content else { return nil }
            return (entry.previous, mark)
        }
    }

    @Test("[MBX-9] a full mailbox takes one mark a lane, with the first number that is missing")
    mutating func marked() throws {
        for _ in 0..<2 { #expect(try post() == .stored) }
        for _ in 0..<3 { #expect(try post() == .full) }
        let found = try marks()
        #expect(found.count == 1 && found[0].previous == 3)
        #expect(found[0].mark == GapMark(lane: lane.id, number: 4))
        try world.restart()
        #expect(try post() == .full)
        #expect(try marks().count == 1)
        alice = try world.renewed(alice)
        let bob = try world.device()
        var other = world.newLane()
        let next = LaneToken.random(using: &world.entropy)
        _ = try world.post(world.commit(to: other, next: next, [alice, bob], opens: true))
        other.token = next
        #expect(try post(to: other) == .full)
        #expect(try marks().map(\.mark.number) == [4, 1])
        let row = try world.mailboxRow(alice)
        #expect(row.entries == 5 && row.gaps == 2)
        let total = EntryTotal(entries: 5, bytes: row.bytes)
        #expect(
            try world.store.find([.total(alice.mailbox, through: 99)])
                == [.total(alice.mailbox, through: 99, total)])
    }

    @Test("[MBX-9] once a mark is acknowledged the next gap of its lane gets another")
    mutating func again() throws {
        for _ in 0..<4 { _ = try post() }
        #expect(try world.mailboxRow(alice).gaps == 1)
        _ = try world.ask(.ack(2), on: alice.connection)
        #expect(try world.mailboxRow(alice).gaps == 1)
        for _ in 0..<2 { #expect(try post() == .stored) }
        #expect(try post() == .full)
        #expect(try marks().count == 1)
        _ = try world.ask(.ack(6), on: alice.connection)
        let row = try world.mailboxRow(alice)
        #expect(row.gaps == 0 && row.entries == 0 && row.bytes == 0)
        #expect(try world.store.find([.gaps(alice.mailbox)]) == [.gaps(alice.mailbox, [])])
        for _ in 0..<3 { #expect(try post() == .stored) }
        #expect(try post() == .full)
        #expect(try marks().map(\.mark.number) == [12])
    }

    @Test("[MBX-9] marks have room for 64 beyond the quota, and in one batch are one a lane")
    mutating func reserve() throws {
        for _ in 0..<2 { _ = try post() }
        var alices: [Device] = []
        for _ in 0..<66 { alices.append(try world.renewed(alice)) }
        let bob = try world.renewed(try world.device(), .lastResort)
        for device in alices {
            let lane = world.newLane()
            let next = LaneToken.random(using: &world.entropy)
            let opening = world.commit(to: lane, next: next, [device, bob], opens: true)
            let message = world.message(to: Lane(id: lane.id, token: next), [device, bob])
            let results = world.ask([
                (.post(opening), world.connect()), (.post(message), world.connect()),
            ])
            #expect(results.compactMap { $0.accepted?.statuses.first } == [.full, .full])
        }
        let row = try world.mailboxRow(alice)
        #expect(row.gaps == 64 && row.entries == 67)
        let key = RowKey.total(alice.mailbox, through: 3)
        guard case .total(_, _, let entries)? = try world.store.find([key]).first else {
            throw WorldError()
        }
        #expect(row.bytes - entries.bytes == 64 * RelayLimits.gapMarkBytes)
        #expect(try marks().allSatisfy { $0.mark.number == 1 })
    }

    @Test("[MBX-9] a mark that expires is forgotten with the entries around it")
    mutating func expiry() throws {
        for _ in 0..<4 { _ = try post() }
        world.pass(31 * 86_400)
        try world.sweep()
        let row = try world.mailboxRow(alice)
        #expect(row.gaps == 0 && row.entries == 0 && row.bytes == 0 && row.newest == 4)
    }

    @Test("[MBX-10] entries that expired show as a gap in the numbers")
    mutating func expired() throws {
        _ = try post()
        world.pass(31 * 86_400)
        try world.sweep()
        #expect(try post() == .stored)
        let entries = try world.entries(&alice)
        #expect(entries.map(\.previous) == [2])
        #expect(try world.mailboxRow(alice).acked == 0)
    }

    @Test("[MBX-11] who takes a mailbox over gets what the one before did not acknowledge")
    mutating func takeOver() throws {
        _ = try post()
        _ = try world.ask(.subscribe, on: alice.connection)
        try world.restart()
        let second = world.connect()
        let binding = world.binding()
        let proof = Authenticate(
            mailbox: alice.mailbox, signedBy: alice.keyPair, on: binding)
        let owned = try world.ask(.authenticate(proof, binding), on: second)
        #expect(owned == .success(.authenticate(Owned(acked: 0, newest: 2))))
        #expect(
            try world.ask(.subscribe, on: second)
                == .success(.authenticate(Owned(acked: 0, newest: 2))))
        #expect(try world.ask(.ack(1), on: alice.connection).refusal == .notPermitted)
        #expect(try world.entries(&alice).map(\.previous) == [0, 1])
        #expect(try world.ask(.ack(1), on: second) == .success(.ack))
    }
}
