// Tokens that a relay knows again without a list of them.

import SottoCrypto
import SottoRelayProtocol
import SottoWire
import Testing

@Suite struct DeliveryTokenTests {
    var samples: Samples
    let secret: DeliverySecret

    init() throws {
        samples = try Samples()
        secret = DeliverySecret(
            masterKey: samples.masterKey, mailbox: samples.mailbox, generation: 1)
    }

    @Test("[TOK-1] a mailbox admits its own tokens and no other mailbox's or generation's")
    mutating func admits() throws {
        let token = samples.token()
        #expect(secret.admits(token))
        let ofAnother = samples.token(for: .random(using: &samples.entropy))
        #expect(!secret.admits(ofAnother))
        let later = samples.token(generation: 2)
        #expect(!secret.admits(later))
        let otherRelay = DeliverySecret(
            masterKey: samples.entropy.secret(32), mailbox: samples.mailbox, generation: 1)
        #expect(!otherRelay.admits(token))
    }

    @Test("[TOK-1] no token with a flipped bit is admitted")
    mutating func flippedBits() throws {
        let bytes = samples.token().wireBytes
        #expect(bytes.count == DeliveryToken.count)
        for bit in 0..<bytes.count * 8 {
            guard let flipped = try? DeliveryToken(wireBytes: bytes.flipping(bit: bit)) else {
                continue
            }
            #expect(!secret.admits(flipped))
        }
    }

    @Test("[TOK-3] no two tokens have the same label")
    mutating func labels() {
        var labels: Set<TokenLabel> = []
        for _ in 0..<1_000 { labels.insert(samples.token().label) }
        #expect(labels.count == 1_000)
    }

    @Test("a token prints nothing of itself")
    mutating func printing() {
        let token = samples.token()
        #expect("\(token)" == "DeliveryToken(48 bytes)")
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!dumped.contains("label"))
    }
}
