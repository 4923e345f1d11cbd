// The one operation whose randomness stays inside a library, as something that can be replaced.

/// A shared secret and the bytes that carry it to the holder of a private key.
public struct Encapsulation: Sendable {
    /// What both ends then know.
    public let sharedSecret: Secret
    /// What travels: `enc` of RFC 9180.
    public let ciphertext: [UInt8]

    /// An encapsulation, made or recorded.
    public init(sharedSecret: Secret, ciphertext: [UInt8]) {
        self.sharedSecret = sharedSecret
        self.ciphertext = ciphertext
    }
}

/// Who encapsulates to an ML-KEM key. The library draws that randomness itself and does not let
/// us choose it; simulations replay recorded encapsulations, and vectors compute theirs.
public protocol Encapsulator: Sendable {
    /// A fresh encapsulation to `publicKey`.
    ///
    /// - Parameter kem: The HPKE number of the mechanism, `0x647a` or `0xf057` for ML-KEM-768 +
    ///   X25519.
    /// - Throws: `.invalidKey`.
    func encapsulate(kem: UInt16, to publicKey: [UInt8]) throws(CryptoError) -> Encapsulation
}

/// The encapsulator of every program: the library, with the system's randomness.
public struct LibraryEncapsulator: Encapsulator {
    /// The library.
    public init() {}

    /// A fresh encapsulation to `publicKey`. Throws `.invalidKey`.
    public func encapsulate(
        kem: UInt16, to publicKey: [UInt8]
    ) throws(CryptoError) -> Encapsulation {
        guard KEM(rawValue: kem)?.isHybrid == true else { throw .invalidKey }
        return try MLKEM768X25519.encapsulate(to: publicKey)
    }
}

extension Encapsulator where Self == LibraryEncapsulator {
    /// The library, with the system's randomness.
    public static var library: LibraryEncapsulator { LibraryEncapsulator() }
}
