// Signatures on the curves of NIST.

import CSodium
import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// ECDSA (FIPS 186-5) with the hash of the curve's length: SHA-256, SHA-384 or SHA-512. Public
/// keys are uncompressed points, signatures are DER (RFC 9420 section 5.1.2).
///
/// A signature has one encoding here: another one of the same numbers is refused. Of the two
/// signatures `(r, s)` and `(r, -s)` both verify, as in the libraries; nothing in MLS names a
/// message by its signature alone.
enum ECDSA<Curve: NISTCurve> {
    struct PrivateKey: Sendable {
        /// The scalar, big-endian.
        let bytes: Secret
        /// The public key, an uncompressed point.
        let publicKey: [UInt8]
        private let key: Curve.SigningKey

        /// Throws `.invalidLength`, and `.invalidKey` for zero or what is not below the order.
        init(_ bytes: Secret) throws(CryptoError) {
            key = try Curve.key(of: bytes)
            self.bytes = bytes
            publicKey = Array(key.publicKey.x963Representation)
        }

        /// The key that the first fitting bytes of `entropy` make.
        static func random(using entropy: inout Entropy) throws(CryptoError) -> PrivateKey {
            for _ in 0..<CryptoLimits.keyCandidatesMax {
                let candidate = entropy.secret(Curve.length).masking(first: Curve.candidateMask)
                if let key = try? PrivateKey(candidate) { return key }
            }
            throw .invalidKey
        }

        /// A signature. The library draws the nonce, so that no two are equal.
        func sign(_ message: some Collection<UInt8>) -> [UInt8] {
            withContiguousBytes(of: message) { message in
                guard let signature = try? key.signature(for: message) else {
                    // It fails only without memory, where Swift's allocations stop too.
                    sodium_misuse()
                }
                return Array(signature.derRepresentation)
            }
        }
    }

    static func verify(
        publicKey: [UInt8], signature: some Collection<UInt8>, _ message: some Collection<UInt8>
    ) throws(CryptoError) {
        typealias PublicKey = Curve.SigningKey.PublicKey
        let signature = Array(signature)
        guard let key: PublicKey = Curve.point(publicKey),
            let parsed = try? PublicKey.Signature(derRepresentation: signature),
            parsed.derRepresentation.elementsEqual(signature)
        else { throw .invalidSignature }
        let isValid = withContiguousBytes(of: message) { message in
            key.isValidSignature(parsed, for: message)
        }
        guard isValid else { throw .invalidSignature }
    }
}

extension Secret {
    /// A copy whose first byte is cut to `mask`.
    func masking(first mask: UInt8) -> Secret {
        withBytes { bytes in
            Secret(count: bytes.count) { copy in
                copy.copyMemory(from: bytes)
                if !copy.isEmpty { copy[0] &= mask }
            }
        }
    }
}
