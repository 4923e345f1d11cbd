// Lanes: which posts are accepted, in what order, once, and for whom.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@Suite struct LaneDecisionTests {
    var world: RelayWorld
    var alice: Device
    var bob: Device

    init() throws {
        world = try RelayWorld()
        alice = try world.device()
        bob = try world.device()
    }

    private func laneRow(_ lane: Lane) throws -> LaneRow {
        guard case .lane(_, let row?) = try world.store.find([.lane(lane.id)]).first else {
            throw WorldError()
        }
        return row
    }

    @Test("[LANE-4] the first commit opens a lane at epoch 0 and ends that epoch")
    mutating func opens() throws {
        let lane = world.newLane()
        let next = LaneToken.random(using: &world.entropy)
        let commit = world.commit(to: lane, next: next, [alice], opens: true, welcomes: [bob])
        let accepted = try world.post(commit)
        #expect(accepted.statuses == [.stored, .stored])
        #expect(accepted.head.claim.number == 1)
        let row = try laneRow(lane)
        #expect(row.epoch == 1 && row.tokenHash == next.hash && row.number == 1)
        guard case .welcome(let welcome) = try world.entries(&bob)[0].content else {
            Issue.record("the newcomer got no Welcome")
            return
        }
        #expect(Array(welcome.envelope) == [7, 7])
        #expect(welcome.head == accepted.head)
    }

    @Test("[HEAD-5] [OPS-4] in a restored store a lane goes on from its head, and proves no fork")
    mutating func restored() throws {
        let lane = try world.openLane([alice])
        let before = try laneRow(lane)
        let backup = world.backup()
        let lost = try world.post(world.message(to: lane, [alice], [1]))
        #expect(lost.head.claim.incarnation == world.store.incarnation)
        try world.restore(backup)
        let after = try world.post(world.message(to: lane, [alice], [2]))
        #expect(after.head.claim.incarnation == backup.incarnation)
        #expect(after.head.claim.incarnation != lost.head.claim.incarnation)
        #expect(after.head.claim.number == 2 && lost.head.claim.number == 2)

        let entry = try #require(try world.entries(&alice).last?.lane)
        var verifier = world.verifier
        let head = try entry.verify(with: &verifier)
        #expect(head.evidence == after.head && entry.previousHead == before.head)
        let other = try verifier.verify(lost.head)
        #expect(!head.provesFork(with: other) && !other.provesFork(with: head))
    }

    @Test("[LANE-4] opening needs a valid token, the flag, and a lane that is not there")
    mutating func opensOnlyOnce() throws {
        let lane = world.newLane()
        let next = LaneToken.random(using: &world.entropy)
        let nobody = world.commit(to: lane, next: next, [], opens: true)
        #expect(try world.ask(.post(nobody)).refusal == .notPermitted)
        var forged = alice
        forged.token = bob.token
        let refused = world.commit(to: lane, next: next, [forged], opens: true)
        #expect(try world.ask(.post(refused)).refusal == .notPermitted)
        #expect(try world.mailboxRow(alice).newest == 0)
        let unflagged = world.commit(to: lane, next: next, [alice])
        #expect(try world.ask(.post(unflagged)).refusal == .notPermitted)
        let message = world.message(to: lane, [alice])
        #expect(try world.ask(.post(message)).refusal == .notPermitted)

        var open = try world.openLane([alice])
        let again = world.commit(to: open, next: next, [alice], opens: true)
        #expect(try world.ask(.post(again)).refusal == .notPermitted)
        open.token = .random(using: &world.entropy)
        let wrong = world.message(to: open, [alice])
        #expect(try world.ask(.post(wrong)).refusal == .notPermitted)
    }

    @Test("[LANE-2] a token of one of 64 epochs before is stale, an older one not permitted")
    mutating func stale() throws {
        var lane = try world.openLane([alice])
        var old: [LaneToken] = []
        for _ in 0..<66 {
            old.append(lane.token)
            let next = LaneToken.random(using: &world.entropy)
            _ = try world.post(world.commit(to: lane, next: next, [alice]))
            lane.token = next
        }
        for (index, token) in old.enumerated() {
            let post = world.message(to: Lane(id: lane.id, token: token), [alice])
            let expected: RelayRefusal = old.count - index <= 64 ? .stale : .notPermitted
            #expect(try world.ask(.post(post)).refusal == expected)
        }
        #expect(try laneRow(lane).epoch == 67)
    }

    @Test("[LANE-3] of two commits under one token the first wins, in one batch or in two")
    mutating func race() throws {
        let lane = try world.openLane([alice, bob])
        let tokens = (0..<3).map { _ in LaneToken.random(using: &world.entropy) }
        let commits = tokens.map { world.commit(to: lane, next: $0, [alice, bob]) }
        let together = world.ask([
            (.post(commits[0]), world.connect()), (.post(commits[1]), world.connect()),
        ])
        #expect(together[0].accepted != nil)
        #expect(together[1].refusal == .stale)
        #expect(try world.ask(.post(commits[2])).refusal == .stale)
        #expect(try laneRow(lane).tokenHash == tokens[0].hash)
        #expect(try world.entries(&alice).count == 2)
    }

    @Test("[LANE-5] a repeated post gets the first answer, also after its epoch and a restart")
    mutating func idempotent() throws {
        let lane = try world.openLane([alice])
        let next = LaneToken.random(using: &world.entropy)
        let commit = world.commit(to: lane, next: next, [alice])
        let first = try world.post(commit)
        try expectRepetition(of: commit, first)
        try world.restart()
        try expectRepetition(of: commit, first)
        #expect(try world.entries(&alice).count == 2)
        world.pass(24 * 3_600 - 1)
        try expectRepetition(of: commit, first)
        world.pass(1)
        #expect(try world.ask(.post(commit)).refusal == .stale)
    }

    @Test("[LANE-5] [OPS-4] a post from before a restoration gets its head of that life")
    mutating func idempotentRestored() throws {
        let lane = try world.openLane([alice])
        let post = world.message(to: lane, [alice])
        let first = try world.post(post)
        try world.restore(world.backup())
        // Beside a post of the present life, which another signature covers.
        let other = world.message(to: lane, [alice])
        let results = world.ask([(.post(other), world.connect()), (.post(post), world.connect())])
        let again = try #require(results[1].accepted)
        #expect(again.head.claim == first.head.claim)
        let fresh = try #require(results[0].accepted)
        #expect(fresh.head.claim.incarnation != again.head.claim.incarnation)
        var verifier = world.verifier
        _ = try verifier.verify(again.head)
        _ = try verifier.verify(fresh.head)
    }

    private mutating func expectRepetition(of post: Post, _ first: Accepted) throws {
        let again = try world.post(post)
        #expect(again.head.claim == first.head.claim)
        #expect(again.statuses == first.statuses)
        var verifier = world.verifier
        _ = try verifier.verify(again.head)
    }

    @Test("[LANE-5] a post and its repetition in one batch are one entry and one answer")
    mutating func idempotentTogether() throws {
        let lane = try world.openLane([alice])
        let post = world.message(to: lane, [alice])
        let other = Post(
            id: post.id, lane: lane.id, laneToken: lane.token, envelope: [42],
            recipients: post.recipients)
        let results = world.ask([
            (.post(post), world.connect()), (.post(post), world.connect()),
            (.post(other), world.connect()),
        ])
        #expect(results[0].accepted != nil)
        #expect(results[1] == results[0])
        #expect(results[2].refusal == .conflict)
        #expect(try world.entries(&alice).count == 2)
    }

    @Test("[LANE-5] a post id with another body is a conflict, before any token is looked at")
    mutating func conflict() throws {
        let lane = try world.openLane([alice])
        let post = world.message(to: lane, [alice])
        _ = try world.post(post)
        let other = Post(
            id: post.id, lane: .random(using: &world.entropy), laneToken: lane.token,
            envelope: post.envelope, recipients: post.recipients)
        #expect(try world.ask(.post(other)).refusal == .conflict)
    }

    @Test("[LANE-5] posts are forgotten by the sweep after a day")
    mutating func sweep() throws {
        let lane = try world.openLane([alice])
        let post = world.message(to: lane, [alice])
        _ = try world.post(post)
        world.pass(24 * 3_600 + 1)
        _ = world.engine.sweep(now: world.now)
        #expect(try world.store.find([.post(post.id)]) == [.post(post.id, nil)])
    }

    @Test("[LANE-6] a recipient that refuses or is unknown blocks nobody")
    mutating func statuses() throws {
        let lane = try world.openLane([alice, bob])
        var forged = alice
        forged.token = bob.token
        var unknown = bob
        unknown = Device(
            connection: bob.connection, mailbox: .random(using: &world.entropy),
            keyPair: bob.keyPair, sealing: bob.sealing, opener: bob.opener, token: bob.token)
        let post = world.message(to: lane, [forged, unknown, bob])
        let accepted = try world.post(post)
        #expect(accepted.statuses == [.refused, .refused, .stored])
        #expect(try world.entries(&bob).count == 2)
    }

    @Test("[HEAD-2] every entry and answer carries a head that follows, in every mailbox")
    mutating func chain() throws {
        var devices = [alice, bob]
        var lane = try world.openLane(devices)
        for step in 0..<12 {
            if step % 4 == 3 {
                let next = LaneToken.random(using: &world.entropy)
                _ = try world.post(world.commit(to: lane, next: next, devices))
                lane.token = next
            } else {
                let posts = (0..<3).map { _ in world.message(to: lane, devices, [UInt8(step)]) }
                let results = world.ask(posts.map { (.post($0), world.connect()) })
                let numbers = results.compactMap { $0.accepted?.head.claim.number }
                #expect(numbers == numbers.sorted() && numbers.count == 3)
            }
        }
        var verifier = world.verifier
        for index in devices.indices {
            var held = LaneHead.start(
                of: lane.id, at: world.engine.identity.relayKey,
                incarnation: world.engine.identity.incarnation)
            for entry in try world.entries(&devices[index]) {
                let entry = try #require(entry.lane)
                let verified = try entry.verify(with: &verifier)
                #expect(verified.head.number == held.number + 1)
                #expect(entry.previousHead == held.hash)
                held = verified.head
            }
            #expect(held.number == 31)
        }
    }

    @Test("[SEAL-1] no two entries of a post are equal at rest, nor equal to what was posted")
    mutating func sealed() throws {
        var devices = try world.devices(10)
        let envelope = world.entropy.bytes(400)
        let lane = try world.openLane(devices)
        _ = try world.post(world.message(to: lane, devices, envelope))
        var seen: Set<[UInt8]> = []
        for index in devices.indices {
            let key = RowKey.entries(devices[index].mailbox, after: 1, max: 9)
            guard case .entries(_, _, _, let found) = try world.store.find([key]).first else {
                throw WorldError()
            }
            for delivery in found {
                #expect(seen.insert(delivery.sealed).inserted)
                #expect(!delivery.sealed.contains(envelope))
            }
            #expect(try Array(world.entries(&devices[index])[1].lane?.envelope ?? []) == envelope)
        }
        #expect(seen.count == 10)
    }

    @Test("[LANE-1] when the store cannot write nothing was accepted, and reading goes on")
    mutating func cannotWrite() throws {
        let lane = try world.openLane([alice])
        let row = try laneRow(lane)
        let post = world.message(to: lane, [alice])
        world.store.fail(with: .full)
        let results = world.ask([
            (.post(post), world.connect()), (.mint(Mint(count: 1)), alice.connection),
        ])
        guard case .unavailable = results[0].refusal else {
            Issue.record("a post was not refused as unavailable")
            return
        }
        #expect(results[1].refusal == nil)
        #expect(!world.engine.canWrite)
        #expect(try laneRow(lane) == row)

        world.store.fail(with: nil)
        let probe = RelayOperation(connection: world.connect(), body: .probe)
        _ = world.engine.run([probe], now: world.now)
        #expect(world.engine.canWrite)
        let accepted = try world.post(post)
        #expect(accepted.head.claim.number == 2)
        #expect(try world.entries(&alice).map(\.previous) == [0, 1])
    }
}
