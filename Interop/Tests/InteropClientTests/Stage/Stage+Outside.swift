// What is done from outside a group.

import InteropClient
import Testing

extension Stage {
    /// The group as a member describes it.
    func groupInfo(_ member: String, isTreeApart: Bool = false) throws -> [String: JSON] {
        try ask(
            member, .groupInfo,
            ["state_id": self[member].state, "external_tree": .bool(isTreeApart)]
        ).fields
    }

    /// Joins by a commit that all members follow.
    func joinExternally(
        _ name: String, told member: String, members: [String], isTreeApart: Bool = false,
        removesPrior: Bool = false, keys: [String] = []
    ) throws {
        var params = try groupInfo(member, isTreeApart: isTreeApart)
        params["encrypt_handshake"] = .bool(isEncrypted)
        params["identity"] = .words(name)
        params["remove_prior"] = .bool(removesPrior)
        params["psks"] = .array(
            keys.map { ["psk_id": .words($0), "psk_secret": .words("the secret of " + $0)] })
        let answer = try ask(name, .externalJoin, .object(params))
        for member in members {
            let own = try follow(member, answer["commit"])
            try #require(try own == answer["epoch_authenticator"], "\(member) agrees")
        }
        self[name].state = try answer["state_id"]
    }

    /// Has somebody become one whom the group lets propose.
    func letPropose(_ name: String, by member: String, members: [String]) throws {
        let signer = try ask(
            name, .createExternalSigner,
            ["cipher_suite": .number(UInt64(suite)), "identity": .words(name)])
        self[name].signer = try signer["signer_id"]
        let proposal = try propose(
            member, .addExternalSigner, ["external_sender": signer["external_sender"]])
        try commit(member, references: [proposal], members: members)
    }

    /// What somebody outside proposes who is let.
    func proposeFromOutside(
        _ name: String, _ description: JSON, told member: String, number: UInt64 = 0,
        isTreeApart: Bool = false
    ) throws -> JSON {
        var params = try groupInfo(member, isTreeApart: isTreeApart)
        params["signer_id"] = self[name].signer
        params["signer_index"] = .number(number)
        params["description"] = description
        return try ask(name, .externalSignerProposal, .object(params))["proposal"]
    }
}
