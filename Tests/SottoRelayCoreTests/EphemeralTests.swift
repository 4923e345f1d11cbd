// Ephemeral posts: who gets them, how many, and that nothing is left of them.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite struct EphemeralTests {
    var world: RelayWorld
    var alice: Device
    var bob: Device
    var lane: Lane

    init() throws {
        world = try RelayWorld()
        alice = try world.device()
        bob = try world.device()
        lane = try world.openLane([alice, bob])
        for device in [alice, bob] { _ = try world.ask(.subscribe, on: device.connection) }
    }

    private func ephemeral(
        _ devices: [Device], _ envelope: [UInt8] = [1, 2], under token: LaneToken? = nil
    ) -> Ephemeral {
        Ephemeral(
            lane: lane.id, laneToken: token ?? lane.token, envelope: envelope,
            recipients: devices.compactMap(\.recipient))
    }

    private mutating func refusal(_ ephemeral: Ephemeral) throws -> RelayRefusal? {
        try world.ask(.ephemeral(ephemeral)).refusal
    }

    /// What a connection was forwarded by the last batch.
    private func forwarded(_ device: Device) -> [EphemeralDelivery] {
        world.events(for: device.connection).compactMap { event in
            if case .forwarded(let delivery) = event { delivery } else { nil }
        }
    }

    @Test("[EPH-1] [EPH-3] who is there gets it sealed, who is not gets nothing, nothing is kept")
    mutating func forwards() throws {
        let transactions = world.store.transactions
        let envelope = world.entropy.bytes(200)
        #expect(try refusal(ephemeral([alice, bob], envelope)) == nil)
        let deliveries = [forwarded(alice), forwarded(bob)].flatMap { $0 }
        #expect(deliveries.count == 2 && deliveries[0] != deliveries[1])
        #expect(deliveries.allSatisfy { !$0.sealed.contains(envelope) })
        let entry = EphemeralEntry(lane: lane.id, envelope: envelope)
        #expect(try alice.opener.open(deliveries[0]) == entry)
        #expect(try bob.opener.open(deliveries[1]) == entry)
        #expect(throws: MailboxOpenError.notForThisMailbox) {
            try alice.opener.open(Delivery(sequence: 1, sealed: deliveries[0].sealed))
        }
        let gone = RelayOperation(connection: bob.connection, body: .disconnect)
        _ = world.engine.run([gone], now: world.now)
        #expect(try refusal(ephemeral([alice, bob])) == nil)
        #expect(forwarded(alice).count == 1 && forwarded(bob).isEmpty)
        #expect(world.store.transactions == transactions)
        #expect(try world.mailboxRow(alice).newest == 1)
    }

    @Test("[EPH-1] it needs the token of an open epoch, and tokens that admit the lane")
    mutating func tokens() throws {
        let old = lane.token
        let next = LaneToken.random(using: &world.entropy)
        _ = try world.post(world.commit(to: lane, next: next, [alice, bob]))
        let stranger = LaneToken.random(using: &world.entropy)
        #expect(try refusal(ephemeral([alice], under: old)) == .stale)
        #expect(try refusal(ephemeral([alice], under: stranger)) == .notPermitted)
        lane.token = next
        let unused = try world.renewed(bob)
        let elsewhere = try world.renewed(alice)
        _ = try world.openLane([elsewhere])
        #expect(try refusal(ephemeral([elsewhere, unused])) == nil)
        #expect(forwarded(alice).isEmpty && forwarded(bob).isEmpty)
        let open = try world.renewed(alice, .open)
        let shared = try world.renewed(bob, .lastResort)
        #expect(try refusal(ephemeral([open, shared])) == nil)
        #expect(forwarded(alice).isEmpty && forwarded(bob).count == 1)
        let label = try #require(bob.token?.label)
        _ = try world.ask(.deny([label]), on: bob.connection)
        #expect(try refusal(ephemeral([alice, bob])) == nil)
        #expect(forwarded(alice).count == 1 && forwarded(bob).isEmpty)
        lane = world.newLane()
        #expect(try refusal(ephemeral([alice])) == .notPermitted)
    }

    @Test("[EPH-2] a lane's posts are limited, and so is what one mailbox is forwarded")
    mutating func limits() throws {
        for _ in 0..<RelayLimits.ephemeralsOfLaneMax {
            #expect(try refusal(ephemeral([alice])) == nil)
        }
        guard case .rateLimited(let wait) = try refusal(ephemeral([alice])) else {
            Issue.record("one more was forwarded")
            return
        }
        #expect(wait <= .seconds(10))
        var lanes = [lane]
        for _ in 0..<2 { lanes.append(try world.openLane([try world.renewed(alice, .lastResort)])) }
        var count = 0
        let shared = try world.renewed(alice, .lastResort)
        for other in lanes.dropFirst() {
            lane = other
            for _ in 0..<RelayLimits.ephemeralsOfLaneMax {
                _ = try refusal(ephemeral([shared]))
                count += forwarded(alice).count
            }
        }
        let budget = RelayLimits.ephemeralsOfMailboxMax - RelayLimits.ephemeralsOfLaneMax
        #expect(count == Int(budget))
        world.pass(10)
        #expect(try refusal(ephemeral([shared])) == nil)
        #expect(forwarded(alice).count == 1)
    }

    @Test("[EPH-1] it is forwarded while the store cannot write")
    mutating func readOnly() throws {
        world.store.fail(with: .full)
        #expect(try refusal(ephemeral([alice])) == nil)
        #expect(forwarded(alice).count == 1)
    }
}
