// Randomness that a seed determines, and the one part that it does not.

import SottoCrypto
import Testing

@Suite("entropy")
struct EntropyTests {
    let seed = Secret(copying: Array(0..<32 as Range<UInt8>))

    @Test("a seed gives the same bytes every time")
    func determinism() {
        var first = Entropy(seed: seed)
        var second = Entropy(seed: seed)
        for count in [0, 1, 31, 32, 33, 64, 100, 1_000] {
            let (left, right) = (first.bytes(count), second.bytes(count))
            #expect(left == right)
            #expect(left.count == count)
        }
        let (left, right) = (first.next(), second.next())
        #expect(left == right)
    }

    @Test("another seed gives other bytes")
    func otherSeed() {
        var first = Entropy(seed: seed)
        var second = Entropy(seed: .zero(32))
        let (left, right) = (first.bytes(32), second.bytes(32))
        #expect(left != right)
    }

    @Test("a copy gives what the original gives")
    func copies() {
        var original = Entropy(seed: seed)
        _ = original.bytes(7)
        var copy = original
        let (left, right) = (original.secret(48), copy.secret(48))
        #expect(left == right)
    }

    @Test("no draw repeats, and the system's seeds differ")
    func freshness() {
        var entropy = Entropy.system()
        var other = Entropy.system()
        let draws = (0..<100).map { _ in entropy.bytes(16) } + [other.bytes(16)]
        #expect(Set(draws).count == draws.count)
    }

    @Test("bytes look evenly spread")
    func spread() {
        var entropy = Entropy(seed: seed)
        var counts = Array(repeating: 0, count: 256)
        for byte in entropy.bytes(256_000) { counts[Int(byte)] += 1 }
        // A thousand expected of each; nine standard deviations are under 300.
        #expect(counts.allSatisfy { 700...1_300 ~= $0 })
    }

    @Test("a recorded encapsulation is the one that is used")
    func encapsulator() throws {
        struct Recorded: Encapsulator {
            let encapsulation: Encapsulation
            func encapsulate(
                kem: UInt16, to publicKey: [UInt8]
            ) throws(CryptoError) -> Encapsulation {
                #expect(kem == 0x647a)
                return encapsulation
            }
        }
        let suite = CipherSuite.mlkem768X25519AES128
        let pair = try suite.deriveKeyPair(ikm: seed)
        let recorded = try LibraryEncapsulator().encapsulate(kem: 0x647a, to: pair.publicKey)
        let sealed = try (0..<2).map { _ in
            var entropy = Entropy(seed: seed, encapsulator: Recorded(encapsulation: recorded))
            return try suite.encryptWithLabel(
                publicKey: pair.publicKey, label: "test", context: [], plaintext: [1, 2, 3],
                using: &entropy)
        }
        #expect(sealed[0] == sealed[1])
        #expect(sealed[0].kemOutput == recorded.ciphertext)
        let opened = try suite.decryptWithLabel(
            pair.privateKey, label: "test", context: [], sealed[0])
        #expect(opened == Secret(copying: [1, 2, 3]))
    }
}
