// A suite is what its table entry says, and its labels keep uses apart.

import SottoCrypto
import SottoWire
import Testing

@Suite("cipher suites")
struct CipherSuiteTests {
    @Test("[SUITE-1] suites are found by number, unknown ones refused by number")
    func numbers() throws {
        #expect(try CipherSuite(rawValue: 0x004f) == .mlkem768X25519AES128)
        #expect(try CipherSuite(rawValue: 0x0001) == .x25519AES128)
        #expect(try CipherSuite(rawValue: 0x0003) == .x25519ChaCha20)
        #expect(try CipherSuite(rawValue: 0x0002) == .p256AES128)
        #expect(try CipherSuite(rawValue: 0x0005) == .p521AES256)
        #expect(try CipherSuite(rawValue: 0x0007) == .p384AES256)
        #expect(try CipherSuite(rawValue: 0x004e) == .mlkem768X25519AES256)
        #expect(try CipherSuite(rawValue: 0xf057) == .xWingChaCha20)
        // Four and six are the suites with X448.
        for number in [0, 4, 6, 8, 0x004d, 0xffff] as [UInt16] {
            #expect(throws: CryptoError.unsupportedCipherSuite(number)) {
                try CipherSuite(rawValue: number)
            }
        }
        #expect(Set(CipherSuite.all.map(\.rawValue)).count == CipherSuite.all.count)
        #expect(CipherSuite.all.first == .mlkem768X25519AES128)
        #expect(
            CipherSuite.all.filter(\.isHybrid)
                == [.mlkem768X25519AES128, .mlkem768X25519AES256, .xWingChaCha20])
    }

    @Test("what is encrypted under a label opens under it alone", arguments: CipherSuite.all)
    func encryption(suite: CipherSuite) throws {
        var entropy = Entropy.system()
        let pair = try suite.makeHPKEKeyPair(using: &entropy)
        let secret = Secret.random(32, using: &entropy)
        let sealed = try suite.encryptWithLabel(
            publicKey: pair.publicKey, label: "label", context: [1], plaintext: secret,
            using: &entropy)
        let travelled = try HPKECiphertext(wireBytes: sealed.wireBytes)
        #expect(travelled == sealed)
        let opened = try suite.decryptWithLabel(
            pair.privateKey, label: "label", context: [1], travelled)
        #expect(opened == secret)
        for (label, context) in [("labe", [1]), ("label", [])] as [(String, [UInt8])] {
            #expect(throws: CryptoError.invalidCiphertext) {
                try suite.decryptWithLabel(
                    pair.privateKey, label: label, context: context, sealed)
            }
        }
    }

    @Test("a signature holds for its label, content and key alone", arguments: CipherSuite.all)
    func signatures(suite: CipherSuite) throws {
        var entropy = Entropy.system()
        let key = try suite.makeSignatureKey(using: &entropy)
        let other = try suite.makeSignatureKey(using: &entropy)
        let signature = suite.signWithLabel(key, label: "label", content: [1, 2])
        func verify(
            _ key: [UInt8], _ label: String, _ content: [UInt8], _ signature: [UInt8]
        ) throws {
            try suite.verifyWithLabel(key, label: label, content: content, signature: signature)
        }
        try verify(key.publicKey, "label", [1, 2], signature)
        #expect(throws: CryptoError.invalidSignature) {
            try verify(other.publicKey, "label", [1, 2], signature)
        }
        #expect(throws: CryptoError.invalidSignature) {
            try verify(key.publicKey, "other", [1, 2], signature)
        }
        #expect(throws: CryptoError.invalidSignature) {
            try verify(key.publicKey, "label", [1], signature)
        }
        for bit in stride(from: 0, to: 8 * signature.count, by: 3) {
            #expect(throws: CryptoError.invalidSignature) {
                try verify(key.publicKey, "label", [1, 2], signature.flipping(bit))
            }
        }
        let again = try SignaturePrivateKey(suite: suite, seed: key.seed)
        #expect(again.publicKey == key.publicKey)
    }

    @Test("sealed messages open, and with any flipped bit do not", arguments: CipherSuite.all)
    func sealing(suite: CipherSuite) throws {
        var entropy = Entropy.system()
        let key = entropy.secret(suite.keyLength)
        let nonce = entropy.bytes(suite.nonceLength)
        for length in [0, 1, 15, 16, 17, 100] {
            let plaintext = entropy.bytes(length)
            let sealed = try suite.seal(key: key, nonce: nonce, aad: [7], plaintext)
            #expect(sealed.count == length + suite.sealOverhead)
            #expect(try suite.open(key: key, nonce: nonce, aad: [7], sealed) == plaintext)
            #expect(
                try suite.openSecret(key: key, nonce: nonce, aad: [7], sealed)
                    == Secret(copying: plaintext))
            for bit in 0..<8 * sealed.count {
                #expect(throws: CryptoError.invalidCiphertext) {
                    try suite.open(key: key, nonce: nonce, aad: [7], sealed.flipping(bit))
                }
            }
        }
        #expect(throws: CryptoError.invalidLength) {
            try suite.seal(key: .zero(15), nonce: nonce, aad: [], [])
        }
        #expect(throws: CryptoError.invalidLength) {
            try suite.seal(key: key, nonce: nonce + [0], aad: [], [])
        }
        #expect(throws: CryptoError.invalidCiphertext) {
            try suite.open(key: key, nonce: nonce, aad: [], Array(0..<15))
        }
    }

    @Test("parts of a text that lie apart seal and hash as the whole does")
    func slices() throws {
        let suite = CipherSuite.x25519AES128
        let whole = Array(0..<100) as [UInt8]
        let sealed = try suite.seal(
            key: .zero(16), nonce: Array(0..<12), aad: whole[10..<20], whole.lazy.map { $0 })
        #expect(
            try suite.open(
                key: .zero(16), nonce: Array(0..<12), aad: Array(whole[10..<20]), sealed[...])
                == whole)
        #expect(suite.hash(parts: [whole[..<30], whole[30...]]) == suite.hash(whole))
    }

    @Test("a MAC holds for its key and text alone", arguments: CipherSuite.all)
    func authentication(suite: CipherSuite) {
        let key = Secret(copying: [1, 2, 3])
        let code = suite.mac(key: key, [4, 5])
        #expect(code.count == suite.hashLength)
        #expect(suite.isValid(mac: code, key: key, [4, 5]))
        #expect(!suite.isValid(mac: code, key: key, [4, 6]))
        #expect(!suite.isValid(mac: code, key: .zero(3), [4, 5]))
        #expect(!suite.isValid(mac: code.dropLast(), key: key, [4, 5]))
    }
}
