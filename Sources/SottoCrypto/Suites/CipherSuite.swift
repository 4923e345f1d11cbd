// The cipher suites of MLS: one table entry each.

/// A cipher suite that this library has (RFC 9420 section 17.1).
public struct CipherSuite: Sendable {
    private let entry: Entry

    /// The suite with a number. Throws `.unsupportedCipherSuite`, also for `0x0004` and `0x0006`:
    /// no library that we build on has X448 and Ed448.
    public init(rawValue: UInt16) throws(CryptoError) {
        guard let entry = Entry.all.first(where: { $0.rawValue == rawValue }) else {
            throw .unsupportedCipherSuite(rawValue)
        }
        self.entry = entry
    }

    private init(_ entry: Entry) { self.entry = entry }

    /// MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519, the default: hybrid post-quantum
    /// (draft-ietf-mls-pq-ciphersuites). Its number is provisional.
    public static let mlkem768X25519AES128 = CipherSuite(.mlkem768X25519AES128)
    /// MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519: the same with longer keys and digests
    /// (draft-ietf-mls-pq-ciphersuites). Its number is provisional.
    public static let mlkem768X25519AES256 = CipherSuite(.mlkem768X25519AES256)
    /// MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519, under a number for private use.
    public static let xWingChaCha20 = CipherSuite(.xWingChaCha20)
    /// MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519.
    public static let x25519AES128 = CipherSuite(.x25519AES128)
    /// MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519.
    public static let x25519ChaCha20 = CipherSuite(.x25519ChaCha20)
    /// MLS_128_DHKEMP256_AES128GCM_SHA256_P256.
    public static let p256AES128 = CipherSuite(.p256AES128)
    /// MLS_256_DHKEMP384_AES256GCM_SHA384_P384.
    public static let p384AES256 = CipherSuite(.p384AES256)
    /// MLS_256_DHKEMP521_AES256GCM_SHA512_P521.
    public static let p521AES256 = CipherSuite(.p521AES256)

    /// Every suite that this library has, preferred ones first.
    public static let all: [CipherSuite] = Entry.all.map { CipherSuite($0) }

    /// The suite's number.
    public var rawValue: UInt16 { entry.rawValue }
    /// The suite's name in its document.
    public var name: String { entry.name }
    /// Whether what is encrypted under it today stays closed to a quantum computer.
    public var isHybrid: Bool { entry.hpke.kem.isHybrid }

    /// Its key encapsulation, key derivation and authenticated encryption.
    package var hpke: HPKE { entry.hpke }
    /// How its members sign.
    package var signatureScheme: SignatureScheme { entry.signature }
    /// What it hashes and authenticates with.
    package var hashAlgorithm: HashAlgorithm { entry.hash }
}

extension CipherSuite: Hashable, CustomStringConvertible {
    /// Whether two suites have the same number.
    public static func == (left: CipherSuite, right: CipherSuite) -> Bool {
        left.rawValue == right.rawValue
    }

    /// Hashes the number.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

    /// The suite's name in its document.
    public var description: String { name }
}

/// A suite is what its entry says: nothing else in the code base asks which suite it is.
private struct Entry: Sendable {
    let rawValue: UInt16
    let name: String
    let hpke: HPKE
    let hash: HashAlgorithm
    let signature: SignatureScheme

    static let all = [
        mlkem768X25519AES128, mlkem768X25519AES256, xWingChaCha20, x25519AES128, x25519ChaCha20,
        p256AES128, p384AES256, p521AES256,
    ]

    static let mlkem768X25519AES128 = Entry(
        rawValue: 0x004F, name: "MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519",
        hpke: HPKE(kem: .mlkem768X25519, kdf: .hkdfSHA256, aead: .aes128GCM),
        hash: .sha256, signature: .ed25519)
    static let mlkem768X25519AES256 = Entry(
        rawValue: 0x004E, name: "MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519",
        hpke: HPKE(kem: .mlkem768X25519, kdf: .hkdfSHA384, aead: .aes256GCM),
        hash: .sha384, signature: .ed25519)
    static let xWingChaCha20 = Entry(
        rawValue: 0xF057, name: "MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519",
        hpke: HPKE(kem: .xWing, kdf: .hkdfSHA256, aead: .chaCha20Poly1305),
        hash: .sha256, signature: .ed25519)
    static let x25519AES128 = Entry(
        rawValue: 0x0001, name: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
        hpke: HPKE(kem: .dhkemX25519, kdf: .hkdfSHA256, aead: .aes128GCM),
        hash: .sha256, signature: .ed25519)
    static let x25519ChaCha20 = Entry(
        rawValue: 0x0003, name: "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
        hpke: HPKE(kem: .dhkemX25519, kdf: .hkdfSHA256, aead: .chaCha20Poly1305),
        hash: .sha256, signature: .ed25519)
    static let p256AES128 = Entry(
        rawValue: 0x0002, name: "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
        hpke: HPKE(kem: .dhkemP256, kdf: .hkdfSHA256, aead: .aes128GCM),
        hash: .sha256, signature: .ecdsaP256)
    static let p384AES256 = Entry(
        rawValue: 0x0007, name: "MLS_256_DHKEMP384_AES256GCM_SHA384_P384",
        hpke: HPKE(kem: .dhkemP384, kdf: .hkdfSHA384, aead: .aes256GCM),
        hash: .sha384, signature: .ecdsaP384)
    static let p521AES256 = Entry(
        rawValue: 0x0005, name: "MLS_256_DHKEMP521_AES256GCM_SHA512_P521",
        hpke: HPKE(kem: .dhkemP521, kdf: .hkdfSHA512, aead: .aes256GCM),
        hash: .sha512, signature: .ecdsaP521)
}
