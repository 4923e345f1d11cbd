// Diffie-Hellman on Curve25519.

import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// X25519 (RFC 7748), which refuses to agree on nothing.
package enum X25519: DiffieHellmanGroup {
    static var privateKeyLength: Int { length }
    static var publicKeyLength: Int { length }
    static var derivation: KeyDerivation { .direct }

    /// The length of private keys, public keys and shared secrets, in bytes.
    package static let length = 32

    /// Whether the secret shared with this public key depends on who shares it: the key is 32
    /// bytes and not of small order.
    package static func agrees(with publicKey: [UInt8]) -> Bool {
        publicKey.count == length && !SmallOrder.contains(publicKey)
    }

    /// A private key and the public key that belongs to it.
    package struct PrivateKey: DiffieHellmanKey {
        /// The 32 bytes, as they were given: clamping happens at each use.
        package let bytes: Secret
        /// The public key, 32 bytes.
        package let publicKey: [UInt8]

        private let key: Library.PrivateKey

        /// A key from its bytes. Throws `.invalidLength` unless there are 32.
        package init(_ bytes: Secret) throws(CryptoError) {
            guard let key = bytes.withBytes({ try? Library.PrivateKey(rawRepresentation: $0) })
            else { throw .invalidLength }
            self.bytes = bytes
            self.key = key
            publicKey = Array(key.publicKey.rawRepresentation)
        }

        /// A fresh key.
        package static func random(using entropy: inout Entropy) throws(CryptoError) -> PrivateKey {
            try PrivateKey(entropy.secret(length))
        }

        /// What the holder of the other private key computes too.
        ///
        /// - Throws: `.invalidKey` for a public key that is not 32 bytes, or of small order:
        ///   the secret would be zero whatever our key is.
        package func sharedSecret(with publicKey: [UInt8]) throws(CryptoError) -> Secret {
            guard agrees(with: publicKey),
                let theirs = try? Library.PublicKey(rawRepresentation: publicKey),
                let agreed = try? key.sharedSecretFromKeyAgreement(with: theirs)
            else { throw .invalidKey }
            let secret = agreed.withUnsafeBytes { bytes in Secret(copying: bytes) }
            guard secret != .zero(length) else { throw .invalidKey }
            return secret
        }
    }

    private typealias Library = Curve25519.KeyAgreement
}

/// The points of small order on the curve and on its twist, each in all its encodings: no others
/// lead to a secret of zero.
private enum SmallOrder {
    static func contains(_ point: [UInt8]) -> Bool {
        // Bit 255 is not looked at (RFC 7748 section 5).
        var point = point
        point[31] &= 0x7f
        return points.contains(point)
    }

    private static let points: [[UInt8]] = [
        number(0), number(1), ofOrderEight, otherOfOrderEight,
        // One less than the prime, the prime, and one more.
        nearPrime(0xec), nearPrime(0xed), nearPrime(0xee),
    ]

    private static func number(_ value: UInt8) -> [UInt8] {
        [value] + [UInt8](repeating: 0, count: 31)
    }

    private static func nearPrime(_ low: UInt8) -> [UInt8] {
        [low] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
    }

    private static let ofOrderEight: [UInt8] = [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
        0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
        0xb8, 0x00,
    ]

    private static let otherOfOrderEight: [UInt8] = [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef,
        0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f,
        0x11, 0x57,
    ]
}
