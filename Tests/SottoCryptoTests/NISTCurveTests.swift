// The curves of NIST: what their keys, points and signatures refuse.

import SottoCrypto
import Testing

@Suite("keys and signatures on the curves of NIST")
struct NISTCurveTests {
    static let suites: [CipherSuite] = [.p256AES128, .p384AES256, .p521AES256]

    private func length(_ suite: CipherSuite) -> Int { suite.hpke.kem.privateKeyLength }

    @Test(
        "[SUITE-3] points off the curve, in other forms or of other lengths are no keys",
        arguments: suites)
    func points(suite: CipherSuite) throws {
        var entropy = Entropy.system()
        let pair = try suite.makeHPKEKeyPair(using: &entropy)
        let point = pair.publicKey
        #expect(suite.canSeal(to: point))
        let coordinates = point.dropFirst()
        let (x, y) = (coordinates.prefix(length(suite)), coordinates.suffix(length(suite)))
        let wrong: [(String, [UInt8])] = [
            ("empty", []),
            ("infinity", [0]),
            ("compressed", [2 + (y.last ?? 0) & 1] + x),
            ("hybrid form", [6 + (y.last ?? 0) & 1] + coordinates),
            ("bare coordinates", Array(coordinates)),
            ("all zero", Array(repeating: 0, count: point.count)),
            ("both coordinates zero", [4] + Array(repeating: 0, count: point.count - 1)),
            ("coordinates above the prime", [4] + Array(repeating: 0xff, count: point.count - 1)),
            ("swapped", [4] + y + x),
            ("off the curve", point.flipping(8 * point.count - 8)),
            ("too short", point.dropLast()),
            ("too long", point + [0]),
        ]
        let message = Array("message".utf8)
        let signer = try suite.makeSignatureKey(using: &entropy)
        let signature = signer.sign(message)
        for (defect, key) in wrong {
            #expect(!suite.canSeal(to: key), "\(defect)")
            #expect(throws: CryptoError.invalidKey, "\(defect)") {
                try suite.hpke.kem.encapsulate(to: key, using: &entropy)
            }
            #expect(throws: CryptoError.self, "\(defect)") {
                try suite.hpke.kem.decapsulate(key, with: pair.privateKey)
            }
            #expect(throws: CryptoError.invalidSignature, "\(defect)") {
                try suite.signatureScheme.verify(
                    publicKey: key, signature: signature, message)
            }
        }
    }

    @Test("[SUITE-3] zero and what is not below the order is no private key", arguments: suites)
    func scalars(suite: CipherSuite) throws {
        let length = length(suite)
        for scalar in [Array(repeating: UInt8(0), count: length), Self.order(suite)] {
            let secret = Secret(copying: scalar)
            #expect(throws: CryptoError.invalidKey) {
                try SignaturePrivateKey(suite: suite, seed: secret)
            }
            #expect(throws: CryptoError.invalidKey) {
                try suite.hpke.kem.publicKey(of: HPKEPrivateKey(secret))
            }
        }
        var last = Self.order(suite)
        last[length - 1] -= 1
        let key = try SignaturePrivateKey(suite: suite, seed: Secret(copying: last))
        #expect(key.seed == Secret(copying: last))
        for count in [0, length - 1, length + 1] {
            #expect(throws: CryptoError.invalidLength) {
                try SignaturePrivateKey(suite: suite, seed: .zero(count))
            }
        }
    }

    @Test(
        "[SUITE-4] each flipped bit and strict prefix of a signature is refused", arguments: suites)
    func damagedSignatures(suite: CipherSuite) throws {
        var entropy = Entropy.system()
        let key = try suite.makeSignatureKey(using: &entropy)
        let signature = key.sign([1, 2, 3])
        try verify(suite, key, signature)
        for bit in stride(from: 0, to: 8 * signature.count, by: suite == .p256AES128 ? 1 : 5) {
            #expect(throws: CryptoError.invalidSignature) {
                try verify(suite, key, signature.flipping(bit))
            }
        }
        for count in 0..<signature.count {
            #expect(throws: CryptoError.invalidSignature) {
                try verify(suite, key, Array(signature.prefix(count)))
            }
        }
        #expect(key.sign([1, 2, 3]) != signature)
    }

    @Test("[SUITE-4] a signature has one encoding", arguments: suites)
    func encodings(suite: CipherSuite) throws {
        var entropy = Entropy.system()
        let key = try suite.makeSignatureKey(using: &entropy)
        let (r, s) = try #require(Self.numbers(key.sign([1, 2, 3])))
        let good = Self.sequence(Self.integer(r) + Self.integer(s))
        try verify(suite, key, good)
        let wrong: [(String, [UInt8])] = [
            ("bytes after it", good + [0]),
            ("bytes inside it", Self.sequence(Self.integer(r) + Self.integer(s) + [5, 0])),
            ("a padded number", Self.sequence(Self.integer([0] + r) + Self.integer(s))),
            ("a negative number", Self.sequence(Self.integer([0x80] + r) + Self.integer(s))),
            (
                "long form of a length",
                [0x30, 0x82, 0, UInt8(Self.body(r, s).count)] + Self.body(r, s)
            ),
            ("open-ended form", [0x30, 0x80] + Self.body(r, s) + [0, 0]),
            (
                "an octet string for a number",
                Self.sequence([4] + Self.integer(r).dropFirst() + Self.integer(s))
            ),
            ("one number", Self.sequence(Self.integer(r))),
            ("r = 0", Self.sequence(Self.integer([0]) + Self.integer(s))),
            ("s = 0", Self.sequence(Self.integer(r) + Self.integer([0]))),
            ("both 0", Self.sequence(Self.integer([0]) + Self.integer([0]))),
            (
                "s + n",
                Self.sequence(Self.integer(r) + Self.integer(Self.sum(s, Self.order(suite))))
            ),
            ("both bare", Self.padded(r, length(suite)) + Self.padded(s, length(suite))),
        ]
        for (defect, signature) in wrong {
            #expect(throws: CryptoError.invalidSignature, "\(defect)") {
                try verify(suite, key, signature)
            }
        }
    }

    @Test("[SUITE-4] of (r, s) and (r, -s) both verify, as in the libraries", arguments: suites)
    func highS(suite: CipherSuite) throws {
        var entropy = Entropy.system()
        let key = try suite.makeSignatureKey(using: &entropy)
        let (r, s) = try #require(Self.numbers(key.sign([1, 2, 3])))
        let other = Self.difference(Self.order(suite), Self.padded(s, length(suite)))
        let second = Self.sequence(Self.integer(r) + Self.integer(Self.unsigned(other)))
        try verify(suite, key, second)
    }

    @Test("a key of another scheme does not verify, and cannot be told to be of this suite")
    func otherSchemes() throws {
        var entropy = Entropy.system()
        for suite in Self.suites {
            let key = try suite.makeSignatureKey(using: &entropy)
            #expect(key.signs(in: suite))
            for other in Self.suites + [.x25519AES128] where other != suite {
                #expect(!key.signs(in: other))
                #expect(throws: CryptoError.invalidSignature) {
                    try other.signatureScheme.verify(
                        publicKey: key.publicKey, signature: key.sign([1]), [1])
                }
            }
        }
    }

    @Test("keys follow from the entropy alone", arguments: CipherSuite.all)
    func deterministicKeys(suite: CipherSuite) throws {
        var first = Entropy(seed: .zero(32))
        var second = Entropy(seed: .zero(32))
        let (one, same) = (
            try suite.makeSignatureKey(using: &first), try suite.makeSignatureKey(using: &second)
        )
        #expect(one.publicKey == same.publicKey)
        let pair = try suite.makeHPKEKeyPair(using: &first)
        let samePair = try suite.makeHPKEKeyPair(using: &second)
        #expect(pair == samePair)
    }

    private func verify(
        _ suite: CipherSuite, _ key: SignaturePrivateKey, _ signature: [UInt8]
    ) throws {
        try suite.signatureScheme.verify(
            publicKey: key.publicKey, signature: signature, [1, 2, 3])
    }
}

