// Every operation by everybody who might ask for it: exactly the allowed cells of the table pass.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite struct AuthorisationMatrixTests {
    var world: RelayWorld
    var alice: Device
    let bob: Device
    var lane: Lane

    init() throws {
        world = try RelayWorld()
        alice = try world.device()
        bob = try world.device()
        lane = try world.openLane([alice])
    }

    // MARK: An owner's operations

    /// Every operation that needs an owner.
    private var owned: [RelayOperation.Asked] {
        [
            .mint(Mint(count: 1)), .mint(Mint(kind: .open, count: 1)),
            .deny([alice.token?.label].compactMap { $0 }), .newGeneration(2), .setOpen(false),
            .subscribe, .ack(1),
        ]
    }

    @Test("[MBX-2] an owner's operations are the owner's: not anonymous, not by a replayed proof")
    mutating func owners() throws {
        let binding = world.binding()
        let proof = Authenticate(
            mailbox: alice.mailbox, signedBy: alice.keyPair, on: binding)
        let (replayed, forged) = (world.connect(), world.connect())
        let answer = try world.ask(.authenticate(proof, world.binding()), on: replayed)
        #expect(answer.refusal == .notPermitted)
        let stranger = Authenticate(
            mailbox: alice.mailbox, signedBy: bob.keyPair, on: binding)
        #expect(
            try world.ask(.authenticate(stranger, binding), on: forged).refusal == .notPermitted)
        let gone = world.connect()
        _ = try world.ask(.authenticate(proof, binding), on: gone)
        _ = world.engine.run(
            [RelayOperation(connection: gone, body: .disconnect)], now: world.now)
        let before = try world.mailboxRow(alice)
        for connection in [world.connect(), replayed, forged, gone] {
            for asked in owned {
                #expect(try world.ask(asked, on: connection).refusal == .notPermitted)
            }
        }
        #expect(try world.mailboxRow(alice) == before)
        for asked in owned {
            #expect(try world.ask(asked, on: alice.connection).refusal == nil)
        }
    }

    @Test("[MBX-2] another owner's operations touch its own mailbox only")
    mutating func otherOwner() throws {
        let before = try world.mailboxRow(alice)
        for asked in owned where !asked.isAcknowledgement {
            #expect(try world.ask(asked, on: bob.connection).refusal == nil)
        }
        #expect(try world.ask(.ack(1), on: bob.connection).refusal == .malformed)
        #expect(try world.mailboxRow(alice) == before)
        #expect(try world.mailboxRow(bob).tokenGeneration == 2)
        let status = try world.post(world.message(to: lane, [alice])).statuses
        #expect(status == [.stored])
        #expect(world.events(for: bob.connection).isEmpty)
    }

    // MARK: Tokens

    /// Tokens that admit nothing, each for its own reason, and mailboxes that are not there.
    private mutating func refusedRecipients() throws -> [Device] {
        let denied = try world.renewed(alice)
        _ = try world.ask(.deny([try #require(denied.token).label]), on: alice.connection)
        let expired = try world.renewed(bob)
        _ = try world.ask(.newGeneration(2), on: bob.connection)
        var (foreign, absent, pinned, forged) = (alice, alice, alice, alice)
        foreign.token = try world.renewed(bob).token
        absent = Device(
            connection: alice.connection, mailbox: .random(using: &world.entropy),
            keyPair: alice.keyPair, sealing: alice.sealing, opener: alice.opener,
            token: try world.renewed(alice).token)
        pinned = try world.renewed(alice)
        _ = try world.openLane([pinned])
        let bytes = try #require(try world.renewed(alice).token).wireBytes
        forged.token = try DeliveryToken(wireBytes: bytes.dropLast() + [bytes[47] ^ 1])
        let open = try world.renewed(alice, .open)
        return [denied, expired, foreign, absent, pinned, forged, open]
    }

    @Test("[TOK-4] whatever is wrong with a token, its mailbox has the status of an unknown one")
    mutating func tokens() throws {
        let refused = try refusedRecipients()
        let before = try world.mailboxRow(alice)
        for device in refused {
            let accepted = try world.post(world.message(to: lane, [device]))
            #expect(accepted.statuses == [.refused])
            let opening = world.commit(
                to: world.newLane(), next: lane.token, [device], opens: true)
            #expect(try world.ask(.post(opening)).refusal == .notPermitted)
        }
        #expect(try world.mailboxRow(alice) == before)
        let shared = try world.renewed(alice, .lastResort)
        for device in [alice, shared, try world.renewed(alice)] {
            #expect(try world.post(world.message(to: lane, [device])).statuses == [.stored])
        }
    }

    @Test("[EPH-1] whatever is wrong with a token, nothing is forwarded, and nothing tells")
    mutating func ephemerals() throws {
        for device in [alice, bob] { _ = try world.ask(.subscribe, on: device.connection) }
        func ask(_ devices: [Device]) throws -> Result<Answer, RelayRefusal> {
            try world.ask(
                .ephemeral(
                    Ephemeral(
                        lane: lane.id, laneToken: lane.token, envelope: [1],
                        recipients: devices.compactMap(\.recipient))))
        }
        for device in try refusedRecipients() {
            #expect(try ask([device]) == .success(.ephemeral))
            #expect(world.events(for: alice.connection).isEmpty)
            #expect(world.events(for: bob.connection).isEmpty)
        }
        #expect(try ask([alice]) == .success(.ephemeral))
        #expect(world.events(for: alice.connection).count == 1)
    }

    // MARK: Lanes

    @Test(
        "[LANE-2] [LINK-1] an unknown lane and an unknown token are refused alike by all"
    )
    mutating func lanes() throws {
        let old = lane.token
        let next = LaneToken.random(using: &world.entropy)
        _ = try world.post(world.commit(to: lane, next: next, [alice]))
        let stranger = LaneToken.random(using: &world.entropy)
        let elsewhere = try world.openLane([try world.renewed(alice)])
        let cells: [(lane: LaneID, token: LaneToken, post: RelayRefusal?, links: RelayRefusal?)] = [
            (lane.id, next, nil, nil), (lane.id, old, .stale, nil),
            (lane.id, stranger, .notPermitted, .notPermitted),
            (lane.id, elsewhere.token, .notPermitted, .notPermitted),
            (world.newLane().id, next, .notPermitted, .notPermitted),
        ]
        for cell in cells {
            let shown = Lane(id: cell.lane, token: cell.token)
            #expect(try world.ask(.post(world.message(to: shown, [alice]))).refusal == cell.post)
            let ephemeral = Ephemeral(
                lane: cell.lane, laneToken: cell.token, envelope: [], recipients: [])
            #expect(try world.ask(.ephemeral(ephemeral)).refusal == cell.post)
            let links = GetLinks(lane: cell.lane, laneToken: cell.token, from: 1, to: 9)
            #expect(try world.ask(.links(links)).refusal == cell.links)
        }
        let commits: [(CommitForm, LaneToken, RelayRefusal?)] = [
            (.follows, stranger, .notPermitted), (.follows, old, .stale),
            (.opensLane, next, .notPermitted), (.alternative, next, .notPermitted),
            (.alternative, stranger, .notPermitted), (.alternative, old, nil),
            (.follows, next, nil),
        ]
        for (form, token, refusal) in commits {
            let post = world.commit(
                to: Lane(id: lane.id, token: token), next: .random(using: &world.entropy),
                [alice], form)
            #expect(try world.ask(.post(post)).refusal == refusal)
        }
    }
}

extension RelayOperation.Asked {
    fileprivate var isAcknowledgement: Bool { if case .ack = self { true } else { false } }
}
