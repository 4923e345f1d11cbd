// Pre-shared keys and what they give, written down.

import SottoCrypto
import SottoMLS

extension PSKSecretFormat: GeneratedFile {
    var fileName: String { "psk_secret" }

    func cases(_ source: inout VectorSource) throws -> [JSON] {
        try (0...4).map { count in
            let keys: [JSON] = (0..<count).map { _ in
                [
                    "psk_id": .hex(source.digest()), "psk": .hex(source.secret()),
                    "psk_nonce": .hex(source.digest()),
                ]
            }
            let inputs: JSON = ["cipher_suite": .suite(source.suite), "psks": .array(keys)]
            return try Self.derived(inputs, source.suite)
        }
    }

    /// The case with what its keys give.
    static func derived(_ vector: JSON, _ suite: CipherSuite) throws -> JSON {
        let keys = try vector.array("psks").map { entry in
            PreSharedKey(
                id: PreSharedKeyID(
                    key: .external(id: try entry.bytes("psk_id")),
                    nonce: try entry.bytes("psk_nonce")),
                secret: try entry.secret("psk"))
        }
        return vector.adding(["psk_secret": .hex(PreSharedKey.combine(keys, suite))])
    }
}