// Numbers and DER as far as signatures need them.
extension NISTCurveTests {
    /// The order of the curve's group, big-endian.
    static func order(_ suite: CipherSuite) -> [UInt8] {
        switch suite {
        case .p256AES128:
            bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
        case .p384AES256:
            bytes(
                "ffffffffffffffffffffffffffffffffffffffffffffffff"
                    + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973")
        default:
            bytes(
                "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
                    + "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409")
        }
    }

    static func sequence(_ body: [UInt8]) -> [UInt8] {
        [0x30] + (body.count < 128 ? [] : [0x81]) + [UInt8(body.count)] + body
    }

    static func integer(_ number: [UInt8]) -> [UInt8] { [2, UInt8(number.count)] + number }

    static func body(_ r: [UInt8], _ s: [UInt8]) -> [UInt8] { integer(r) + integer(s) }

    /// The two integers of a signature, as they are encoded.
    static func numbers(_ signature: [UInt8]) -> (r: [UInt8], s: [UInt8])? {
        var rest = signature.dropFirst(signature[1] == 0x81 ? 3 : 2)
        func next() -> [UInt8] {
            let count = Int(rest[rest.startIndex + 1])
            defer { rest = rest.dropFirst(2 + count) }
            return Array(rest.dropFirst(2).prefix(count))
        }
        let r = next()
        let s = next()
        return rest.isEmpty ? (r, s) : nil
    }

    static func padded(_ number: [UInt8], _ length: Int) -> [UInt8] {
        let digits = number.drop { $0 == 0 }
        return Array(repeating: 0, count: length - digits.count) + digits
    }

    /// The shortest form that is not negative.
    static func unsigned(_ number: [UInt8]) -> [UInt8] {
        let digits = Array(number.drop { $0 == 0 })
        return (digits.first ?? 0x80) < 0x80 ? digits : [0] + digits
    }

    static func difference(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var borrow = 0
        let digits = zip(left, right).reversed().map { left, right in
            let digit = Int(left) - Int(right) - borrow
            borrow = digit < 0 ? 1 : 0
            return UInt8(truncatingIfNeeded: digit)
        }
        return digits.reversed()
    }

    static func sum(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var carry = 0
        let length = right.count + 1
        let digits = zip(padded(left, length), padded(right, length)).reversed().map {
            left, right in
            let digit = Int(left) + Int(right) + carry
            carry = digit >> 8
            return UInt8(truncatingIfNeeded: digit)
        }
        return unsigned(digits.reversed())
    }
}
