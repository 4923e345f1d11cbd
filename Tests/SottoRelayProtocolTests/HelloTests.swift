// What a client checks before it trusts a relay, and what a relay checks before it opens a mailbox.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@Suite struct HelloTests {
    var samples: Samples
    let hello: ClientHello
    let answer: RelayHello

    init() throws {
        samples = try Samples()
        hello = ClientHello(nonce: .random(using: &samples.entropy))
        answer = RelayHello(
            answering: hello.nonce, relayKey: samples.relayKey,
            nonce: .random(using: &samples.entropy), incarnation: samples.incarnation,
            key: samples.relayKeyPair)
    }

    @Test("[RELAY-4] a hello over the client's own nonce verifies and binds both nonces")
    func verifies() throws {
        let received = try RelayHello(wireBytes: answer.wireBytes)
        let binding = try received.verify(pinned: samples.relayKey.id, hello: hello)
        #expect(binding.clientNonce == hello.nonce)
        #expect(binding.relayNonce == answer.nonce)
        #expect(received.incarnation == samples.incarnation)
    }

    @Test("[RELAY-4] a hello that answered another connection is refused")
    mutating func replayed() throws {
        let other = ClientHello(nonce: .random(using: &samples.entropy))
        #expect(throws: HelloError.replayed) {
            try answer.verify(pinned: samples.relayKey.id, hello: other)
        }
    }

    @Test("[RELAY-1] a relay with another key than the pinned one is named")
    func wrongRelay() throws {
        let pinned = try Samples(2).relayKey.id
        #expect(throws: HelloError.wrongRelay(samples.relayKey.id)) {
            try answer.verify(pinned: pinned, hello: hello)
        }
    }

    @Test("[RELAY-2] a version that was not offered is refused")
    func version() throws {
        let future = ClientHello(versions: [2], nonce: hello.nonce)
        #expect(throws: HelloError.unsupportedVersion(1)) {
            try answer.verify(pinned: samples.relayKey.id, hello: future)
        }
    }

    @Test("no flipped bit of a hello verifies")
    func flippedBits() throws {
        let bytes = answer.wireBytes
        for bit in 0..<bytes.count * 8 {
            guard let other = try? RelayHello(wireBytes: bytes.flipping(bit: bit)) else {
                continue
            }
            #expect(throws: HelloError.self) {
                try other.verify(pinned: samples.relayKey.id, hello: hello)
            }
        }
    }

    @Test("[MBX-2] a registration holds on its own connection alone")
    mutating func register() throws {
        let binding = samples.binding
        let register = Register(
            mailbox: samples.mailbox, mailboxKey: samples.mailboxKey,
            sealingKey: samples.sealingKey, signedBy: samples.mailboxKeyPair, on: binding)
        try register.verify(on: binding)
        _ = samples.entropy.bytes(1)
        let other = samples.binding
        #expect(throws: CryptoError.invalidSignature) { try register.verify(on: other) }
        let bytes = register.wireBytes
        for bit in 0..<bytes.count * 8 {
            // What is no registration any more is refused before its signature is looked at.
            guard let flipped = try? Register(wireBytes: bytes.flipping(bit: bit)) else { continue }
            #expect(throws: CryptoError.self) { try flipped.verify(on: binding) }
        }
    }

    @Test("[MBX-2] an authentication holds on its own connection and under its key alone")
    mutating func authenticate() throws {
        let binding = samples.binding
        let proof = Authenticate(
            mailbox: samples.mailbox, signedBy: samples.mailboxKeyPair, on: binding)
        try proof.verify(by: samples.mailboxKey, on: binding)
        let stranger = try Samples(2).mailboxKey
        #expect(throws: CryptoError.self) { try proof.verify(by: stranger, on: binding) }
        _ = samples.entropy.bytes(1)
        let other = samples.binding
        #expect(throws: CryptoError.self) {
            try proof.verify(by: samples.mailboxKey, on: other)
        }
    }

    @Test("[DIR-1] a put is signed for one relay, place, version and body")
    mutating func puts() throws {
        let other = try Samples(2).relayKey
        for body in samples.requests() {
            switch body {
            case .putRecord(let put):
                try put.verify(at: samples.relayKey)
                #expect(throws: CryptoError.self) { try put.verify(at: other) }
                let bytes = put.wireBytes
                for bit in 0..<bytes.count * 8 {
                    guard let flipped = try? PutRecord(wireBytes: bytes.flipping(bit: bit))
                    else { continue }
                    #expect(throws: CryptoError.self) {
                        try flipped.verify(at: samples.relayKey)
                    }
                }
            case .putStock(let put):
                try put.verify(at: samples.relayKey)
                #expect(throws: CryptoError.self) { try put.verify(at: other) }
                let bytes = put.wireBytes
                for bit in 0..<bytes.count * 8 {
                    guard let flipped = try? PutStock(wireBytes: bytes.flipping(bit: bit))
                    else { continue }
                    #expect(throws: CryptoError.self) {
                        try flipped.verify(at: samples.relayKey)
                    }
                }
            default: continue
            }
        }
    }
}
