// What an operator can count: every refusal by its code, every frame that is none, and the work.

import MetricsTestKit
import NIOCore
import NIOEmbedded
import NIOWebSocket
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@testable import SottoRelayServer

@Suite("Counting")
struct CountingTests {
    let relay: EmbeddedRelay
    var entropy = Entropy.system()

    init() throws { relay = try EmbeddedRelay() }

    private func refusals(_ code: UInt16) -> Int64 {
        relay.count("refusals", [("code", String(code))])
    }

    /// Expects that what happens is refused once, with this code, and counted so.
    private func expectRefusal(
        _ code: UInt16, on client: EmbeddedClient? = nil, _ happens: (EmbeddedClient) throws -> Void
    ) throws {
        let client = try client ?? relay.greeted()
        relay.loop.run()
        _ = try client.frames()
        let before = (1...12).map { refusals($0) }
        try happens(client)
        relay.loop.run()
        let told = try client.frames().compactMap(\.refusal)
        #expect(told.map(\.code) == [code])
        let counted = (1...12).map { refusals($0) - before[Int($0) - 1] }
        #expect(counted == (1...12).map { $0 == code ? 1 : 0 }, "code \(code)")
    }

    @Test("[RELAY-5] [RELAY-6] [RELAY-7] what a connection refuses by itself is counted by code")
    func refusedHere() throws {
        try expectRefusal(1) { client in try client.send([2, 0, 0, 0, 1, 99]) }
        try expectRefusal(2, on: relay.connect()) { client in
            try client.sayHello(versions: [9])
        }
        let anonymous = try relay.greeted()
        try anonymous.ask(1, .getRecord(.zero))
        try expectRefusal(4, on: anonymous) { client in try client.ask(2, .credit(1)) }
        try expectRefusal(5) { client in
            var writer = WireWriter()
            writer.uint8(2)
            writer.uint32(1)
            writer.value(RequestType.putRecord)
            writer.fixed([UInt8](repeating: 0, count: 72))
            writer.opaque([UInt8](repeating: 0, count: RelayLimits.recordBytesMax + 1))
            writer.fixed([UInt8](repeating: 0, count: 64))
            try client.send(writer.bytes)
        }
        let busy = try relay.greeted()
        for id in 1...UInt32(RelayLimits.requestsInFlightMax) {
            try busy.ask(id, .countStock(.zero))
        }
        _ = try busy.frames()
        try busy.ask(65, .countStock(.zero))
        #expect(try busy.frames().compactMap(\.refusal) == [.tooManyRequests])
        #expect(refusals(11) == 1)
    }

    @Test("[MBX-2] [DIR-2] [LANE-2] [LANE-5] what the writer refuses is counted by code")
    mutating func refusedByTheWriter() throws {
        try expectRefusal(3) { client in try client.ask(1, .ack(sequence: 0)) }
        try expectRefusal(12) { client in try client.ask(1, .getRecord(.zero)) }
        let device = try EmbeddedDevice(relay, &entropy)
        let lane = LaneID.random(using: &entropy)
        let tokens = (0..<2).map { _ in LaneToken.random(using: &entropy) }
        let opening = device.opening(of: lane, tokens[0], next: tokens[1], &entropy)
        let poster = try relay.greeted()
        try poster.ask(1, .post(opening))
        try expectRefusal(7, on: poster) { client in
            let late = Post(
                id: .random(using: &entropy), lane: lane, laneToken: tokens[0], envelope: [1],
                recipients: [device.recipient])
            try client.ask(2, .post(late))
        }
        try expectRefusal(8, on: poster) { client in
            let other = Post(
                id: opening.id, lane: lane, laneToken: tokens[1], envelope: [1],
                recipients: [device.recipient])
            try client.ask(3, .post(other))
        }
        relay.store.fail(with: .failed(code: 10))
        try expectRefusal(9, on: poster) { client in
            let post = Post(
                id: .random(using: &entropy), lane: lane, laneToken: tokens[1], envelope: [1],
                recipients: [device.recipient])
            try client.ask(4, .post(post))
        }
    }

