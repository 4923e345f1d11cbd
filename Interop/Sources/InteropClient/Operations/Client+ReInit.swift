// Replacing a group by another.

import SottoCrypto
import SottoMLS

extension Client {
    mutating func reInitCommit(_ params: inout Fields) throws -> JSON { try commit(&params) }

    mutating func handleReInitCommit(_ params: inout Fields) throws -> JSON {
        let id = try params.uint32("state_id")
        _ = try follow(id, &params)
        return try beginSuccession(of: id)
    }

    mutating func handlePendingReInitCommit(_ params: inout Fields) throws -> JSON {
        let id = try params.uint32("state_id")
        _ = try merge(id)
        return try beginSuccession(of: id)
    }

    mutating func reInitWelcome(_ params: inout Fields) throws -> JSON {
        let id = try params.uint32("reinit_id")
        let succession = try successions[existing: id, "reinit_id"]
        let keyPackages = try params.keyPackages("key_package")
        let order = try FoundingOrder(&params)
        let founder = succession.founder(order, lifetime)
        let founded = try succession.predecessor.group.successor(
            adding: keyPackages, by: founder, policy: policy, using: &entropy)
        successions[id] = nil
        return try self.founded(founded, order, by: succession.predecessor)
    }

    mutating func handleReInitWelcome(_ params: inout Fields) throws -> JSON {
        let id = try params.uint32("reinit_id")
        let succession = try successions[existing: id, "reinit_id"]
        let transaction = succession.transaction
        let group = try Group.join(
            params.welcome(), with: transaction.keyPackage, signer: transaction.signer,
            ratchetTree: params.ratchetTree(),
            preSharedKeys: succession.predecessor.preSharedKeys,
            predecessor: succession.predecessor.group, policy: policy)
        successions[id] = nil
        return try joined(succession.predecessor.followed(by: group))
    }

    /// Makes what is needed to join the successor of a group whose last commit asked for one.
    private mutating func beginSuccession(of id: UInt32) throws -> JSON {
        let membership = try groups[existing: id, "state_id"]
        guard let reInit = membership.group.reInit else {
            throw RPCError(.failedPrecondition, "The commit holds no ReInit.")
        }
        guard let suite = try? CipherSuite(rawValue: reInit.cipherSuite) else {
            throw RPCError(.unimplemented, "The suite \(reInit.cipherSuite) is not supported.")
        }
        let transaction = try makeTransaction(membership.identity, suite)
        let successionID = try newID()
        successions[successionID] = Succession(
            predecessor: membership, transaction: transaction)
        return [
            "reinit_id": .number(successionID), "key_package": .bytes(transaction.message),
            "epoch_authenticator": membership.group.epochAuthenticator.json,
        ]
    }
}

extension Succession {
    /// Whoever founds the successor has the leaf and signs with the key of their key package.
    fileprivate func founder(_ order: FoundingOrder, _ lifetime: Lifetime) -> Founder {
        order.founder(
            leaf: LeafConfiguration(identity: predecessor.identity), lifetime,
            transaction.signer)
    }
}
