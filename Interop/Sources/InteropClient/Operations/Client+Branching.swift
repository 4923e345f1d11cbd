// Founding a group of some of a group's members.

import SottoCrypto
import SottoMLS

extension Client {
    mutating func createBranch(_ params: inout Fields) throws -> JSON {
        let membership = try groups[existing: params.uint32("state_id"), "state_id"]
        let order = try FoundingOrder(&params)
        let signer = try SignaturePrivateKey.random(
            for: membership.group.suite, using: &entropy)
        let founder = order.founder(
            leaf: LeafConfiguration(identity: membership.identity), lifetime, signer)
        let founded = try membership.group.branch(
            id: GroupID(params.bytes("group_id")), extensions: params.extensions(),
            adding: params.keyPackages("key_packages"), by: founder, policy: policy,
            using: &entropy)
        return try self.founded(founded, order, by: membership)
    }

    mutating func handleBranch(_ params: inout Fields) throws -> JSON {
        let membership = try groups[existing: params.uint32("state_id"), "state_id"]
        let id = try params.uint32("transaction_id")
        let transaction = try transactions[existing: id, "transaction_id"]
        let group = try Group.join(
            params.welcome(), with: transaction.keyPackage, signer: transaction.signer,
            ratchetTree: params.ratchetTree(), preSharedKeys: membership.preSharedKeys,
            predecessor: membership.group, policy: policy)
        transactions[id] = nil
        return try joined(membership.followed(by: group))
    }

    /// What whoever founded a group answers: `CreateSubgroupResponse`.
    mutating func founded(
        _ founded: FoundedGroup, _ order: FoundingOrder, by membership: Membership
    ) throws -> JSON {
        let group = founded.group
        let id = try keep(membership.followed(by: group))
        return [
            "state_id": .number(id), "welcome": .bytes(founded.welcome ?? []),
            "ratchet_tree": .bytes(order.isTreeApart ? group.ratchetTree : []),
            "epoch_authenticator": group.epochAuthenticator.json,
        ]
    }
}

/// How a request wants a group to be founded.
struct FoundingOrder: Sendable {
    let isPathForced: Bool
    let isTreeApart: Bool

    init(_ params: inout Fields) throws {
        isPathForced = try params.bool("force_path")
        isTreeApart = try params.bool("external_tree")
    }

    func founder(
        leaf: LeafConfiguration, _ lifetime: Lifetime, _ signer: SignaturePrivateKey
    ) -> Founder {
        var founder = Founder(leaf: leaf, lifetime: lifetime, signer: signer)
        founder.options.path = isPathForced
        founder.options.ratchetTreeInWelcome = !isTreeApart
        return founder
    }
}

extension Membership {
    /// The membership in a group that follows this one.
    func followed(by group: Group) -> Membership {
        Membership(group: group, framing: framing, preSharedKeys: preSharedKeys)
    }

    /// What we call ourselves.
    var identity: [UInt8] {
        guard case .basic(let identity) = group.leafNode(at: group.ownLeaf)?.credential else {
            return []
        }
        return identity
    }
}