    @Test("[DIR-4] [OPS-2] too many takes, and what comes while draining, are counted by code")
    mutating func laterRefusals() throws {
        let client = try relay.greeted()
        let writer = try SignaturePrivateKey.random(using: &entropy)
        let locator = Locator.random(using: &entropy)
        let put = PutStock(
            locator: locator, writeKey: try WriteKey(writer.publicKey), version: 1,
            addition: StockAddition(packages: [], lastResort: SealedPackage(sealed: [1])),
            signedBy: writer, at: relay.relay.identity.relayKey)
        try client.ask(1, .putStock(put))
        for id in 2..<2 + RelayLimits.packagesTakenHourlyMax {
            try client.ask(UInt32(id), .takeStock(locator))
            relay.loop.run()
        }
        try expectRefusal(6, on: client) { client in try client.ask(1_000, .takeStock(locator)) }
        // While the first is being answered the relay begins to drain, and a second comes.
        try expectRefusal(10, on: client) { client in
            try client.ask(1_001, .countStock(locator))
            relay.relay.table.drain()
            relay.loop.execute { try? client.ask(1_002, .countStock(locator)) }
        }
    }

    @Test("[RELAY-5] every frame that is forbidden is counted, whatever is wrong with it")
    func forbiddenFrames() throws {
        let wrongs: [(EmbeddedClient) throws -> Void] = [
            { try $0.send([9, 9]) },
            { try $0.send([1], opcode: .text) },
            { try $0.send([2, 0, 0, 0, 1, 1, 0]) },
            { client in
                let half = [UInt8](repeating: 0, count: RelayLimits.frameBytesMax / 2 + 1)
                try client.send(half, isFinal: false)
                try client.send(half, opcode: .continuation)
            },
            { client in
                var frame = EmbeddedClient.frame([1])
                frame.maskKey = nil
                try client.channel.writeInbound(frame)
            },
            { $0.channel.pipeline.fireErrorCaught(NIOWebSocketError.invalidFrameLength) },
        ]
        for (index, wrong) in wrongs.enumerated() {
            #expect(relay.count("frames_undecodable") == Int64(index))
            try wrong(relay.greeted())
        }
        #expect(relay.count("frames_undecodable") == Int64(wrongs.count))
        let silent = try relay.connect()
        relay.loop.advanceTime(by: .seconds(400))
        #expect(try silent.closeCode() == 1008)
        #expect(relay.count("frames_undecodable") == Int64(wrongs.count))
    }

    @Test("[OPS-5] a store that fills up, fails and recovers is logged once each, without a name")
    mutating func logging() throws {
        let device = try EmbeddedDevice(relay, &entropy)
        let poster = try relay.greeted()
        func post(_ id: UInt32) throws {
            let token = LaneToken.random(using: &entropy)
            let lane = LaneID.random(using: &entropy)
            let opening = device.opening(of: lane, token, next: token, &entropy)
            try poster.ask(id, .post(opening))
            relay.loop.run()
        }
        #expect(relay.log.lines.isEmpty)
        relay.store.fill(true)
        for id in 1...3 { try post(UInt32(id)) }
        relay.store.fill(false)
        for id in 4...6 { try post(UInt32(id)) }
        relay.store.fail(with: .failed(code: 10))
        for id in 7...9 { try post(UInt32(id)) }
        #expect(
            relay.log.lines == [
                "warning: the disk has no room left: nothing new is accepted",
                "notice: the store can write again",
                "error: the store fails: nothing new is accepted",
            ])
    }

    @Test("posts, entries, acks, transactions and connections are counted")
    mutating func work() throws {
        let device = try EmbeddedDevice(relay, &entropy)
        let poster = try relay.greeted()
        let gauge = try relay.metrics.expectGauge("sotto_relay_connections")
        #expect(gauge.lastValue == 2)
        #expect(relay.count("transactions") == 1)
        let lane = LaneID.random(using: &entropy)
        let token = LaneToken.random(using: &entropy)
        let opening = device.opening(of: lane, token, next: token, &entropy)
        try poster.ask(1, .post(opening))
        let messages = (0..<5).map { _ in
            Post(
                id: .random(using: &entropy), lane: lane, laneToken: token, envelope: [1],
                recipients: [device.recipient])
        }
        for (id, message) in messages.enumerated() {
            try poster.ask(UInt32(id) + 2, .post(message))
        }
        relay.loop.run()
        #expect(relay.count("posts_accepted") == 6 && relay.count("entries_stored") == 6)
        let stored = try relay.metrics.expectRecorder("sotto_relay_stored_seconds")
        #expect(stored.values.count == 6 && stored.values.allSatisfy { $0 >= 0 })
        #expect(relay.count("received_bytes") > 0 && relay.count("sent_bytes") > 0)
        #expect(relay.count("connections_opened") == 2)
        try device.client.ask(10, .ack(sequence: 6))
        relay.loop.run()
        #expect(relay.count("acks") == 1)
        #expect(relay.count("transactions") == 3)
        let sizes = try relay.metrics.expectRecorder("sotto_relay_transaction_operations")
        #expect(sizes.values == [2, 6, 1])
        try poster.channel.close().wait()
        relay.loop.run()
        #expect(gauge.lastValue == 1)
        #expect(try relay.metrics.expectGauge("sotto_relay_queue_operations").lastValue == 0)
        #expect(relay.metrics.counters(label: "sotto_relay_refusals_total").isEmpty)
    }
}

