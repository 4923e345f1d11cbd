// Known answers of the primitives, and what they refuse.

import SottoCrypto
import Testing

@Suite("X25519")
struct X25519Tests {
    /// Points whose order divides eight, and forms of them that are not reduced.
    static let smallOrder: [[UInt8]] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ].map(bytes)

    @Test("both ends agree on what another implementation computes")
    func agreement() throws {
        let first = try X25519.PrivateKey(Secret(copying: Array(0..<32 as Range<UInt8>)))
        let second = try X25519.PrivateKey(Secret(copying: Array(32..<64 as Range<UInt8>)))
        #expect(
            first.publicKey
                == bytes("8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f"))
        #expect(
            second.publicKey
                == bytes("358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254"))
        let agreed = bytes("9663aa1da97e848a914a436d04163dfbb89178f107f1b5b77ed3854203382854")
        #expect(try first.sharedSecret(with: second.publicKey) == Secret(copying: agreed))
        #expect(try second.sharedSecret(with: first.publicKey) == Secret(copying: agreed))
    }

    @Test("a public key that leads to an all-zero secret is refused", arguments: smallOrder)
    func refusesSmallOrder(point: [UInt8]) throws {
        var entropy = Entropy.system()
        let key = try X25519.PrivateKey.random(using: &entropy)
        // The highest bit is not looked at.
        for form in [point, point.flipping(255)] {
            #expect(!X25519.agrees(with: form))
            #expect(throws: CryptoError.invalidKey) { try key.sharedSecret(with: form) }
        }
        #expect(X25519.agrees(with: key.publicKey))
    }

    @Test("keys of other lengths are refused")
    func lengths() throws {
        #expect(throws: CryptoError.invalidLength) { try X25519.PrivateKey(.zero(31)) }
        let key = try X25519.PrivateKey(.zero(32))
        #expect(throws: CryptoError.invalidKey) {
            try key.sharedSecret(with: Array(repeating: 9, count: 31))
        }
    }
}

@Suite("Ed25519")
struct Ed25519Tests {
    let seed = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")

    @Test("RFC 8032 section 7.1, test 1")
    func knownAnswer() throws {
        let key = try Ed25519.PrivateKey(seed: Secret(copying: seed))
        #expect(
            key.publicKey
                == bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
        #expect(
            key.sign([])
                == bytes(
                    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8"
                        + "821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"))
        #expect(key.seed == Secret(copying: seed))
        try Ed25519.verify(publicKey: key.publicKey, signature: key.sign([1, 2]), [1, 2])
    }

    @Test("public keys of small order are refused, whatever is signed")
    func refusesSmallOrder() {
        // With these keys, R = the neutral element and S = 0 satisfy the verification equation.
        let neutral = [1] + Array(repeating: 0, count: 31) as [UInt8]
        let signature = neutral + Array(repeating: 0, count: 32)
        let points = [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        ].map(bytes)
        for point in points {
            for message in [[], [1], [2], [3], [4]] as [[UInt8]] {
                #expect(throws: CryptoError.invalidSignature) {
                    try Ed25519.verify(publicKey: point, signature: signature, message)
                }
            }
        }
    }

    @Test("a scalar that is not reduced is refused")
    func refusesMalleableScalar() throws {
        let key = try Ed25519.PrivateKey(seed: Secret(copying: seed))
        var signature = key.sign([7])
        // S + L, where L is the order of the group: the same scalar in a second form.
        let order =
            bytes("edd3f55c1a631258d69cf7a2def9de14") + Array(repeating: 0, count: 15) + [0x10]
        var carry = 0
        for index in 0..<32 {
            carry += Int(signature[32 + index]) + Int(order[index])
            signature[32 + index] = UInt8(truncatingIfNeeded: carry)
            carry >>= 8
        }
        #expect(throws: CryptoError.invalidSignature) {
            try Ed25519.verify(publicKey: key.publicKey, signature: signature, [7])
        }
    }

    @Test("keys and signatures of other lengths are refused")
    func lengths() throws {
        #expect(throws: CryptoError.invalidLength) { try Ed25519.PrivateKey(seed: .zero(33)) }
        let key = try Ed25519.PrivateKey(seed: .zero(32))
        let signature = key.sign([])
        #expect(throws: CryptoError.invalidSignature) {
            try Ed25519.verify(publicKey: key.publicKey.dropLast(), signature: signature, [])
        }
        #expect(throws: CryptoError.invalidSignature) {
            try Ed25519.verify(publicKey: key.publicKey, signature: signature + [0], [])
        }
    }
}

