// What each primitive costs, as the layers above call it.

import ArgumentParser
import SottoCrypto
import SottoEnvelope

struct CryptoBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crypto", abstract: "The cost of each primitive.")

    @OptionGroup var report: ReportOptions

    func run() throws {
        var subjects = try CryptoSubjects()
        var report = Report("crypto", "CPU time a call")
        for subject in try subjects.all() {
            let cost = try CPUTime.ofCall(subject.call)
            report.add(subject.name, Double(microseconds: cost), .microseconds)
        }
        try report.print(self.report)
    }
}

/// A named call to measure.
struct Subject {
    let name: String
    let call: () throws -> Void

    init(_ name: String, _ call: @escaping () throws -> Void) {
        self.name = name
        self.call = call
    }
}

/// The primitives with keys and messages ready.
private struct CryptoSubjects {
    private var entropy = Entropy.system()
    private let message: [UInt8]
    private let key: Secret
    private let key16: Secret
    private let nonce: [UInt8]

    init() throws {
        message = entropy.bytes(1_024)
        key = entropy.secret(32)
        key16 = entropy.secret(16)
        nonce = entropy.bytes(12)
    }

    mutating func all() throws -> [Subject] {
        try signatures() + hashes() + ciphers() + agreements()
            + hpke("HPKE X25519", .x25519AES128) + hpke("HPKE X-Wing", .mlkem768X25519AES128)
            + envelopes() + mailboxes()
    }

    private func mailboxes() throws -> [Subject] {
        var subjects = MailboxSubjects()
        return try subjects.all()
    }

    private mutating func signatures() throws -> [Subject] {
        let signer = try SignaturePrivateKey.random(using: &entropy)
        let signature = signer.sign(message)
        let (message, publicKey) = (message, signer.publicKey)
        return [
            Subject("Ed25519 sign 1 KiB") { use(signer.sign(message)) },
            Subject("Ed25519 verify 1 KiB") {
                try Ed25519.verify(publicKey: publicKey, signature: signature, message)
            },
        ]
    }

    private func hashes() -> [Subject] {
        let (message, key) = (message, key)
        return [
            Subject("SHA-256 1 KiB") { use(SHA256.hash(message)) },
            Subject("HMAC-SHA-256 1 KiB") {
                use(HMACSHA256.authenticate(key: key, message))
            },
            Subject("HKDF-Expand-SHA-256 32 bytes") {
                use(HKDFSHA256.expand(key, info: message.prefix(32), length: 32))
            },
            Subject("SHAKE256 1 KiB") { use(SHAKE256.hash(message, count: 32)) },
        ]
    }

    private func ciphers() throws -> [Subject] {
        let (message, key) = (message, key)
        return try [
            ("AES-128-GCM", AEAD.aes128GCM, key16), ("ChaCha20-Poly1305", .chaCha20Poly1305, key),
        ].flatMap { name, aead, key in
            let nonce = nonce
            let sealed = try aead.seal(key: key, nonce: nonce, aad: [], message)
            return [
                Subject("\(name) seal 1 KiB") {
                    use(try aead.seal(key: key, nonce: nonce, aad: [], message))
                },
                Subject("\(name) open 1 KiB") {
                    use(try aead.open(key: key, nonce: nonce, aad: [], sealed))
                },
            ]
        }
    }

    private mutating func agreements() throws -> [Subject] {
        let mine = try X25519.PrivateKey.random(using: &entropy)
        let theirs = try X25519.PrivateKey.random(using: &entropy).publicKey
        let pair = try KEM.mlkem768X25519.generateKeyPair(using: &entropy)
        let encapsulated = try KEM.mlkem768X25519.encapsulate(to: pair.publicKey, using: &entropy)
        let seed = entropy.secret(32)
        var entropy = entropy
        return [
            Subject("X25519 public key") { use(try X25519.PrivateKey(seed)) },
            Subject("X25519 shared secret") { use(try mine.sharedSecret(with: theirs)) },
            Subject("X-Wing key pair") { use(try KEM.mlkem768X25519.deriveKeyPair(ikm: seed)) },
            Subject("X-Wing encapsulate") {
                use(try KEM.mlkem768X25519.encapsulate(to: pair.publicKey, using: &entropy))
            },
            Subject("X-Wing decapsulate") {
                use(
                    try KEM.mlkem768X25519.decapsulate(
                        encapsulated.ciphertext, with: pair.privateKey))
            },
        ]
    }

    private mutating func hpke(_ name: String, _ suite: CipherSuite) throws -> [Subject] {
        let pair = try suite.makeHPKEKeyPair(using: &entropy)
        let (hpke, secret) = (suite.hpke, Array(message.prefix(32)))
        let sealed = try hpke.sealBase(
            to: pair.publicKey, info: [], aad: [], secret, using: &entropy)
        var entropy = entropy
        return [
            Subject("\(name) seal 32 bytes") {
                use(
                    try hpke.sealBase(
                        to: pair.publicKey, info: [], aad: [], secret, using: &entropy))
            },
            Subject("\(name) open 32 bytes") {
                use(try hpke.openBase(sealed, with: pair.privateKey, info: [], aad: []))
            },
        ]
    }

    private mutating func envelopes() throws -> [Subject] {
        let (message, key, lane) = (message, key, entropy.bytes(32))
        let sealed = try LaneEnvelope.seal(
            message, kind: .message, lane: lane, key: key, using: &entropy)
        var entropy = entropy
        return [
            Subject("lane envelope seal 1 KiB") {
                use(
                    try LaneEnvelope.seal(
                        message, kind: .message, lane: lane, key: key, using: &entropy))
            },
            Subject("lane envelope open 1 KiB") {
                use(try LaneEnvelope.open(sealed, kind: .message, lane: lane, key: key))
            },
        ]
    }
}
