// Every structure of MLS, well-formed and otherwise random: `messages.json`.

import SottoCrypto
import SottoMLS
import SottoWire

/// One case a set of structures, each to be read and written back.
struct MessagesFormat: VectorFormat {
    let name = "MLS messages"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["mls_welcome", "mls_group_info", "ratchet_tree"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        // An MLSMessage and the key package in it each begin with a version.
        let suite = Array(try vector.bytes("mls_key_package").dropFirst(6).prefix(2))
        var reader = WireReader(suite)
        let number = try reader.uint16()
        guard (try? CipherSuite(rawValue: number)) != nil else {
            return .skipped(reason: "cipher suite \(number) is not one of ours")
        }
        try checkProposals(vector)
        try check("ratchet_tree", RatchetTree.self, vector)
        try check("group_secrets", GroupSecrets.self, vector)
        try check("commit", Commit.self, vector)
        for name in Self.messages { try check(name, MLSMessage.self, vector) }
        return .passed
    }

    private static let messages = [
        "mls_welcome", "mls_group_info", "mls_key_package", "public_message_application",
        "public_message_proposal", "public_message_commit", "private_message",
    ]

    private func check<Value: WireCodable>(
        _ name: String, _: Value.Type, _ vector: JSON, after prefix: [UInt8] = []
    ) throws {
        let bytes = prefix + (try vector.bytes(name))
        do {
            try expect(name, Value(wireBytes: bytes).wireBytes, equals: bytes)
        } catch let error as WireError {
            throw VectorMismatch(description: "\(name): \(error)")
        }
    }

    /// Proposals stand in the vector without their type.
    private func checkProposals(_ vector: JSON) throws {
        for (type, name) in [
            (ProposalType.add, "add_proposal"), (.update, "update_proposal"),
            (.remove, "remove_proposal"), (.preSharedKey, "pre_shared_key_proposal"),
            (.reInit, "re_init_proposal"), (.externalInit, "external_init_proposal"),
            (.groupContextExtensions, "group_context_extensions_proposal"),
        ] {
            try check(name, Proposal.self, vector, after: type.wireBytes)
        }
    }
}
