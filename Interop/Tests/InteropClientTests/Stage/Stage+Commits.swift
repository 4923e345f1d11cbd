// Proposals, and commits of them that everybody follows.

import InteropClient
import Testing

extension Stage {
    /// Has an actor propose something and gives the message.
    func propose(_ name: String, _ rpc: RPC, _ params: [String: JSON] = [:]) throws -> JSON {
        let state = ["state_id": self[name].state]
        return try ask(name, rpc, .object(params.merging(state) { $1 }))["proposal"]
    }

    /// Commits, merges at the committer, and has the others follow and the joiners join. All
    /// must agree on the epoch's authenticator.
    @discardableResult
    func commit(
        _ committer: String, references: [JSON] = [], values: [JSON] = [],
        members: [String] = [], joiners: [String] = [], isPathForced: Bool = false,
        isTreeApart: Bool = false
    ) throws -> Answer {
        let state = self[committer].state
        let commit = try ask(
            committer, .commit,
            [
                "state_id": state, "by_reference": .array(references),
                "by_value": .array(values), "force_path": .bool(isPathForced),
                "external_tree": .bool(isTreeApart),
            ])
        try #require(try (commit["welcome"] == "") == joiners.isEmpty)
        try #require(try (commit["ratchet_tree"] == "") == !isTreeApart)
        let merged = try ask(committer, .handlePendingCommit, ["state_id": state])
        self[committer].state = try merged["state_id"]
        let authenticator = try merged["epoch_authenticator"]
        for member in members {
            let own = try follow(member, commit["commit"], references)
            try #require(own == authenticator, "\(member) agrees")
        }
        for joiner in joiners {
            let own = try join(joiner, commit)
            try #require(own == authenticator, "\(joiner) agrees")
        }
        return commit
    }

    /// Has a member follow a commit and gives its authenticator.
    func follow(_ member: String, _ commit: JSON, _ references: [JSON] = []) throws -> JSON {
        let answer = try ask(
            member, .handleCommit,
            [
                "state_id": self[member].state, "proposal": .array(references),
                "commit": commit,
            ])
        self[member].state = try answer["state_id"]
        return try answer["epoch_authenticator"]
    }

    // Descriptions of proposals.

    func addition(of keyPackage: JSON) -> JSON {
        ["proposal_type": "add", "key_package": keyPackage]
    }

    func removal(of name: String) -> JSON {
        ["proposal_type": "remove", "removed_id": .words(name)]
    }

    func use(ofPSK name: String) -> JSON {
        ["proposal_type": "externalPSK", "psk_id": .words(name)]
    }

    func use(ofEpoch epoch: UInt64) -> JSON {
        ["proposal_type": "resumptionPSK", "epoch_id": .number(epoch)]
    }

    func change(ofExtensions extensions: JSON) -> JSON {
        ["proposal_type": "groupContextExtensions", "extensions": extensions]
    }
}

/// GroupContext extensions that ask nothing of anybody: empty required capabilities, and an empty
/// list of external senders.
let harmlessExtensions: JSON = [
    ["extension_type": 3, "extension_data": "000000"],
    ["extension_type": 5, "extension_data": "00"],
]
