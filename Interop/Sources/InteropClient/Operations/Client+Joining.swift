// Ways to become a member of a group.

import SottoCrypto
import SottoMLS

extension Client {
    mutating func createGroup(_ params: inout Fields) throws -> JSON {
        let suite = try params.suite()
        let signer = try SignaturePrivateKey.random(for: suite, using: &entropy)
        let group = try Group.create(
            id: GroupID(params.bytes("group_id")), suite: suite,
            leaf: LeafConfiguration(identity: params.bytes("identity")), lifetime: lifetime,
            extensions: [:], signer: signer, using: &entropy)
        let framing = HandshakeFraming(encrypted: try params.bool("encrypt_handshake"))
        let id = try keep(
            Membership(group: group, framing: framing, preSharedKeys: PreSharedKeys()))
        return ["state_id": .number(id)]
    }

    mutating func createKeyPackage(_ params: inout Fields) throws -> JSON {
        let suite = try params.suite()
        let transaction = try makeTransaction(params.bytes("identity"), suite)
        let id = try newID()
        transactions[id] = transaction
        return [
            "transaction_id": .number(id),
            "key_package": .bytes(transaction.message),
            "init_priv": transaction.keyPackage.initKey.bytes.json,
            "encryption_priv": transaction.keyPackage.leafKey.bytes.json,
            "signature_priv": transaction.signer.seed.json,
        ]
    }

    mutating func joinGroup(_ params: inout Fields) throws -> JSON {
        let transactionID = try params.uint32("transaction_id")
        let transaction = try transactions[existing: transactionID, "transaction_id"]
        let identity = try params.bytes("identity")
        guard identity.isEmpty || transaction.credential == .basic(identity: identity) else {
            throw RPCError(.invalidArgument, "The key package has another identity.")
        }
        let group = try Group.join(
            params.welcome(), with: transaction.keyPackage, signer: transaction.signer,
            ratchetTree: params.ratchetTree(), preSharedKeys: transaction.preSharedKeys,
            policy: policy)
        let framing = HandshakeFraming(encrypted: try params.bool("encrypt_handshake"))
        transactions[transactionID] = nil
        return try joined(
            Membership(
                group: group, framing: framing, preSharedKeys: transaction.preSharedKeys))
    }

    /// Keeps a group under a new number.
    mutating func keep(_ membership: Membership) throws -> UInt32 {
        let id = try newID()
        groups[id] = membership
        return id
    }

    /// What whoever joined answers.
    mutating func joined(_ membership: Membership) throws -> JSON {
        let id = try keep(membership)
        return [
            "state_id": .number(id),
            "epoch_authenticator": membership.group.epochAuthenticator.json,
        ]
    }
}

extension Transaction {
    var credential: Credential { keyPackage.keyPackage.leafNode.credential }

    /// The key package as it is published.
    var message: [UInt8] { MLSMessage.keyPackage(keyPackage.keyPackage).encoded }
}
