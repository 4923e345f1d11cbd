// Lanes and mailboxes over real sockets.

import SottoRelayLink
import SottoRelayProtocol
import SottoRelayServer
import Testing

@Suite("A served relay", .timeLimit(.minutes(1)))
struct ServedConversationTests {
    @Test("[HEAD-1] [MBX-3] posts arrive in lane order, once, under heads that verify and follow")
    func posts() async throws {
        try await ServedRelay.with { relay in
            let alice = try await relay.device()
            let bob = try await relay.device()
            let anonymous = try await relay.connect()
            var lane = ServedLane()
            let opening = lane.commit(to: [alice], opens: true, welcoming: [bob])
            var verifier = HeadVerifier(relayKey: anonymous.hello.relayKey)
            let opened = try await anonymous.post(opening)
            #expect(opened.statuses == [.stored, .stored])
            _ = try verifier.verify(opened.head)
            for number in 1...5 {
                let post = lane.message("message \(number)", to: [alice, bob])
                let accepted = try await anonymous.post(post)
                #expect(try verifier.verify(accepted.head).head.number == UInt64(number + 1))
            }
            let alices = try await alice.entries(6)
            try expectChain(of: alices, verifier: &verifier, from: 1)
            let bobs = try await bob.entries(6)
            guard case .welcome = bobs[0].content else {
                Issue.record("the newcomer's first entry is not its Welcome")
                return
            }
            try expectChain(of: Array(bobs.dropFirst()), verifier: &verifier, from: 2)
        }
    }

    private func expectChain(
        of entries: [MailboxEntry], verifier: inout HeadVerifier, from first: UInt64
    ) throws {
        var previous: LaneHead?
        for (index, entry) in entries.enumerated() {
            guard case .lane(let lane) = entry.content else {
                Issue.record("an entry is not of the lane")
                return
            }
            let head = try verifier.verify(lane.head).head
            #expect(head.number == first + UInt64(index))
            if let previous { #expect(lane.previousHead == previous.hash) }
            previous = head
        }
    }

    @Test("[LANE-5] a repeated post has its first answer; another body under its id is a conflict")
    func repeatedPosts() async throws {
        try await ServedRelay.with { relay in
            let alice = try await relay.device()
            let anonymous = try await relay.connect()
            var lane = ServedLane()
            let opening = lane.commit(to: [alice], opens: true)
            let first = try await anonymous.post(opening)
            let again = try await relay.connect().post(opening)
            #expect(first.head.claim == again.head.claim)
            #expect(first.statuses == again.statuses)
            let other = Post(
                id: opening.id, lane: lane.id, laneToken: lane.token, envelope: [1],
                recipients: [alice.recipient])
            await #expect(throws: RelayRequestError.refused(.conflict)) {
                try await anonymous.post(other)
            }
            #expect(try await alice.entries(1).count == 1)
        }
    }

    @Test("[LANE-2] [LANE-3] a post under the token of an epoch that is over is stale")
    func stalePosts() async throws {
        try await ServedRelay.with { relay in
            let alice = try await relay.device()
            let anonymous = try await relay.connect()
            var lane = ServedLane()
            _ = try await anonymous.post(lane.commit(to: [alice], opens: true))
            var late = lane
            _ = try await anonymous.post(lane.commit(to: [alice]))
            let post = late.message("late", to: [alice])
            await #expect(throws: RelayRequestError.refused(.stale)) {
                try await anonymous.post(post)
            }
        }
    }

    @Test("[MBX-7] [LANE-6] a full mailbox says so and blocks nobody")
    func fullMailbox() async throws {
        try await ServedRelay.with(mailboxEntriesMax: 2) { relay in
            let alice = try await relay.device()
            let bob = try await relay.device()
            let anonymous = try await relay.connect()
            var lane = ServedLane()
            _ = try await anonymous.post(lane.commit(to: [alice], opens: true))
            _ = try await anonymous.post(lane.message("1", to: [alice, bob]))
            let accepted = try await anonymous.post(lane.message("2", to: [alice, bob]))
            #expect(accepted.statuses == [.full, .stored])
            try await alice.connection.ack(2)
            let after = try await anonymous.post(lane.message("3", to: [alice]))
            #expect(after.statuses == [.stored])
        }
    }

    @Test("[MBX-5] what was delivered and not acknowledged is delivered again")
    func redelivery() async throws {
        try await ServedRelay.with { relay in
            let alice = try await relay.device()
            let anonymous = try await relay.connect()
            var lane = ServedLane()
            _ = try await anonymous.post(lane.commit(to: [alice], opens: true))
            _ = try await anonymous.post(lane.message("kept", to: [alice]))
            #expect(try await alice.entries(2).count == 2)
            try await alice.connection.ack(1)
            alice.connection.close()
            let returned = try await relay.connect()
            let owned = try await returned.authenticate(alice.mailbox, mailboxKey: alice.key)
            #expect(owned == Owned(acked: 1, newest: 2))
            for try await delivery in try await returned.subscribe(credit: 8) {
                #expect(delivery.sequence == 2)
                break
            }
        }
    }

    @Test("[MBX-6] the newest subscription wins, and the older one is told")
    func newestWins() async throws {
        try await ServedRelay.with { relay in
            let alice = try await relay.device()
            let older = try await alice.connection.subscribe(credit: 8)
            let newer = try await relay.connect()
            _ = try await newer.authenticate(alice.mailbox, mailboxKey: alice.key)
            let deliveries = try await newer.subscribe(credit: 8)
            await #expect(throws: RelayClosure.superseded) {
                for try await _ in older { Issue.record("there was nothing to deliver") }
            }
            var lane = ServedLane()
            let anonymous = try await relay.connect()
            _ = try await anonymous.post(lane.commit(to: [alice], opens: true))
            for try await delivery in deliveries {
                #expect(delivery.sequence == 1)
                break
            }
        }
    }

    @Test("[RELAY-7] a connection is the owner's or anonymous, never both")
    func kinds() async throws {
        try await ServedRelay.with { relay in
            let alice = try await relay.device()
            var lane = ServedLane()
            let post = lane.commit(to: [alice], opens: true)
            await #expect(throws: RelayRequestError.refused(.wrongConnection)) {
                try await alice.connection.post(post)
            }
            let anonymous = try await relay.connect()
            _ = try await anonymous.post(post)
            await #expect(throws: RelayRequestError.refused(.wrongConnection)) {
                try await anonymous.mint(1)
            }
        }
    }

    @Test("[OPS-2] draining tells every connection and closes it once it is answered")
    func draining() async throws {
        let relay = try await ServedRelay.start()
        let alice = try await relay.device()
        let idle = try await relay.connect()
        await relay.server.shutdown()
        #expect(await alice.connection.closed() == .drained)
        #expect(await idle.closed() == .drained)
        await #expect(throws: RelayConnectError.unreachable) { try await relay.connect() }
    }
}
