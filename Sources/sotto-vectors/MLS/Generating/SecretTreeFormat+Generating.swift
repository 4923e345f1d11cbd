// Message keys of all members, written down.

import SottoCrypto
import SottoMLS

extension SecretTreeFormat: GeneratedFile {
    var fileName: String { "secret-tree" }

    func cases(_ source: inout VectorSource) throws -> [JSON] {
        try [1, 2, 8].map { leaves in
            let steps: JSON = [["generation": 0], ["generation": 15]]
            let inputs: JSON = [
                "cipher_suite": .suite(source.suite),
                "encryption_secret": .hex(source.secret()),
                "sender_data": [
                    "sender_data_secret": .hex(source.secret()),
                    "ciphertext": .hex(source.bytes(77)),
                ],
                "leaves": .array(Array(repeating: steps, count: leaves)),
            ]
            return try Self.derived(inputs, source.suite)
        }
    }

    /// The case with the keys that its secrets give.
    static func derived(_ vector: JSON, _ suite: CipherSuite) throws -> JSON {
        let senderData = try vector.member("sender_data")
        let keys = SenderDataKeys(
            try senderData.secret("sender_data_secret"),
            ciphertext: try senderData.bytes("ciphertext"), suite)
        let leaves = try vector.array("leaves")
        guard let size = TreeSize(covering: LeafIndex(UInt32(leaves.count - 1))) else {
            throw JSONError(description: "there are more leaves than our limit")
        }
        var tree = SecretTree(encryptionSecret: try vector.secret("encryption_secret"), size: size)
        var derived: [JSON] = []
        for (number, steps) in leaves.enumerated() {
            guard var ratchets = tree.take(LeafIndex(UInt32(number)), suite) else {
                throw VectorMismatch(description: "the secret of leaf \(number) is not there")
            }
            derived.append(.array(try steps.elements.map { try messageKeys(&ratchets, $0, suite) }))
        }
        return vector.adding([
            "sender_data": senderData.adding(["key": .hex(keys.key), "nonce": .hex(keys.nonce)]),
            "leaves": .array(derived),
        ])
    }

    private static func messageKeys(
        _ ratchets: inout SenderRatchets, _ step: JSON, _ suite: CipherSuite
    ) throws -> JSON {
        let generation = UInt32(truncatingIfNeeded: try step.number("generation"))
        let application = try ratchets.take(generation, for: .application, suite)
        let handshake = try ratchets.take(generation, for: .commit, suite)
        return step.adding([
            "application_key": .hex(application.key),
            "application_nonce": .hex(application.nonce),
            "handshake_key": .hex(handshake.key), "handshake_nonce": .hex(handshake.nonce),
        ])
    }
}
