// The labelled functions, sealing and padding that our own formats are built from.

import SottoCrypto
import SottoWire
import Testing

@Suite("Labelled functions, sealing, padding")
struct LabelledTests {
    private var entropy = Entropy(seed: Secret(copying: repeatElement(7, count: 32)))

    @Test("[WIRE-8] a label is part of the input: other labels give other outputs")
    func labelsSeparate() {
        let content: [UInt8] = [1, 2, 3]
        let key = Secret(copying: repeatElement(9, count: 32))
        let tag = Labelled.mac(key: key, "one", content)
        #expect(Labelled.hash("one", content) != Labelled.hash("two", content))
        #expect(Labelled.isValidMAC(tag, key: key, "one", content))
        #expect(!Labelled.isValidMAC(tag, key: key, "two", content))
        #expect(!Labelled.isValidMAC(Array(tag.dropLast()), key: key, "one", content))
        let one = Labelled.derive(key, "one", context: content, count: 32)
        #expect(one != Labelled.derive(key, "two", context: content, count: 32))
        #expect(one != Labelled.derive(key, "one", context: [], count: 32))
    }

    @Test("[WIRE-8] a labelled hash is SHA-256 over prefixed label and content, with lengths")
    func hashIsExact() {
        let input = [14] + Array("Sotto 1.0 test".utf8) + [2, 0xAA, 0xBB]
        #expect(Labelled.hash("test", [0xAA, 0xBB]) == SHA256.hash(input))
    }

    @Test("[WIRE-8] a signature for one label is refused under another")
    func signatures() throws {
        var entropy = entropy
        let key = try SignaturePrivateKey.random(using: &entropy)
        let signature = Labelled.sign(key, "one", [1])
        try Labelled.verify(
            publicKey: key.publicKey, signature: signature, "one", [1])
        #expect(throws: CryptoError.invalidSignature) {
            try Labelled.verify(publicKey: key.publicKey, signature: signature, "two", [1])
        }
        #expect(throws: CryptoError.invalidSignature) {
            try Labelled.verify(publicKey: key.publicKey, signature: signature, "one", [2])
        }
    }

    @Test("a key to seal with has 32 bytes")
    func sealKey() throws {
        for count in [0, 16, 31, 33, 64] {
            #expect(throws: CryptoError.invalidLength) { try SealKey(.zero(count)) }
        }
        #expect(try SealKey(.zero(32)) == SealKey(made: .zero(32)))
    }

    @Test("sealing opens with its key and associated data, and with no bit changed")
    func sealing() throws {
        var entropy = entropy
        let key = try SealKey(entropy.secret(32))
        let sealed = SymmetricSeal.seal(key: key, aad: [1], [4, 5, 6], using: &entropy)
        #expect(sealed.count == 3 + SymmetricSeal.overhead)
        #expect(try SymmetricSeal.open(key: key, aad: [1], sealed) == [4, 5, 6])
        for index in sealed.indices {
            var flipped = sealed
            flipped[index] ^= 1
            #expect(throws: CryptoError.invalidCiphertext) {
                try SymmetricSeal.open(key: key, aad: [1], flipped)
            }
        }
        for count in 0..<sealed.count {
            #expect(throws: CryptoError.invalidCiphertext) {
                try SymmetricSeal.open(key: key, aad: [1], sealed.prefix(count))
            }
        }
        #expect(throws: CryptoError.invalidCiphertext) {
            try SymmetricSeal.open(key: key, aad: [2], sealed)
        }
    }

    @Test(
        "[WIRE-9] padding fills up to the next size class",
        arguments: [
            (0, 256), (252, 256), (253, 512), (65_532, 65_536), (65_533, 131_072),
            (131_069, 196_608),
        ])
    func sizeClasses(count: Int, size: Int) throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let padded = Padding.pad(body)
        #expect(padded.count == size)
        #expect(try Padding.unpad(padded) == body)
    }

    @Test("[WIRE-10] other fillings, lengths and totals are refused")
    func wrongPadding() throws {
        let padded = Padding.pad([1, 2, 3])
        var notZero = padded
        notZero[200] = 1
        #expect(throws: WireError.malformed) { try Padding.unpad(notZero) }
        #expect(throws: WireError.malformed) { try Padding.unpad(padded + [0]) }
        #expect(throws: WireError.malformed) { try Padding.unpad(padded + padded.map { _ in 0 }) }
        #expect(throws: WireError.malformed) { try Padding.unpad(padded.dropLast()) }
        var tooLong = padded
        tooLong[2] = 1
        #expect(throws: WireError.self) { try Padding.unpad(tooLong) }
        #expect(throws: WireError.self) { try Padding.unpad([0, 0]) }
    }
}
