// Diffie-Hellman on Curve25519.

import CSodium

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
        // Each private key is a multiple of the cofactor, so that any one tells.
        guard let key = try? PrivateKey(.zero(length)) else { return false }
        return (try? key.sharedSecret(with: publicKey)) != nil
    }

    /// A private key and the public key that belongs to it.
    package struct PrivateKey: DiffieHellmanKey {
        /// The 32 bytes, as they were given: clamping happens at each use.
        package let bytes: Secret
        /// The public key, 32 bytes.
        package let publicKey: [UInt8]

        /// A key from its bytes. Throws `.invalidLength` unless there are 32.
        package init(_ bytes: Secret) throws(CryptoError) {
            guard bytes.count == length else { throw .invalidLength }
            Sodium.start()
            self.bytes = bytes
            publicKey = [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
                let output = UnsafeMutableRawBufferPointer(buffer)
                bytes.withBytes { key in
                    _ = crypto_scalarmult_curve25519_base(output.address, key.address)
                }
                initialized = length
            }
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
            guard publicKey.count == length else { throw .invalidKey }
            var status: Int32 = -1
            let secret = Secret(count: length) { output in
                bytes.withBytes { key in
                    status = crypto_scalarmult_curve25519(output.address, key.address, publicKey)
                }
            }
            guard status == 0, secret != .zero(length) else { throw .invalidKey }
            return secret
        }
    }
}
