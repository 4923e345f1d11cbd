// A relay's side of a connection by hand, and a machine that talks to it.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoRelayLink

/// What a relay would say, drawn from one number.
struct RelaySide {
    var entropy: Entropy
    let key: SignaturePrivateKey
    let incarnation: Incarnation

    init(_ number: UInt8 = 1) throws {
        entropy = Entropy(seed: Secret(copying: Array(repeating: number, count: 32)))
        key = try .random(using: &entropy)
        incarnation = .random(using: &entropy)
    }

    var relayKey: RelayKey { RelayKey(made: key.publicKey) }
    var id: RelayID { relayKey.id }

    mutating func hello(answering nonce: HelloNonce) -> RelayHello {
        RelayHello(
            answering: nonce, relayKey: relayKey, nonce: .random(using: &entropy),
            incarnation: incarnation, key: key)
    }

    /// A hello with limits of choice, signed as it should be.
    mutating func hello(
        answering nonce: HelloNonce, version: UInt16 = 1, frameBytesMax: UInt32,
        requestsInFlightMax: UInt32
    ) throws -> RelayHello {
        var writer = WireWriter()
        writer.uint16(version)
        writer.value(relayKey)
        writer.fixed(entropy.bytes(32))
        writer.value(incarnation)
        writer.uint32(frameBytesMax)
        writer.uint32(requestsInFlightMax)
        writer.opaque([])
        let signature = Labelled.sign(key, "relay hello", nonce.bytes + writer.bytes)
        writer.fixed(signature)
        return try RelayHello(wireBytes: writer.bytes)
    }
}

/// Frames of a relay, short to write.
enum Said {
    static func answer(_ id: UInt32, _ answer: Answer) -> RelayFrame {
        .response(Response(id: id, result: .success(answer)))
    }

    static func refusal(_ id: UInt32, _ refusal: RelayRefusal) -> RelayFrame {
        .response(Response(id: id, result: .failure(refusal)))
    }

    static func delivery(_ sequence: UInt64) -> RelayFrame {
        .delivery(Delivery(sequence: sequence, sealed: [UInt8(truncatingIfNeeded: sequence)]))
    }
}

/// A state machine whose waiters are names, and what came of them.
struct LinkUnderTest: ~Copyable {
    var machine: RelayLinkStateMachine<String>
    var relay: RelaySide
    var now: Duration = .zero

    static let patience = RelayPatience(
        answerWithin: .seconds(30), pingEvery: .seconds(60), pongWithin: .seconds(15))

    /// A machine that has said nothing yet.
    init(trust: RelayTrust? = nil) throws {
        relay = try RelaySide()
        let nonce = HelloNonce.random(using: &relay.entropy)
        machine = RelayLinkStateMachine(
            trust: trust ?? .pinned(relay.id), nonce: nonce, patience: Self.patience)
    }

    /// The nonce the machine's hello carries.
    var nonce: HelloNonce {
        get throws {
            let greeting = machine.greeting
            let frame = try ClientFrame(wireBytes: #require(greeting))
            guard case .hello(let hello) = frame else { throw UnexpectedOutcome() }
            return hello.nonce
        }
    }

    /// Answers the machine's hello as an honest relay does.
    mutating func greet() throws {
        let hello = relay.hello(answering: try nonce)
        let outcome = receive(.hello(hello))
        guard case .greeted(let proven) = outcome, proven.hello == hello else {
            throw UnexpectedOutcome()
        }
    }

    mutating func receive(_ frame: RelayFrame) -> RelayLinkStateMachine<String>.OnReceived {
        machine.received(frame.wireBytes[...], now: now)
    }

    mutating func receive(bytes: [UInt8]) -> RelayLinkStateMachine<String>.OnReceived {
        machine.received(bytes[...], now: now)
    }

    /// Submits a request that has to be sent at once; answers its number.
    mutating func send(_ body: Request.Body = .ping, for waiter: String = "a") throws -> UInt32 {
        guard case .send(let id, let frame) = machine.submit(body, for: waiter, now: now) else {
            throw UnexpectedOutcome()
        }
        #expect(try ClientFrame(wireBytes: frame) == .request(Request(id: id, body: body)))
        return id
    }

    mutating func submit(
        _ body: Request.Body = .ping, for waiter: String
    ) -> RelayLinkStateMachine<String>.OnSubmit {
        machine.submit(body, for: waiter, now: now)
    }
}

struct UnexpectedOutcome: Error {}

extension RelayLinkStateMachine.OnReceived {
    /// The request numbered in the frame that was freed to be sent.
    var sentNext: UInt32? {
        switch self {
        case .answered(_, _, let frame), .freed(let frame):
            guard let frame, case .request(let request)? = try? ClientFrame(wireBytes: frame) else {
                return nil
            }
            return request.id
        default: return nil
        }
    }

    var closure: RelayClosure? { if case .end(let ending) = self { ending.closure } else { nil } }

    var waitersOfEnd: [Waiter]? { if case .end(let ending) = self { ending.waiters } else { nil } }

    var turnedAway: RelayConnectError? {
        if case .turnedAway(let error) = self { error } else { nil }
    }

    var delivered: UInt64? {
        if case .deliver(let delivery) = self { delivery.sequence } else { nil }
    }
}
