// What one end seals the other opens, and nothing else.

import SottoCrypto
import SottoWire
import Testing

@Suite("HPKE and the labelled functions of a suite")
struct HPKETests {
    static let combinations = CipherSuite.all.map(\.hpke)

    let info = Array("info".utf8)
    let aad = Array("aad".utf8)
    let plaintext = Array("plaintext".utf8)

    @Test("lengths are those of the registry", arguments: combinations)
    func lengths(hpke: HPKE) throws {
        var entropy = Entropy.system()
        let pair = try hpke.kem.generateKeyPair(using: &entropy)
        #expect(pair.publicKey.count == hpke.kem.publicKeyLength)
        #expect(pair.privateKey.bytes.count == hpke.kem.privateKeyLength)
        let sent = try hpke.kem.encapsulate(to: pair.publicKey, using: &entropy)
        #expect(sent.ciphertext.count == hpke.kem.encapsulationLength)
        let publicKey = try hpke.kem.publicKey(of: pair.privateKey)
        #expect(publicKey == pair.publicKey)
    }

    @Test("a public key can be sealed to, or is known not to be", arguments: combinations)
    func publicKeys(hpke: HPKE) throws {
        var entropy = Entropy.system()
        let key = try hpke.kem.generateKeyPair(using: &entropy).publicKey
        #expect(hpke.kem.canEncapsulate(to: key))
        let shorter = Array(key.dropLast())
        let ofSmallOrder = Array(key.dropLast(32)) + Array(repeating: UInt8(0), count: 32)
        for wrong in [[], shorter, key + [0], ofSmallOrder] {
            #expect(!hpke.kem.canEncapsulate(to: wrong))
            #expect(throws: CryptoError.invalidKey) {
                try hpke.kem.encapsulate(to: wrong, using: &entropy)
            }
        }
    }

    @Test("a hybrid key whose coefficients are not reduced is refused before it is used")
    func coefficients() throws {
        var entropy = Entropy.system()
        let kem = KEM.mlkem768X25519
        let key = try kem.generateKeyPair(using: &entropy).publicKey
        // Two numbers of twelve bits in three bytes; 3,329 is the modulus.
        for (low, high, isKey) in [
            (3_328, 3_328, true), (3_329, 0, false), (0, 3_329, false), (4_095, 4_095, false),
        ] {
            for place in [0, 3 * 100, 1_152 - 3] {
                var other = key
                other[place] = UInt8(low & 0xff)
                other[place + 1] = UInt8(low >> 8 | (high & 0xf) << 4)
                other[place + 2] = UInt8(high >> 4)
                #expect(kem.canEncapsulate(to: other) == isKey)
                let library = try? kem.encapsulate(to: other, using: &entropy)
                #expect((library != nil) == isKey)
            }
        }
    }

    @Test("what is sealed to many under one label and context opens for each of them")
    func sealingToMany() throws {
        var entropy = Entropy.system()
        let suite = CipherSuite.x25519AES128
        let encryption = suite.encryption(label: "label", context: info)
        for _ in 0..<3 {
            let pair = try suite.makeHPKEKeyPair(using: &entropy)
            let sealed = try encryption.seal(to: pair.publicKey, plaintext, using: &entropy)
            let opened = try suite.decryptWithLabel(
                pair.privateKey, label: "label", context: info, sealed)
            #expect(opened == Secret(copying: plaintext))
            #expect(throws: CryptoError.invalidCiphertext) {
                try suite.decryptWithLabel(
                    pair.privateKey, label: "label", context: aad, sealed)
            }
        }
    }

    @Test("messages open in the order in which they were sealed", arguments: combinations)
    func contexts(hpke: HPKE) throws {
        var entropy = Entropy.system()
        let pair = try hpke.kem.generateKeyPair(using: &entropy)
        var sender = try hpke.sender(to: pair.publicKey, info: info, using: &entropy)
        var recipient = try hpke.recipient(
            of: sender.kemOutput, with: pair.privateKey, info: info)
        let first = try sender.seal(aad: aad, plaintext)
        let second = try sender.seal(aad: aad, plaintext)
        #expect(first != second)
        #expect(throws: CryptoError.invalidCiphertext) {
            try recipient.openSecret(aad: aad, second)
        }
        // The failure used up no number.
        for ciphertext in [first, second] {
            let opened = try recipient.openSecret(aad: aad, ciphertext)
            #expect(opened == Secret(copying: plaintext))
        }
        let (ours, theirs) = (
            try sender.export(context: info, length: 40),
            try recipient.export(context: info, length: 40)
        )
        #expect(ours == theirs)
        #expect(throws: CryptoError.invalidLength) {
            try sender.export(context: info, length: hpke.kdf.expandBytesMax + 1)
        }
        #expect(throws: CryptoError.invalidLength) {
            try recipient.export(context: info, length: -1)
        }
    }

    @Test("each flipped bit of a ciphertext is refused", arguments: combinations)
    func flippedBits(hpke: HPKE) throws {
        var entropy = Entropy.system()
        let pair = try hpke.kem.generateKeyPair(using: &entropy)
        let sealed = try hpke.sealBase(
            to: pair.publicKey, info: info, aad: aad, plaintext, using: &entropy)
        func open(_ message: HPKECiphertext) throws -> Secret {
            try hpke.openBase(message, with: pair.privateKey, info: info, aad: aad)
        }
        #expect(try open(sealed) == Secret(copying: plaintext))
        for bit in 0..<8 * sealed.ciphertext.count {
            let damaged = HPKECiphertext(
                kemOutput: sealed.kemOutput, ciphertext: sealed.ciphertext.flipping(bit))
            #expect(throws: CryptoError.invalidCiphertext) { try open(damaged) }
        }
        // Bytes of the encapsulation, one bit in each; all of ML-KEM would take long.
        let step = hpke.kem.isHybrid ? 9 : 1
        for index in stride(from: 0, to: sealed.kemOutput.count, by: step) {
            let damaged = HPKECiphertext(
                kemOutput: sealed.kemOutput.flipping(8 * index + index % 7),
                ciphertext: sealed.ciphertext)
            #expect(throws: CryptoError.invalidCiphertext) { try open(damaged) }
        }
        for count in 0..<sealed.ciphertext.count {
            let short = HPKECiphertext(
                kemOutput: sealed.kemOutput, ciphertext: Array(sealed.ciphertext.prefix(count)))
            #expect(throws: CryptoError.invalidCiphertext) { try open(short) }
        }
    }

    @Test("another key, info or associated data does not open", arguments: combinations)
    func otherInputs(hpke: HPKE) throws {
        var entropy = Entropy.system()
        let pair = try hpke.kem.generateKeyPair(using: &entropy)
        let other = try hpke.kem.generateKeyPair(using: &entropy)
        let sealed = try hpke.sealBase(
            to: pair.publicKey, info: info, aad: aad, plaintext, using: &entropy)
        #expect(throws: CryptoError.invalidCiphertext) {
            try hpke.openBase(sealed, with: other.privateKey, info: info, aad: aad)
        }
        #expect(throws: CryptoError.invalidCiphertext) {
            try hpke.openBase(sealed, with: pair.privateKey, info: aad, aad: aad)
        }
        #expect(throws: CryptoError.invalidCiphertext) {
            try hpke.openBase(sealed, with: pair.privateKey, info: info, aad: info)
        }
    }

    @Test("keys and encapsulations of other lengths are refused", arguments: combinations)
    func otherLengths(hpke: HPKE) throws {
        var entropy = Entropy.system()
        let pair = try hpke.kem.generateKeyPair(using: &entropy)
        for key in [[], Array(pair.publicKey.dropLast()), pair.publicKey + [0]] {
            #expect(throws: CryptoError.invalidKey) {
                try hpke.kem.encapsulate(to: key, using: &entropy)
            }
        }
        let sent = try hpke.kem.encapsulate(to: pair.publicKey, using: &entropy)
        for kemOutput in [[], Array(sent.ciphertext.dropLast()), sent.ciphertext + [0]] {
            let message = HPKECiphertext(kemOutput: kemOutput, ciphertext: Array(0..<32))
            #expect(throws: CryptoError.invalidCiphertext) {
                try hpke.openBase(message, with: pair.privateKey, info: info, aad: aad)
            }
        }
        let message = HPKECiphertext(kemOutput: sent.ciphertext, ciphertext: Array(0..<32))
        #expect(throws: CryptoError.invalidKey) {
            try hpke.openBase(
                message, with: HPKEPrivateKey(.zero(hpke.kem.privateKeyLength - 1)), info: info,
                aad: aad)
        }
    }

    @Test("a public key whose shared secret is zero is refused, and so is such an encapsulation")
    func smallOrder() throws {
        let hpke = HPKE(kem: .dhkemX25519, kdf: .hkdfSHA256, aead: .aes128GCM)
        var entropy = Entropy.system()
        let pair = try hpke.kem.generateKeyPair(using: &entropy)
        for point in X25519Tests.smallOrder {
            #expect(throws: CryptoError.invalidKey) {
                try hpke.kem.encapsulate(to: point, using: &entropy)
            }
            let message = HPKECiphertext(kemOutput: point, ciphertext: Array(0..<32))
            #expect(throws: CryptoError.invalidCiphertext) {
                try hpke.openBase(message, with: pair.privateKey, info: info, aad: aad)
            }
        }
    }

    @Test("[SUITE-2] a seed under the number for private use is SHAKE256 of an extracted key")
    func xWingKeyPair() throws {
        let ikm = Secret(copying: Array(0..<32 as Range<UInt8>))
        let pair = try KEM.xWing.deriveKeyPair(ikm: ikm)
        let labelled = Array("HPKE-v1KEM".utf8) + [0xf0, 0x57] + Array("dkp_prk".utf8)
        let prk = HKDFSHA256.extract(
            salt: .zero(0), ikm: Secret(copying: labelled + Array(0..<32)))
        #expect(pair.privateKey.bytes == SHAKE256.hash(prk, count: 32))
        let same = try KEM.mlkem768X25519.publicKey(of: pair.privateKey)
        #expect(pair.publicKey == same)
        let other = try KEM.mlkem768X25519.deriveKeyPair(ikm: ikm)
        #expect(other.privateKey != pair.privateKey)
    }

    @Test("[SUITE-2] RFC 9180 appendix A.1: the key pair of a seed")
    func deriveKeyPair() throws {
        let ikm = "6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037"
        let pair = try KEM.dhkemX25519.deriveKeyPair(ikm: Secret(copying: bytes(ikm)))
        #expect(
            pair.publicKey
                == bytes("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d"))
        #expect(
            pair.privateKey.bytes
                == Secret(
                    copying: bytes(
                        "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")))
    }
}
