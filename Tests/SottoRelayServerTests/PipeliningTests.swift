// Many requests at once, deliveries with credit, and a reader that does not read.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@Suite("Pipelining", .timeLimit(.minutes(1)))
struct PipeliningTests {
    private func post(_ posts: [Post], on client: RawClient) async throws -> [Accepted] {
        var accepted: [Accepted] = []
        for start in stride(from: 0, to: posts.count, by: RelayLimits.requestsInFlightMax) {
            let part = posts[start...].prefix(RelayLimits.requestsInFlightMax)
            for post in part { _ = try await client.send(.post(post)) }
            for _ in part {
                guard case .post(let answer) = try await client.nextResponse().result.get()
                else { throw RawClient.Unexpected(text: "not accepted") }
                accepted.append(answer)
            }
        }
        return accepted
    }

    @Test("[RELAY-6] pipelined posts are answered in their order and take numbers in it")
    func order() async throws {
        try await ServedRelay.with { relay in
            let alice = try await relay.device()
            let client = try await relay.raw()
            var lane = ServedLane()
            let opening = lane.commit(to: [alice], opens: true)
            let posts = (0..<200).map { lane.message("\($0)", to: [alice]) }
            let accepted = try await post([opening] + posts, on: client)
            #expect(accepted.map(\.head.claim.number) == Array(1...201))
        }
    }

    @Test("[LANE-3] of commits that race on two connections one wins")
    func race() async throws {
        try await ServedRelay.with { relay in
            let alice = try await relay.device()
            let clients = [try await relay.raw(), try await relay.raw()]
            var lane = ServedLane()
            _ = try await post([lane.commit(to: [alice], opens: true)], on: clients[0])
            for _ in 0..<20 {
                var theirs = lane.asAnotherMember()
                let commits = [lane.commit(to: [alice]), theirs.commit(to: [alice])]
                for (client, commit) in zip(clients, commits) {
                    _ = try await client.send(.post(commit))
                }
                let ours = try await clients[0].nextResponse().result
                let other = try await clients[1].nextResponse().result
                #expect([ours, other].filter { $0 == .failure(.stale) }.count == 1)
                if ours == .failure(.stale) { lane = theirs }
            }
        }
    }

    @Test("[MBX-4] a backlog is delivered in order, as far as credit goes, and then further")
    func backlog() async throws {
        try await ServedRelay.with { relay in
            let alice = try await relay.device()
            let poster = try await relay.raw()
            var lane = ServedLane()
            let opening = lane.commit(to: [alice], opens: true)
            let posts = (0..<300).map { lane.message("\($0)", to: [alice]) }
            _ = try await post([opening] + posts, on: poster)
            let owner = try await relay.raw(of: alice)
            _ = try await owner.ask(.subscribe(credit: 10))
            for sequence in 1...10 {
                #expect(try await owner.nextDelivery().sequence == UInt64(sequence))
            }
            #expect(try await owner.ask(.ping) == .success(.ping))
            #expect(owner.deliveries.isEmpty)
            _ = try await owner.ask(.credit(4_096))
            for sequence in 11...301 {
                #expect(try await owner.nextDelivery().sequence == UInt64(sequence))
            }
        }
    }

    @Test("a subscriber that does not read holds up nobody and is served when it reads")
    func slowReader() async throws {
        try await ServedRelay.with { relay in
            let slow = try await relay.device()
            let quick = try await relay.device()
            let slowOwner = try await relay.raw(of: slow)
            let quickOwner = try await relay.raw(of: quick)
            _ = try await slowOwner.ask(.subscribe(credit: 4_096))
            _ = try await quickOwner.ask(.subscribe(credit: 4_096))
            try await slowOwner.read(false)
            let poster = try await relay.raw()
            var lane = ServedLane()
            _ = try await post([lane.commit(to: [slow, quick], opens: true)], on: poster)
            let text = String(repeating: "x", count: 100_000)
            for _ in 0..<60 {
                _ = try await post([lane.message(text, to: [slow, quick])], on: poster)
            }
            for sequence in 1...61 {
                #expect(try await quickOwner.nextDelivery().sequence == UInt64(sequence))
            }
            try await slowOwner.read(true)
            for sequence in 1...61 {
                #expect(try await slowOwner.nextDelivery().sequence == UInt64(sequence))
            }
        }
    }
}
