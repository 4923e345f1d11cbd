// Hybrid encapsulation that a seed determines, so that vectors come out the same every time.

import SottoCrypto
import Synchronization

/// Encapsulates to keys of ML-KEM-768 beside X25519 with randomness from a seed.
///
/// What decapsulates is always the library, so that a mistake here cannot go unseen.
final class SeededEncapsulator: Encapsulator {
    private let entropy: Mutex<Entropy>

    init(seed: Secret) { entropy = Mutex(Entropy(seed: seed)) }

    func encapsulate(
        kem: UInt16, to publicKey: [UInt8]
    ) throws(CryptoError) -> Encapsulation {
        try Self.encapsulate(to: publicKey, randomness: entropy.withLock { $0.bytes(64) })
    }

    /// `Encap` with 64 bytes of randomness (draft-connolly-cfrg-xwing-kem section 5.4.1).
    static func encapsulate(
        to publicKey: [UInt8], randomness: [UInt8]
    ) throws(CryptoError) -> Encapsulation {
        // The library says whether the key is one at all.
        guard KEM.mlkem768X25519.canEncapsulate(to: publicKey) else { throw .invalidKey }
        let classicalKey = Array(publicKey[SeededMLKEM768.publicKeyLength...])
        let quantum = SeededMLKEM768.encapsulate(
            to: Array(publicKey[..<SeededMLKEM768.publicKeyLength]),
            randomness: Array(randomness[..<32]))
        let ephemeral = try X25519.PrivateKey(Secret(copying: randomness[32...]))
        let classical = try ephemeral.sharedSecret(with: classicalKey)
        let combined =
            quantum.sharedSecret + classical.withBytes { Array($0) } + ephemeral.publicKey
            + classicalKey + label
        return Encapsulation(
            sharedSecret: Secret(copying: SeededMLKEM768.digest(.sha3x256, combined, 32)),
            ciphertext: quantum.ciphertext + ephemeral.publicKey)
    }

    private static let label: [UInt8] = [0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c]
}