extension CountingTests {
    @Test("how long an entry takes to leave and to be acknowledged is measured")
    mutating func pace() throws {
        let device = try EmbeddedDevice(relay, &entropy)
        try device.client.ask(3, .subscribe(credit: 10))
        relay.loop.run()
        let token = LaneToken.random(using: &entropy)
        let opening = device.opening(
            of: .random(using: &entropy), token, next: token, &entropy)
        let poster = try relay.greeted()
        try poster.ask(1, .post(opening))
        relay.loop.run()
        let delivered = try relay.metrics.expectRecorder("sotto_relay_delivered_seconds")
        let acked = try relay.metrics.expectRecorder("sotto_relay_acked_seconds")
        #expect(delivered.values.count == 1 && acked.values.isEmpty)
        try device.client.ask(4, .ack(sequence: 1))
        #expect(acked.values.count == 1)
        #expect(acked.values[0] >= delivered.values[0])
    }
}

/// A device with a mailbox and one token.
private struct EmbeddedDevice {
    let client: EmbeddedClient
    let recipient: Recipient

    init(_ relay: EmbeddedRelay, _ entropy: inout Entropy) throws {
        client = try relay.connect()
        let hello = ClientHello(nonce: .random(using: &entropy))
        try client.send(.hello(hello))
        guard case .hello(let answer) = try client.frames().first else { throw Unanswered() }
        let binding = try answer.verify(pinned: relay.relay.identity.relayKey.id, hello: hello)
        let key = try SignaturePrivateKey.random(using: &entropy)
        let sealing = try X25519.PrivateKey.random(using: &entropy)
        let mailbox = MailboxID.random(using: &entropy)
        let register = Register(
            mailbox: mailbox, mailboxKey: try MailboxKey(key.publicKey),
            sealingKey: try SealingKey(sealing.publicKey), signedBy: key, on: binding)
        try client.ask(1, .register(register))
        try client.ask(2, .mint(Mint(kind: .lastResort, count: 1)))
        relay.loop.run()
        guard case .response(let response) = try client.frames().last,
            case .mint(let minted) = try response.result.get()
        else { throw Unanswered() }
        recipient = Recipient(mailbox: mailbox, token: minted.tokens[0])
    }

    func opening(
        of lane: LaneID, _ token: LaneToken, next: LaneToken, _ entropy: inout Entropy
    ) -> Post {
        Post(
            id: .random(using: &entropy), lane: lane, laneToken: token,
            commit: CommitPart(.opensLane, nextTokenHash: next.hash, welcomes: []),
            envelope: [1], recipients: [recipient])
    }

    struct Unanswered: Error {}
}

extension RelayFrame {
    fileprivate var refusal: RelayRefusal? {
        guard case .response(let response) = self, case .failure(let refusal) = response.result
        else { return nil }
        return refusal
    }
}
