// The relay is killed again and again under load: every accepted post is delivered, once, in order.

import Foundation
import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import SottoWire
import Testing

@Suite(.serialized, .timeLimit(.minutes(10 + (killRounds ?? 0) / 5))) struct RelayKillTests {
    /// How often it is killed; the long run sets more.
    private static let rounds = killRounds ?? 5

    @Test("[LANE-1] [MBX-5] an accepted post survives SIGKILL and is delivered once, in lane order")
    func killed() async throws {
        let program = try await RelayFixture()
        let relay = try RelayAddress(program)
        let devices = try await Self.devices(3, at: relay)
        let lanes = try await Self.lanes(4, for: devices, at: relay)
        for round in 0..<Self.rounds {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in lanes { group.addTask { try await lane.post(at: relay) } }
                for device in devices { group.addTask { try await device.read(at: relay) } }
                try await Task.sleep(for: .milliseconds(200 + round * 67 % 300))
                await program.stop(SIGKILL)
                try await group.waitForAll()
            }
            try await program.start()
            // Posting is faster than reading: no mailbox may be full in the end.
            if round % 10 == 9 { try await Self.drain(devices, lanes, at: relay) }
        }
        for lane in lanes { try await lane.finish(at: relay) }
        try await Self.check(devices, lanes, at: relay)
        #expect(await program.stop()?.status == 0)
    }

    @Test("[OPS-2] SIGTERM and SIGINT end the program with 0", arguments: [SIGTERM, SIGINT])
    func signals(signal: Int32) async throws {
        let program = try await RelayFixture()
        let connection = try await RelayAddress(program).connect()
        try await connection.ping()
        let outcome = try #require(await program.stop(signal))
        #expect(outcome.status == 0 && !outcome.wasKilled)
        #expect(await connection.closed() == .drained)
    }

    // MARK: The load

    private static func devices(
        _ count: Int, at relay: RelayAddress
    ) async throws -> [ReadingDevice] {
        var devices: [ReadingDevice] = []
        for _ in 0..<count { devices.append(try await ReadingDevice(at: relay)) }
        return devices
    }

    private static func drain(
        _ devices: [ReadingDevice], _ lanes: [PostingLane], at relay: RelayAddress
    ) async throws {
        var total = 0
        for lane in lanes { total += await lane.accepted.count }
        for device in devices { try await device.read(at: relay, until: UInt64(total)) }
    }

    private static func lanes(
        _ count: Int, for devices: [ReadingDevice], at relay: RelayAddress
    ) async throws -> [PostingLane] {
        var lanes: [PostingLane] = []
        for number in 0..<count {
            // A token is its first lane's own.
            var recipients: [Recipient] = []
            for device in devices { recipients.append(device.recipients[number]) }
            let lane = PostingLane(recipients: recipients)
            try await lane.open(at: relay)
            lanes.append(lane)
        }
        return lanes
    }

    // MARK: The check

    private static func check(
        _ devices: [ReadingDevice], _ lanes: [PostingLane], at relay: RelayAddress
    ) async throws {
        var accepted: [LaneID: [UInt64: Accepted]] = [:]
        for lane in lanes { accepted[lane.id] = await lane.accepted }
        let total = accepted.values.reduce(0) { $0 + $1.count }
        print("killed \(rounds) times under load; \(total) posts were accepted")
        #expect(total > rounds * lanes.count)
        let relayKey = try await relay.connect().hello.relayKey
        for device in devices {
            try await device.read(at: relay, until: UInt64(total))
            var verifier = HeadVerifier(relayKey: relayKey)
            var held: [LaneID: HeadHash] = [:]
            var numbers: [LaneID: UInt64] = [:]
            var previous: UInt64 = 0
            for entry in await device.entries {
                #expect(entry.previous == previous)
                previous += 1
                guard case .lane(let entry) = entry.content else { continue }
                let head = try entry.verify(with: &verifier).head
                let expected = accepted[head.lane]?[head.number]
                #expect(expected?.head.claim == head)
                #expect(head.number == numbers[head.lane, default: 0] + 1)
                #expect(held[head.lane] ?? entry.previousHead == entry.previousHead)
                held[head.lane] = head.hash
                numbers[head.lane] = head.number
            }
            #expect(previous == UInt64(total))
            for (lane, posts) in accepted { #expect(numbers[lane] == UInt64(posts.count)) }
        }
    }
}

/// Where a relay listens, and whose key it must have, through all its lives.
struct RelayAddress: Sendable {
    private let origin: RelayOrigin
    private let id: RelayID

    init(_ relay: RelayFixture) throws {
        origin = try RelayOrigin(relay.address)
        id = try RelayID(Hexadecimal.decode(relay.relayID))
    }

