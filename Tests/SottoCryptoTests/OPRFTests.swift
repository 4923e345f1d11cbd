// The oblivious function and the slow one: published answers, and what they refuse.

import SottoCrypto
import Testing

@Suite("OPRF")
struct OPRFTests {
    /// RFC 9497, appendix A.1.1.
    private static let blind = bytes(
        "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706")

    struct Vector {
        let input: [UInt8]
        let blinded: String
        let evaluated: String
        let output: String
    }

    private static let vectors = [
        Vector(
            input: [0],
            blinded: "609a0ae68c15a3cf6903766461307e5c8bb2f95e7e6550e1ffa2dc99e412803c",
            evaluated: "7ec6578ae5120958eb2db1745758ff379e77cb64fe77b0b2d8cc917ea0869c7e",
            output: "527759c3d9366f277d8c6020418d96bb393ba2afb20ff90df23fb7708264e2f3"
                + "ab9135e3bd69955851de4b1f9fe8a0973396719b7912ba9ee8aa7d0b5e24bcf6"),
        Vector(
            input: [UInt8](repeating: 0x5a, count: 17),
            blinded: "da27ef466870f5f15296299850aa088629945a17d1f5b7f5ff043f76b3c06418",
            evaluated: "b4cbf5a4f1eeda5a63ce7b77c7d23f461db3fcab0dd28e4e17cecb5c90d02c25",
            output: "f4a74c9c592497375e796aa837e907b1a045d34306a749db9f34221f7e750cb4"
                + "f2a6413a6bf6fa5e19ba6348eb673934a722a7ede2e7621306d18951e7cf2c73"),
    ]

    private func key() throws -> OPRF.PrivateKey {
        try OPRF.PrivateKey(
            seed: Secret(copying: [UInt8](repeating: 0xa3, count: 32)),
            info: Array("test key".utf8))
    }

    @Test("the published inputs give the published outputs", arguments: Self.vectors)
    func published(_ vector: Vector) throws {
        let blinding = try OPRF.Blinding(
            Secret(copying: vector.input), blind: Secret(copying: Self.blind))
        #expect(blinding.blinded == bytes(vector.blinded))
        let evaluated = try key().evaluate(blinding.blinded)
        #expect(evaluated == bytes(vector.evaluated))
        #expect(
            try blinding.output(of: evaluated) == Secret(copying: bytes(vector.output)))
    }

    @Test("the same input is blinded otherwise each time and comes to the same output")
    func oblivious() throws {
        var entropy = Entropy.system()
        let input = Secret(copying: Array("alice".utf8))
        let first = try OPRF.Blinding(input, using: &entropy)
        let second = try OPRF.Blinding(input, using: &entropy)
        #expect(first.blinded != second.blinded)
        let key = try key()
        let output = try first.output(of: key.evaluate(first.blinded))
        #expect(try second.output(of: key.evaluate(second.blinded)) == output)
        let other = try OPRF.PrivateKey(seed: .random(32, using: &entropy), info: [])
        #expect(try second.output(of: other.evaluate(second.blinded)) != output)
    }

    @Test("what is no element, or the identity, is refused at both ends")
    func refusals() throws {
        let key = try key()
        let blinding = try OPRF.Blinding(
            Secret(copying: [0]), blind: Secret(copying: Self.blind))
        let bad: [[UInt8]] = [
            [], [UInt8](repeating: 0, count: 31), [UInt8](repeating: 0, count: 32),
            [UInt8](repeating: 0xff, count: 32), [1] + [UInt8](repeating: 0, count: 31),
            blinding.blinded + [0],
        ]
        for element in bad {
            #expect(throws: CryptoError.invalidKey) { try key.evaluate(element) }
            #expect(throws: CryptoError.invalidKey) { try blinding.output(of: element) }
        }
        #expect(throws: CryptoError.invalidLength) {
            try OPRF.PrivateKey(seed: .zero(31), info: [])
        }
        #expect(throws: CryptoError.invalidLength) {
            try OPRF.Blinding(.zero(65_536), blind: Secret(copying: Self.blind))
        }
    }
}

@Suite("Argon2id")
struct Argon2idTests {
    @Test("it computes what another implementation computes")
    func knownAnswers() throws {
        let derived = try Argon2id.derive(
            Secret(copying: Array("correct horse".utf8)), salt: Array(0..<16),
            cost: Argon2id.Cost(memoryBytes: 64 << 10, passes: 3), count: 32)
        let expected = "a1dc6a57c61d5fb470584e24085ea3216fd369c61bcd5f845745f9cb0ed02fca"
        #expect(derived == Secret(copying: bytes(expected)))
        let least = try Argon2id.derive(
            Secret(copying: []), salt: [UInt8](repeating: 0, count: 16),
            cost: Argon2id.Cost(memoryBytes: 8 << 10, passes: 1), count: 16)
        #expect(least == Secret(copying: bytes("b006c1ede0239691562b55a5d1f152b9")))
    }

    @Test(
        "a cost, a salt or a length out of range is refused",
        arguments: [
            (15, 64 << 10, 1, 32), (16, 1, 1, 32), (16, 64 << 10, 0, 32), (16, 64 << 10, 1, 8),
        ])
    func refusals(salt: Int, memory: Int, passes: UInt64, count: Int) {
        #expect(throws: CryptoError.invalidLength) {
            try Argon2id.derive(
                .zero(3), salt: [UInt8](repeating: 1, count: salt),
                cost: Argon2id.Cost(memoryBytes: memory, passes: passes), count: count)
        }
    }
}
