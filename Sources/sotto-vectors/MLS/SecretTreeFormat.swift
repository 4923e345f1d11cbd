// Message keys of all members of an epoch: `secret-tree.json`.

import SottoCrypto
import SottoMLS

/// One case a cipher suite and tree size.
struct SecretTreeFormat: VectorFormat {
    let name = "MLS secret-tree"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["sender_data", "leaves", "encryption_secret"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        let senderData = try vector.member("sender_data")
        let keys = SenderDataKeys(
            try senderData.secret("sender_data_secret"),
            ciphertext: try senderData.bytes("ciphertext"), suite)
        try senderData.expectSecret("key", keys.key)
        try expect("nonce", keys.nonce, equals: senderData.bytes("nonce"))

        let leaves = try vector.array("leaves")
        guard let size = TreeSize(covering: LeafIndex(UInt32(leaves.count - 1))) else {
            throw JSONError(description: "there are more leaves than our limit")
        }
        var tree = SecretTree(
            encryptionSecret: try vector.secret("encryption_secret"), size: size)
        for (number, generations) in leaves.enumerated() {
            guard var ratchets = tree.take(LeafIndex(UInt32(number)), suite) else {
                throw VectorMismatch(description: "the secret of leaf \(number) is not there")
            }
            for step in generations.elements { try check(&ratchets, step, suite) }
        }
        return .passed
    }

    private func check(
        _ ratchets: inout SenderRatchets, _ step: JSON, _ suite: CipherSuite
    ) throws {
        let generation = UInt32(truncatingIfNeeded: try step.number("generation"))
        for (type, name) in [(ContentType.application, "application"), (.commit, "handshake")] {
            let key = try ratchets.take(generation, for: type, suite)
            try step.expectSecret("\(name)_key", key.key)
            try step.expectSecret("\(name)_nonce", key.nonce)
        }
    }
}
