// The hybrid of ML-KEM-768 and X25519 that is also called X-Wing.

import Crypto
import SottoWire

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// MLKEM768-X25519 (draft-ietf-hpke-pq, draft-connolly-cfrg-xwing-kem). A private key is the
/// seed that both halves come from.
enum MLKEM768X25519 {
    static let seedLength = 32
    static let publicKeyLength = 1_216
    static let encapsulationLength = 1_120

    private typealias Library = XWingMLKEM768X25519

    /// The seed is one call of SHAKE256 over the labelled input (draft-ietf-hpke-pq,
    /// `SHAKE256.LabeledDerive`).
    static func deriveKeyPair(ikm: Secret) throws(CryptoError) -> HPKEKeyPair {
        let labeled = Secret.encoding { writer in
            ikm.withBytes { ikm in writer.fixed(ikm) }
            writer.fixed(HPKE.version)
            writer.fixed(KEM.mlkem768X25519.suiteID)
            writer.uint16(UInt16(deriveLabel.utf8.count))
            writer.fixed(deriveLabel.utf8)
            writer.uint16(UInt16(seedLength))
        }
        let seed = SHAKE256.hash(labeled, count: seedLength)
        return HPKEKeyPair(publicKey: try publicKey(of: seed), privateKey: HPKEPrivateKey(seed))
    }

    static func publicKey(of seed: Secret) throws(CryptoError) -> [UInt8] {
        Array(try key(of: seed).publicKey.rawRepresentation)
    }

    static func encapsulate(to publicKey: [UInt8]) throws(CryptoError) -> Encapsulation {
        guard
            publicKey.count == publicKeyLength,
            let key = try? Library.PublicKey(rawRepresentation: publicKey),
            let result = try? key.encapsulate()
        else { throw .invalidKey }
        return Encapsulation(
            sharedSecret: Secret(result.sharedSecret), ciphertext: Array(result.encapsulated))
    }

    static func decapsulate(
        _ encapsulation: [UInt8], with key: HPKEPrivateKey
    ) throws(CryptoError) -> Secret {
        let key = try self.key(of: key.bytes)
        guard let secret = try? key.decapsulate(Data(encapsulation)) else {
            throw .invalidCiphertext
        }
        return Secret(secret)
    }

    private static let deriveLabel = "DeriveKeyPair"

    private static func key(of seed: Secret) throws(CryptoError) -> Library.PrivateKey {
        let key = seed.withBytes { seed in
            try? Library.PrivateKey(seedRepresentation: seed, publicKey: nil)
        }
        guard let key else { throw .invalidKey }
        return key
    }
}

extension Secret {
    /// The library's form of a secret, copied into ours.
    fileprivate init(_ key: SymmetricKey) {
        self.init(count: key.bitCount / 8) { buffer in
            key.withUnsafeBytes { bytes in buffer.copyMemory(from: bytes) }
        }
    }
}
