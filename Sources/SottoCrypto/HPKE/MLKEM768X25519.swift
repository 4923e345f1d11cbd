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
struct MLKEM768X25519: KEMMechanism {
    /// How the seed comes out of input keying material.
    enum SeedDerivation {
        /// One call of SHAKE256 over the labelled input (`LabeledDerive`, draft-ietf-hpke-pq).
        case oneStep
        /// SHAKE256 of `LabeledExtract("", "dkp_prk", ikm)`.
        case extracted(KDF)
    }

    let number: UInt16
    let derivation: SeedDerivation

    var publicKeyLength: Int { 1_216 }
    var privateKeyLength: Int { 32 }
    var encapsulationLength: Int { 1_120 }
    var isHybrid: Bool { true }

    private typealias Library = XWingMLKEM768X25519

    func deriveKeyPair(ikm: Secret) throws(CryptoError) -> HPKEKeyPair {
        let seed = SHAKE256.hash(seedInput(ikm), count: privateKeyLength)
        return HPKEKeyPair(publicKey: try publicKey(of: seed), privateKey: HPKEPrivateKey(seed))
    }

    func publicKey(of privateKey: Secret) throws(CryptoError) -> [UInt8] {
        Array(try Self.key(of: privateKey).publicKey.rawRepresentation)
    }

    func canEncapsulate(to publicKey: [UInt8]) -> Bool {
        (try? Self.encapsulate(to: publicKey)) != nil
    }

    func encapsulate(
        to publicKey: [UInt8], using entropy: inout Entropy
    ) throws(CryptoError) -> Encapsulation {
        try entropy.encapsulator.encapsulate(kem: number, to: publicKey)
    }

    func encapsulate(
        to publicKey: [UInt8], ephemeralIKM ikm: Secret
    ) throws(CryptoError) -> Encapsulation {
        throw .invalidKey
    }

    func decapsulate(
        _ encapsulation: [UInt8], with privateKey: Secret
    ) throws(CryptoError) -> Secret {
        let key = try Self.key(of: privateKey)
        guard let secret = try? key.decapsulate(Data(encapsulation)) else {
            throw .invalidCiphertext
        }
        return Secret(secret)
    }

    /// An encapsulation with randomness that the library draws.
    static func encapsulate(to publicKey: [UInt8]) throws(CryptoError) -> Encapsulation {
        guard
            let key = try? Library.PublicKey(rawRepresentation: publicKey),
            let result = try? key.encapsulate()
        else { throw .invalidKey }
        return Encapsulation(
            sharedSecret: Secret(result.sharedSecret), ciphertext: Array(result.encapsulated))
    }

    private func seedInput(_ ikm: Secret) -> Secret {
        switch derivation {
        case .extracted(let kdf):
            return kdf.labeledExtract(suiteID, salt: .zero(0), label: "dkp_prk", ikm: ikm)
        case .oneStep:
            return Secret.encoding { writer in
                ikm.withBytes { ikm in writer.fixed(ikm) }
                writer.fixed(HPKE.version)
                writer.fixed(suiteID)
                writer.uint16(UInt16(Self.deriveLabel.utf8.count))
                writer.fixed(Self.deriveLabel.utf8)
                writer.uint16(UInt16(privateKeyLength))
            }
        }
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
