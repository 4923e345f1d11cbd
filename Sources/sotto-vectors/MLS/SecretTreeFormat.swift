// Message keys of all members of an epoch: `secret-tree.json`.

import SottoMLS

/// One case a cipher suite and tree size.
struct SecretTreeFormat: VectorFormat {
    let name = "MLS secret-tree"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["sender_data", "leaves", "encryption_secret"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        try vector.expectMadeAgain(Self.derived(vector, suite))
        return .passed
    }
}
