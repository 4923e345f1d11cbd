// Pre-shared keys into the key schedule: `psk_secret.json`.

import SottoCrypto
import SottoMLS

/// One case a cipher suite and number of keys.
struct PSKSecretFormat: VectorFormat {
    let name = "MLS psk_secret"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys == ["cipher_suite", "psks", "psk_secret"]
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        let keys = try vector.array("psks").map { entry in
            PreSharedKey(
                id: PreSharedKeyID(
                    key: .external(id: try entry.bytes("psk_id")),
                    nonce: try entry.bytes("psk_nonce")),
                secret: try entry.secret("psk"))
        }
        try vector.expectSecret("psk_secret", PreSharedKey.combine(keys, suite))
        return .passed
    }
}
