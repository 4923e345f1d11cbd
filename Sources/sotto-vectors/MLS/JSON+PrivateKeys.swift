// Private keys as the published vectors spell them: scalars without their leading zeros.

import SottoCrypto

extension JSON {
    /// The signature key that the member `key` spells.
    func signatureKey(_ key: String, _ suite: CipherSuite) throws -> SignaturePrivateKey {
        let length =
            switch suite.signatureScheme {
            case .ed25519, .ecdsaP256: 32
            case .ecdsaP384: 48
            case .ecdsaP521: 66
            }
        return try SignaturePrivateKey(suite: suite, seed: scalar(key, length))
    }

    /// The HPKE key that the member `key` spells.
    func hpkeKey(_ key: String, _ suite: CipherSuite) throws -> HPKEPrivateKey {
        HPKEPrivateKey(try scalar(key, suite.hpke.kem.privateKeyLength))
    }

    private func scalar(_ key: String, _ length: Int) throws -> Secret {
        let digits = try bytes(key)
        let zeros = [UInt8](repeating: 0, count: max(0, length - digits.count))
        return Secret(copying: zeros + digits)
    }
}
