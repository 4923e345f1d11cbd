// A connection made of requests: the same frames and decisions as over a WebSocket.

import SottoCrypto
import SottoRelayCore
import SottoRelayLink
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

@testable import SottoRelayServer

/// A client of a session over requests, with one connection for each direction.
private final class PollClient {
    private let up: RawClient
    private let down: RawClient
    private(set) var path = ""
    private(set) var sent: UInt64 = 1
    private(set) var got: UInt64 = 0
    private var frames: [RelayFrame] = []
    private var lastRequest: UInt32 = 0
    private(set) var binding: ConnectionBinding?

    init(_ relay: ServedRelay) async throws {
        up = try await RawClient.connect(relay.server.port)
        down = try await RawClient.connect(relay.server.port)
        var entropy = Entropy.system()
        let hello = ClientHello(nonce: .random(using: &entropy))
        let begun = try await up.request(
            "POST", "/v1/poll", body: Self.batch([ClientFrame.hello(hello).wireBytes]))
        #expect(begun.status == 201)
        path = try #require(begun["Location"])
        guard case .hello(let answer) = try await next() else {
            throw RawClient.Unexpected(text: "no hello")
        }
        binding = try answer.verify(pinned: relay.id, hello: hello)
    }

    static func batch(_ frames: [[UInt8]]) -> [UInt8] {
        frames.flatMap { frame in UInt32(frame.count).bigEndianBytes + frame }
    }

    func post(_ frames: [[UInt8]], number: UInt64? = nil) async throws -> Int {
        let number = number ?? sent + 1
        let answer = try await up.request("POST", "\(path)/\(number)", body: Self.batch(frames))
        if answer.status == 204 { sent = number }
        return answer.status
    }

    func send(_ body: Request.Body) async throws -> UInt32 {
        lastRequest += 1
        let frame = ClientFrame.request(Request(id: lastRequest, body: body)).wireBytes
        let status = try await post([frame])
        #expect(status == 204)
        return lastRequest
    }

    func get(after number: UInt64) async throws -> RawAnswer {
        try await down.request("GET", "\(path)/\(number)")
    }

    func next() async throws -> RelayFrame {
        while frames.isEmpty {
            let answer = try await get(after: got)
            if answer.status == 204 { continue }
            guard answer.status == 200 else {
                throw RawClient.Unexpected(text: "status \(answer.status)")
            }
            got = try #require(answer["Sotto-Batch"].flatMap { UInt64($0) })
            frames = try #require(PollBatches.frames(in: answer.body)).map {
                try RelayFrame(wireBytes: $0)
            }
        }
        return frames.removeFirst()
    }

    func ask(_ body: Request.Body) async throws -> Result<Answer, RelayRefusal> {
        let id = try await send(body)
        guard case .response(let response) = try await next(), response.id == id else {
            throw RawClient.Unexpected(text: "another frame")
        }
        return response.result
    }

    func end() async throws -> Int { try await up.request("DELETE", path).status }
}

extension UInt32 {
    fileprivate var bigEndianBytes: [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> $0) }
    }
}

@Suite("Sessions over requests", .timeLimit(.minutes(1)))
struct PollTests {
    @Test("[POLL-1] requests are answered and entries delivered as over a WebSocket")
    func conversation() async throws {
        try await ServedRelay.with { relay in
            let device = try await relay.device()
            let client = try await PollClient(relay)
            #expect(try await client.ask(.ping) == .success(.ping))
            let proof = Authenticate(
                mailbox: device.mailbox, signedBy: device.key, on: try #require(client.binding))
            guard case .success(.authenticate) = try await client.ask(.authenticate(proof)) else {
                throw RawClient.Unexpected(text: "not the owner")
            }
            #expect(try await client.ask(.subscribe(credit: 8)) == .success(.subscribe))
            let sender = try await relay.connect()
            var lane = ServedLane()
            let post = lane.commit(to: [device], opens: true)
            async let posted = sender.post(post)
            guard case .delivery(let delivery) = try await client.next() else {
                throw RawClient.Unexpected(text: "no delivery")
            }
            _ = try await posted
            #expect(delivery.sequence == 1)
            #expect(try await client.ask(.ack(sequence: 1)) == .success(.ack))
            #expect(try await client.end() == 204)
            #expect(try await client.get(after: client.got).status == 404)
        }
    }

    @Test("[POLL-2] an answer that was lost comes again, and frames that come again are one")
    func repeated() async throws {
        try await ServedRelay.with { relay in
            let client = try await PollClient(relay)
            let ping = ClientFrame.request(Request(id: 9, body: .ping)).wireBytes
            #expect(try await client.post([ping], number: 2) == 204)
            #expect(try await client.post([ping], number: 2) == 204)
            let first = try await client.get(after: client.got)
            let again = try await client.get(after: client.got)
            #expect(first.status == 200 && first.body == again.body)
            #expect(first["Sotto-Batch"] == again["Sotto-Batch"])
            #expect(PollBatches.frames(in: first.body)?.count == 1)
        }
    }

    @Test("[POLL-3] rubbish, gaps and strangers end in 410 and 404, and cost nobody else anything")
    func rubbish() async throws {
        try await ServedRelay.with { relay in
            for wrong in [[[1, 2, 3]], [[]], [[UInt8](repeating: 0, count: 70)]] as [[[UInt8]]] {
                let client = try await PollClient(relay)
                _ = try await client.post(wrong)
                var answer = try await client.get(after: client.got)
                if answer.status == 200 {
                    answer = try await client.get(after: client.got + 1)
                }
                #expect(answer.status == 410 && answer["Sotto-Close"] == "1002")
            }
            let skipping = try await PollClient(relay)
            #expect(try await skipping.post([], number: 7) == 410)
            let beyond = try await PollClient(relay)
            #expect(try await beyond.get(after: 70).status == 410)
            let raw = try await RawClient.connect(relay.server.port)
            for path in ["/v1/poll/00", "/v1/poll/" + String(repeating: "0", count: 32) + "/1"] {
                #expect(try await raw.request("GET", path).status == 404)
            }
            let long = [UInt8](repeating: 0, count: ServerLimits.pollBodyBytesMax + 1)
            let large = try await RawClient.connect(relay.server.port)
            #expect(try await large.request("POST", "/v1/poll", body: long).status == 413)
            let honest = try await PollClient(relay)
            #expect(try await honest.ask(.ping) == .success(.ping))
        }
    }

    @Test("[POLL-3] batches fit together or are none")
    func batches() {
        #expect(PollBatches.frames(in: []) == [])
        #expect(PollBatches.frames(in: [0, 0, 0, 0]) == [[]])
        #expect(PollBatches.frames(in: [0, 0, 0, 2, 7, 8, 0, 0, 0, 1, 9]) == [[7, 8], [9]])
        for wrong: [UInt8] in [[0], [0, 0, 0, 1], [0, 0, 0, 1, 2, 3], [255, 255, 255, 255, 0]] {
            #expect(PollBatches.frames(in: wrong) == nil)
        }
        let many = [UInt8](repeating: 0, count: 4 * (ReachLimits.pollFramesMax + 1))
        #expect(PollBatches.frames(in: many) == nil)
    }
}
