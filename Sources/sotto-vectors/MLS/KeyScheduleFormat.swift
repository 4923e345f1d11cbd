// Several epochs of the key schedule: `key-schedule.json`.

import SottoCrypto
import SottoMLS

/// One case a cipher suite.
struct KeyScheduleFormat: VectorFormat {
    let name = "MLS key-schedule"

    func recognises(_ file: VectorFile) -> Bool { file.keys.contains("initial_init_secret") }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        try vector.expectMadeAgain(Self.derived(vector, suite))
        return .passed
    }
}

extension JSON {
    /// The secret that the member `key` spells in hex.
    func secret(_ key: String) throws -> Secret { Secret(copying: try bytes(key)) }

    /// Throws unless the member `key` is this secret.
    func expectSecret(_ key: String, _ ours: Secret) throws {
        try expect(key, ours, equals: secret(key))
    }
}
