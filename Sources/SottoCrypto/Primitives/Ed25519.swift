// Signatures on edwards25519, by one implementation on every platform.

import CSodium

/// Ed25519 (RFC 8032), as libsodium judges it: keys and commitments of small order and scalars
/// that are not reduced are refused.
package enum Ed25519 {
    /// The length of seeds and public keys, in bytes.
    package static let keyLength = 32
    /// The length of signatures, in bytes.
    package static let signatureLength = 64

    /// A signing key.
    package struct PrivateKey: Sendable {
        /// Seed and public key together, as the library wants them.
        private let expanded: Secret
        /// The public key, 32 bytes.
        package let publicKey: [UInt8]

        /// The key of a seed. Throws `.invalidLength` unless it has 32 bytes.
        package init(seed: Secret) throws(CryptoError) {
            guard seed.count == keyLength else { throw .invalidLength }
            Sodium.start()
            var publicKey = [UInt8](repeating: 0, count: keyLength)
            expanded = Secret(count: 2 * keyLength) { output in
                seed.withBytes { seed in
                    _ = crypto_sign_ed25519_seed_keypair(&publicKey, output.address, seed.address)
                }
            }
            self.publicKey = publicKey
        }

        /// What the key was made from, 32 bytes.
        package var seed: Secret { expanded.part(0..<keyLength) }

        /// The signature of `message`, 64 bytes.
        package func sign(_ message: some Collection<UInt8>) -> [UInt8] {
            let length = signatureLength
            return [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
                let signature = UnsafeMutableRawBufferPointer(buffer)
                withContiguousBytes(of: message) { message in
                    expanded.withBytes { key in
                        _ = crypto_sign_ed25519_detached(
                            signature.address, nil, message.address, UInt64(message.count),
                            key.address)
                    }
                }
                initialized = length
            }
        }
    }

    /// Accepts a signature by returning.
    ///
    /// - Throws: `.invalidSignature`, also for keys and signatures of the wrong length.
    package static func verify(
        publicKey: [UInt8], signature: some Collection<UInt8>, _ message: some Collection<UInt8>
    ) throws(CryptoError) {
        guard publicKey.count == keyLength, signature.count == signatureLength else {
            throw .invalidSignature
        }
        Sodium.start()
        let status = withContiguousBytes(of: signature) { signature in
            withContiguousBytes(of: message) { message in
                crypto_sign_ed25519_verify_detached(
                    signature.address, message.address, UInt64(message.count), publicKey)
            }
        }
        guard status == 0 else { throw .invalidSignature }
    }
}
