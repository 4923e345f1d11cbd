// Every frame in both directions: one form in bytes, and nothing else is read.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@Suite struct FrameTests {
    var samples: Samples

    init() throws { samples = try Samples() }

    @Test("[WIRE-3] a frame reads back as it was written, and with a byte more not at all")
    mutating func roundTrip() throws {
        for frame in samples.clientFrames() {
            #expect(try ClientFrame(wireBytes: frame.wireBytes) == frame)
            #expect(throws: WireError.self) { try ClientFrame(wireBytes: frame.wireBytes + [0]) }
        }
        for frame in samples.relayFrames() + refusals() {
            #expect(try RelayFrame(wireBytes: frame.wireBytes) == frame)
            #expect(throws: WireError.self) { try RelayFrame(wireBytes: frame.wireBytes + [0]) }
        }
    }

    @Test("every strict prefix of a frame is refused")
    mutating func prefixes() throws {
        for bytes in samples.clientFrames().map(\.wireBytes) {
            for count in 0..<bytes.count {
                #expect(throws: WireError.self) { try ClientFrame(wireBytes: bytes[..<count]) }
            }
        }
        for bytes in (samples.relayFrames() + refusals()).map(\.wireBytes) {
            for count in 0..<bytes.count {
                #expect(throws: WireError.self) { try RelayFrame(wireBytes: bytes[..<count]) }
            }
        }
    }

    @Test("a frame with a flipped bit is refused, or is another frame written in just that way")
    mutating func flippedBits() throws {
        for frame in samples.clientFrames() {
            let bytes = frame.wireBytes
            for bit in 0..<bytes.count * 8 {
                let flipped = bytes.flipping(bit: bit)
                guard let other = try? ClientFrame(wireBytes: flipped) else { continue }
                #expect(other.wireBytes == flipped)
                #expect(other != frame)
            }
        }
        for frame in samples.relayFrames() {
            let bytes = frame.wireBytes
            for bit in 0..<bytes.count * 8 {
                let flipped = bytes.flipping(bit: bit)
                guard let other = try? RelayFrame(wireBytes: flipped) else { continue }
                #expect(other.wireBytes == flipped)
            }
        }
    }

    @Test("random bytes are no frame, and do no harm")
    mutating func garbage() throws {
        for length in 0..<2_000 {
            let bytes = samples.entropy.bytes(length % 97 + 1)
            _ = try? ClientFrame(wireBytes: bytes)
            _ = try? RelayFrame(wireBytes: bytes)
        }
    }

    @Test("[RELAY-3] an extension of unknown type is read, a type twice is malformed")
    mutating func extensions() throws {
        let nonce = HelloNonce.random(using: &samples.entropy)
        let one = HelloExtension(type: 500, data: [1, 2])
        let known = ClientHello(nonce: nonce, extensions: [one])
        #expect(try ClientHello(wireBytes: known.wireBytes).extensions == [one])
        let twice = ClientHello(nonce: nonce, extensions: [one, one])
        #expect(throws: WireError.malformed) { try ClientHello(wireBytes: twice.wireBytes) }
    }

    @Test("the number of a request is known although the rest of it is not")
    func requestID() throws {
        #expect(ClientFrame.requestID(in: [2, 0, 0, 1, 2, 99, 1]) == 258)
        #expect(ClientFrame.requestID(in: [2, 0, 0, 1]) == nil)
        #expect(ClientFrame.requestID(in: [1, 0, 0, 1, 2]) == nil)
    }

    @Test("[RELAY-7] each request but ping belongs on one kind of connection")
    func connectionKinds() {
        for type in RequestType.allCases {
            let expected: ConnectionKind? =
                type == .ping ? nil : type.rawValue < 32 ? .owner : .anonymous
            #expect(type.connectionKind == expected)
        }
    }

    @Test("minting none or more than 256 is refused while reading")
    func mintBounds() throws {
        for count: UInt16 in [0, 257] {
            #expect(throws: WireError.malformed) {
                try Mint(wireBytes: Mint(count: count).wireBytes)
            }
        }
    }

    @Test("each refusal has a code of its own and keeps its waiting time")
    func refusalCodes() throws {
        let refusals = Self.allRefusals
        #expect(Set(refusals.map(\.code)) == Set(1...12))
        for refusal in refusals {
            #expect(try RelayRefusal(wireBytes: refusal.wireBytes) == refusal)
            #expect(!refusal.text.isEmpty)
        }
        #expect(RelayRefusal.rateLimited(retryAfter: .seconds(2)).retry == .after(.seconds(2)))
        #expect(RelayRefusal.malformed.retry == .never)
    }

    private static let allRefusals: [RelayRefusal] = [
        .malformed, .unsupportedVersion, .notPermitted, .wrongConnection, .tooLarge,
        .rateLimited(retryAfter: .milliseconds(1_500)), .stale, .conflict,
        .unavailable(retryAfter: .seconds(3)), .draining(retryAfter: .seconds(4)),
        .tooManyRequests, .notFound,
    ]

    private func refusals() -> [RelayFrame] {
        Self.allRefusals.map { .response(Response(id: 3, result: .failure($0))) }
    }
}
