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
        Curve.point(bytes)
    }

    struct PrivateKey: DiffieHellmanKey {
        let bytes: Secret
        let publicKey: [UInt8]
        private let key: Curve.AgreementKey

        init(_ bytes: Secret) throws(CryptoError) {
            key = try Curve.key(of: bytes)
            self.bytes = bytes
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
