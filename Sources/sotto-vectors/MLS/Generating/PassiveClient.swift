// A member that only listens, and what it hears.

import SottoCrypto
import SottoMLS

/// Who is invited, what it needs to join, and what it hears afterwards.
struct PassiveClient {
    /// Where it is in the tree.
    let leaf: LeafIndex
    private let invitee: VectorInvitee
    private let joining: [String: JSON]
    private let keys: [JSON]
    private var proposals: [JSON] = []
    private var epochs: [JSON] = []

    /// - Parameter group: As it is right after the commit.
    init(
        _ invitee: VectorInvitee, _ commit: VectorCommit, _ group: VectorGroup,
        ratchetTree: [UInt8]?
    ) throws {
        self.invitee = invitee
        let member = group.members.first {
            $0.keyPackage?.keyPackage == invitee.keyPackage.keyPackage
        }
        guard let member else { throw JSONError(description: "the client did not join") }
        leaf = member.group.ownLeaf
        keys = group.externalKeys.map { key in
            ["psk_id": .hex(key.id), "psk": .hex(key.secret)]
        }
        joining = [
            "welcome": .hex(commit.welcome ?? []),
            "ratchet_tree": ratchetTree.map { .hex($0) } ?? .null,
            "initial_epoch_authenticator": .hex(group.epochAuthenticator),
        ]
    }

    mutating func hear(proposal: [UInt8]) { proposals.append(.hex(proposal)) }

    /// - Parameter group: As it is right after the commit.
    mutating func hear(_ commit: VectorCommit, _ group: VectorGroup) {
        epochs.append([
            "proposals": .array(proposals), "commit": .hex(commit.message),
            "epoch_authenticator": .hex(group.epochAuthenticator),
        ])
        proposals = []
    }

    /// The case.
    var written: JSON {
        let client: JSON = [
            "cipher_suite": .suite(invitee.client.suite), "external_psks": .array(keys),
            "key_package": .hex(MLSMessage.keyPackage(invitee.keyPackage.keyPackage).encoded),
            "signature_priv": .hex(invitee.client.signer.seed),
            "encryption_priv": .hex(invitee.keyPackage.leafKey),
            "init_priv": .hex(invitee.keyPackage.initKey), "epochs": .array(epochs),
        ]
        return client.adding(joining)
    }
}

extension VectorGroup {
    /// The use of a new key that everybody is told.
    mutating func sharedKey(_ source: inout VectorSource) throws -> Proposal {
        let id = Array("key \(externalKeys.count)".utf8)
        share(source.secret(), as: id)
        return try use(of: .external(id: id), &source)
    }

    /// The use of a key in the group.
    func use(
        of key: PreSharedKeyID.Key, _ source: inout VectorSource
    ) throws -> Proposal {
        .preSharedKey(members[0].group.preSharedKeyID(key, using: &source.entropy))
    }
}
