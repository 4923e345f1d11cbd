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

    /// Whether both halves are keys: the coefficients of the one are reduced (FIPS 203 section
    /// 7.2, modulus check), and the other is not of small order.
    ///
    /// The library checks the same, but only while it encapsulates, which takes as long as the
    /// check of a signature.
    func canEncapsulate(to publicKey: [UInt8]) -> Bool {
        Self.hasReducedCoefficients(publicKey.prefix(Self.coefficientBytes))
            && X25519.agrees(with: Array(publicKey.suffix(X25519.length)))
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

    /// Each three bytes hold two numbers of twelve bits.
    private static func hasReducedCoefficients(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 3).allSatisfy { start in
                let (low, middle) = (UInt16(bytes[start]), UInt16(bytes[start + 1]))
                let high = UInt16(bytes[start + 2])
                return low | (middle & 0xf) << 8 < modulus && middle >> 4 | high << 4 < modulus
            }
        }
    }

    private static let coefficientBytes = 3 * 256 * 12 / 8
    private static let modulus: UInt16 = 3_329

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
