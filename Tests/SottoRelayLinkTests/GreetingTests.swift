// What a client accepts as the first frame of a relay.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@testable import SottoRelayLink

@Suite struct GreetingTests {
    @Test("[RELAY-2] the first frame is a hello with one version and a nonce")
    func first() throws {
        let link = try LinkUnderTest()
        let greeting = link.machine.greeting
        let frame = try ClientFrame(wireBytes: #require(greeting))
        guard case .hello(let hello) = frame else { throw UnexpectedOutcome() }
        #expect(hello.versions == [1])
        #expect(hello.nonce != .zero)
    }

    @Test("[RELAY-1] the pinned relay is greeted, and both nonces bind what follows")
    func pinned() throws {
        var link = try LinkUnderTest()
        let nonce = try link.nonce
        let hello = link.relay.hello(answering: nonce)
        guard case .greeted(let proven) = link.receive(.hello(hello)) else {
            throw UnexpectedOutcome()
        }
        #expect(proven.binding.clientNonce == nonce)
        #expect(proven.binding.relayNonce == hello.nonce)
        #expect(proven.binding.relayKey == link.relay.relayKey)
        #expect(link.machine.greeting == nil)
    }

    @Test("[RELAY-1] another key than the pinned one is named, and nothing follows")
    func wrongKey() throws {
        let pinned = try RelaySide(9).id
        var link = try LinkUnderTest(trust: .pinned(pinned))
        let hello = link.relay.hello(answering: try link.nonce)
        let outcome = link.receive(.hello(hello))
        #expect(outcome.turnedAway == .wrongRelayKey(shown: link.relay.id))
        guard case .refuse("a", .closed) = link.submit(for: "a") else { throw UnexpectedOutcome() }
    }

    @Test("a first use takes the key that is shown, if it is proven")
    func firstUse() throws {
        var link = try LinkUnderTest(trust: .firstUse)
        try link.greet()
        var forged = try LinkUnderTest(trust: .firstUse)
        let elsewhere = forged.relay.hello(answering: .random(using: &forged.relay.entropy))
        #expect(forged.receive(.hello(elsewhere)).turnedAway == .helloNotProven)
    }

    @Test("[RELAY-4] a hello that answered another connection is refused")
    func replayed() throws {
        var earlier = try LinkUnderTest()
        let recorded = earlier.relay.hello(answering: try earlier.nonce)
        var link = try LinkUnderTest()
        _ = link.relay.entropy.next()
        link.machine = RelayLinkStateMachine(
            trust: .pinned(link.relay.id), nonce: .random(using: &link.relay.entropy),
            patience: LinkUnderTest.patience)
        #expect(link.receive(.hello(recorded)).turnedAway == .helloNotProven)
    }

    @Test("[RELAY-4] no flipped bit of a hello is accepted")
    func flipped() throws {
        var link = try LinkUnderTest()
        let bytes = RelayFrame.hello(link.relay.hello(answering: try link.nonce)).wireBytes
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << (bit % 8)
            var other = try LinkUnderTest()
            #expect(other.receive(bytes: flipped).turnedAway != nil)
        }
        #expect(link.receive(bytes: bytes).turnedAway == nil)
    }

    @Test("each strict prefix of a hello is refused, and so is one byte more")
    func prefixes() throws {
        var sample = try LinkUnderTest()
        let bytes = RelayFrame.hello(sample.relay.hello(answering: try sample.nonce)).wireBytes
        for length in 0..<bytes.count {
            var link = try LinkUnderTest()
            let outcome = link.receive(bytes: Array(bytes.prefix(length)))
            #expect(outcome.turnedAway == .closed(.relayMisbehaved(.undecodable)))
        }
        var link = try LinkUnderTest()
        let outcome = link.receive(bytes: bytes + [0])
        #expect(outcome.turnedAway == .closed(.relayMisbehaved(.undecodable)))
    }

    @Test("[RELAY-2] no version in common is told as that, another refusal with its reason")
    func refused() throws {
        var link = try LinkUnderTest()
        #expect(link.receive(Said.refusal(0, .unsupportedVersion)).turnedAway == .refusedVersion)
        var other = try LinkUnderTest()
        let draining = RelayRefusal.draining(retryAfter: .seconds(5))
        #expect(other.receive(Said.refusal(0, draining)).turnedAway == .refused(draining))
    }

    @Test("[RELAY-2] a version that was not offered is refused")
    func otherVersion() throws {
        var link = try LinkUnderTest()
        let hello = try link.relay.hello(
            answering: try link.nonce, version: 2, frameBytesMax: 1_048_576,
            requestsInFlightMax: 64)
        #expect(link.receive(.hello(hello)).turnedAway == .refusedVersion)
    }

    @Test("[RELAY-2] anything but a hello comes too early")
    func early() throws {
        let frames = [
            Said.delivery(1), .notice(.draining), Said.answer(1, .ping), Said.answer(0, .ping),
            Said.refusal(1, .unsupportedVersion),
        ]
        for frame in frames {
            var link = try LinkUnderTest()
            #expect(link.receive(frame).turnedAway == .closed(.relayMisbehaved(.unexpectedFrame)))
        }
    }

    @Test(
        "[RELAY-8] limits that allow no request are refused",
        arguments: [(0, 64), (1_023, 64), (1_024, 0)])
    func limits(bytes: UInt32, requests: UInt32) throws {
        var link = try LinkUnderTest()
        let hello = try link.relay.hello(
            answering: try link.nonce, frameBytesMax: bytes, requestsInFlightMax: requests)
        let outcome = link.receive(.hello(hello))
        #expect(outcome.turnedAway == .closed(.relayMisbehaved(.unusableLimits)))
    }
}
