// Pre-shared keys into the key schedule: `psk_secret.json`.

import SottoMLS

/// One case a cipher suite and number of keys.
struct PSKSecretFormat: VectorFormat {
    let name = "MLS psk_secret"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys == ["cipher_suite", "psks", "psk_secret"]
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        try vector.expectMadeAgain(Self.derived(vector, suite))
        return .passed
    }
}