@Suite("hashes and ciphers")
struct SymmetricTests {
    @Test("SHAKE, against another implementation")
    func shake() {
        #expect(
            SHAKE256.hash([], count: 32)
                == bytes("46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f"))
        #expect(
            SHAKE256.hash(Array(repeating: UInt8(ascii: "a"), count: 136), count: 16)
                == bytes("8fcc5a08f0a1f6827c9cf64ee8d16e04"))
        var shake128 = SHAKE(.shake128)
        let start = shake128.squeeze(16)
        #expect(start == bytes("7f9c2ba4e88f827d616045507605853e"))
    }

    @Test("SHA-3, against another implementation")
    func sha3() {
        var short = SHAKE(.sha3x256)
        let shortDigest = short.squeeze(32)
        #expect(
            shortDigest
                == bytes("a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"))
        var long = SHAKE(.sha3x512)
        let start = long.squeeze(32)
        #expect(
            start == bytes("a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a6"))
    }

    @Test("SHAKE takes input and gives output in pieces of any size", arguments: [1, 7, 136, 200])
    func shakeInPieces(size: Int) {
        let input = (0..<500).map { UInt8(truncatingIfNeeded: $0) }
        var sponge = SHAKE(.shake256)
        for start in stride(from: 0, to: input.count, by: size) {
            sponge.absorb(input[start..<min(start + size, input.count)])
        }
        var output: [UInt8] = []
        while output.count < 400 { output += sponge.squeeze(min(size, 400 - output.count)) }
        #expect(output == SHAKE256.hash(input, count: 400))
        #expect(
            SHAKE256.hash(Secret(copying: input), count: 400) == Secret(copying: output))
    }

    @Test("HMAC-SHA-256: RFC 4231 cases 1 and 6")
    func hmac() {
        let first = HMACSHA256.authenticate(
            key: Secret(copying: Array(repeating: 0x0b, count: 20)), "Hi There".utf8)
        #expect(
            first == bytes("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"))
        let long = HMACSHA256.authenticate(
            key: Secret(copying: Array(repeating: 0xaa, count: 131)),
            "Test Using Larger Than Block-Size Key - Hash Key First".utf8)
        #expect(
            long == bytes("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"))
    }

    @Test("HKDF-SHA-256: RFC 5869 cases 1 and 3")
    func hkdf() {
        let ikm = Secret(copying: Array(repeating: 0x0b, count: 22))
        let prk = HKDFSHA256.extract(salt: Secret(copying: Array(0...12)), ikm: ikm)
        let okm = HKDFSHA256.expand(prk, info: Array(0xf0...0xf9), length: 42)
        #expect(
            okm
                == Secret(
                    copying: bytes(
                        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf3400"
                            + "7208d5b887185865")))
        let plain = HKDFSHA256.expand(
            HKDFSHA256.extract(salt: .zero(0), ikm: ikm), info: [], length: 42)
        #expect(
            plain
                == Secret(
                    copying: bytes(
                        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d20"
                            + "1395faa4b61a96c8")))
        let longest = HKDFSHA256.expand(prk, info: [], length: HKDFSHA256.expandBytesMax)
        #expect(longest.count == 255 * 32)
        #expect(HKDFSHA256.expand(prk, info: [], length: 0).count == 0)
    }

    @Test("XChaCha20-Poly1305: draft-irtf-cfrg-xchacha-03 appendix A.3.1")
    func xchacha() throws {
        let key = Secret(copying: Array(0x80...0x9f))
        let nonce = Array(0x40...0x57) as [UInt8]
        let aad = bytes("50515253c0c1c2c3c4c5c6c7")
        let text = Array(
            ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
                + "the future, sunscreen would be it.").utf8)
        let sealed = try XChaCha20Poly1305.seal(key: key, nonce: nonce, aad: aad, text)
        #expect(sealed.prefix(8).elementsEqual(bytes("bd6d179d3e83d43b")))
        #expect(sealed.suffix(16).elementsEqual(bytes("c0875924c1c7987947deafd8780acf49")))
        #expect(try XChaCha20Poly1305.open(key: key, nonce: nonce, aad: aad, sealed) == text)
        for bit in 0..<8 * sealed.count {
            #expect(throws: CryptoError.invalidCiphertext) {
                try XChaCha20Poly1305.open(
                    key: key, nonce: nonce, aad: aad, sealed.flipping(bit))
            }
        }
        #expect(throws: CryptoError.invalidLength) {
            try XChaCha20Poly1305.seal(key: key, nonce: Array(0..<12), aad: aad, text)
        }
    }
}
