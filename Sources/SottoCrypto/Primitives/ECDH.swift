// Diffie-Hellman on the curves of NIST.

import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// ECDH (NIST SP 800-56A), with points in uncompressed form and the x-coordinate as the result.
enum ECDH<Curve: NISTCurve>: DiffieHellmanGroup {
    static var privateKeyLength: Int { Curve.length }
    static var publicKeyLength: Int { Curve.pointLength }
    static var derivation: KeyDerivation { .candidates(mask: Curve.candidateMask) }

    static func agrees(with publicKey: [UInt8]) -> Bool { point(publicKey) != nil }

    private static func point(_ bytes: [UInt8]) -> Curve.AgreementKey.PublicKey? {
        guard bytes.count == publicKeyLength, bytes.first == 0x04 else { return nil }
        return try? Curve.AgreementKey.PublicKey(x963Representation: bytes)
    }

    struct PrivateKey: DiffieHellmanKey {
        let bytes: Secret
        let publicKey: [UInt8]
        private let key: Curve.AgreementKey

        init(_ bytes: Secret) throws(CryptoError) {
            guard bytes.count == Curve.length else { throw .invalidLength }
            let key = bytes.withBytes { bytes in
                try? Curve.AgreementKey(rawRepresentation: bytes)
            }
            guard let key else { throw .invalidKey }
            self.bytes = bytes
            self.key = key
            publicKey = Array(key.publicKey.x963Representation)
        }

        func sharedSecret(with publicKey: [UInt8]) throws(CryptoError) -> Secret {
            guard let point = ECDH.point(publicKey),
                let agreed = try? key.sharedSecretFromKeyAgreement(with: point)
            else { throw .invalidKey }
            return agreed.withUnsafeBytes { bytes in Secret(copying: bytes) }
        }
    }
}