    func connect() async throws -> RelayConnection {
        try await RelayConnection.connect(
            to: origin, trusting: .pinned(id), entropy: .system())
    }
}

/// A device that reads its mailbox and acknowledges what it keeps.
actor ReadingDevice {
    private let mailbox: MailboxID
    private let key: SignaturePrivateKey
    private var opener: MailboxOpener
    let recipients: [Recipient]
    /// Everything that was delivered, in order, each once.
    private(set) var entries: [MailboxEntry] = []

    init(at relay: RelayAddress) async throws {
        var entropy = Entropy.system()
        mailbox = .random(using: &entropy)
        key = try .random(using: &entropy)
        let sealing = try X25519.PrivateKey.random(using: &entropy)
        opener = MailboxOpener(mailbox: mailbox, privateKey: sealing)
        let connection = try await relay.connect()
        _ = try await connection.register(
            mailbox, mailboxKey: key, sealingKey: SealingKey(sealing.publicKey))
        let tokens = try await connection.mint(4)
        recipients = tokens.map { [mailbox] in Recipient(mailbox: mailbox, token: $0) }
    }

    /// Reads until the connection breaks, or until this entry.
    func read(at relay: RelayAddress, until last: UInt64 = .max) async throws {
        if UInt64(entries.count) >= last { return }
        guard let connection = try? await relay.connect(),
            (try? await connection.authenticate(mailbox, mailboxKey: key)) != nil,
            let deliveries = try? await connection.subscribe(credit: 64)
        else { return }
        do {
            for try await delivery in deliveries {
                try keep(delivery)
                if delivery.sequence % 16 == 0 || delivery.sequence == last {
                    try await connection.ack(delivery.sequence)
                }
                if delivery.sequence == last { return }
            }
        } catch is RelayClosure {} catch is RelayRequestError {}
    }

    private func keep(_ delivery: Delivery) throws {
        let entry = try opener.open(delivery)
        let index = Int(delivery.sequence) - 1
        if index < entries.count {
            // Delivered again, since it was not acknowledged: it is what it was.
            #expect(entries[index] == entry)
        } else {
            #expect(index == entries.count)
            entries.append(entry)
        }
    }
}

/// One conversation's poster, which posts again what was not answered.
actor PostingLane {
    nonisolated let id: LaneID
    private var token: LaneToken
    private let recipients: [Recipient]
    private var entropy = Entropy.system()
    /// What was sent and has no answer: messages of one epoch, or the commit that ends it.
    private var unanswered: [Post] = []
    private var nextToken: LaneToken
    /// The answers by the number that each post took.
    private(set) var accepted: [UInt64: Accepted] = [:]

    init(recipients: [Recipient]) {
        id = .random(using: &entropy)
        token = .random(using: &entropy)
        nextToken = .random(using: &entropy)
        self.recipients = recipients
    }

    func open(at relay: RelayAddress) async throws {
        unanswered = [commit(opens: true)]
        try await sendUnanswered(on: try await relay.connect())
    }

    /// Posts until the connection breaks.
    func post(at relay: RelayAddress) async throws {
        guard let connection = try? await relay.connect() else { return }
        do {
            while true {
                try await sendUnanswered(on: connection)
                unanswered = (0..<8).map { _ in message() }
                try await sendUnanswered(on: connection)
                unanswered = [commit(opens: false)]
            }
        } catch RelayRequestError.closed {}
    }

    /// Posts what is left unanswered.
    func finish(at relay: RelayAddress) async throws {
        try await sendUnanswered(on: try await relay.connect())
    }

    private func message() -> Post {
        Post(
            id: .random(using: &entropy), lane: id, laneToken: token,
            envelope: entropy.bytes(300 + accepted.count % 7 * 200), recipients: recipients)
    }

    private func commit(opens: Bool) -> Post {
        nextToken = .random(using: &entropy)
        return Post(
            id: .random(using: &entropy), lane: id, laneToken: token,
            commit: CommitPart(
                opens ? .opensLane : .follows, nextTokenHash: nextToken.hash, welcomes: []),
            envelope: entropy.bytes(500), recipients: recipients)
    }

    /// Posts together what waits; what the break of a connection leaves unanswered stays.
    private func sendUnanswered(on connection: RelayConnection) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for post in unanswered { group.addTask { try await self.send(post, on: connection) } }
            while let result = await group.nextResult() { try result.get() }
        }
    }

    private func send(_ post: Post, on connection: RelayConnection) async throws {
        let answer = try await connection.post(post)
        #expect(answer.statuses.allSatisfy { $0 == .stored })
        let number = answer.head.claim.number
        #expect(accepted[number] == nil)
        accepted[number] = answer
        unanswered.removeAll { $0.id == post.id }
        if post.kind == .commit { token = nextToken }
    }
}
