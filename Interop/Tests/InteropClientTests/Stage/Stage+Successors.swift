// Groups that follow others.

import InteropClient
import Testing

extension Stage {
    /// What of a group its successor has otherwise, and how it is founded.
    struct ReInitPlan {
        var suite: UInt16?
        var groupID = "group"
        var extensions: JSON = []
        var isPathForced = false
        var isTreeApart = false
    }

    /// The fields that describe a ReInit.
    func description(_ plan: ReInitPlan) -> [String: JSON] {
        [
            "cipher_suite": .number(UInt64(plan.suite ?? suite)),
            "group_id": .words(plan.groupID), "extensions": plan.extensions,
        ]
    }

    /// Proposes to replace the group and does it.
    func reInit(
        _ plan: ReInitPlan, proposer: String, committer: String, welcomer: String,
        members: [String]
    ) throws {
        let proposal = try propose(proposer, .reInitProposal, description(plan))
        try reInit(
            plan, by: proposal, committer: committer, welcomer: welcomer, members: members)
    }

    /// Replaces the group as a proposal says: everybody ends it, one founds the successor, the
    /// others join that.
    func reInit(
        _ plan: ReInitPlan, by proposal: JSON, committer: String, welcomer: String,
        members: [String]
    ) throws {
        let state = self[committer].state
        let commit = try ask(
            committer, .reInitCommit, ["state_id": state, "by_reference": [proposal]])
        let ended = try ask(committer, .handlePendingReInitCommit, ["state_id": state])
        var keyPackages: [String: JSON] = [committer: try ended["key_package"]]
        self[committer].reInit = try ended["reinit_id"]
        for member in members where member != committer {
            let answer = try ask(
                member, .handleReInitCommit,
                [
                    "state_id": self[member].state, "proposal": [proposal],
                    "commit": commit["commit"],
                ])
            try #require(try answer["epoch_authenticator"] == ended["epoch_authenticator"])
            keyPackages[member] = try answer["key_package"]
            self[member].reInit = try answer["reinit_id"]
        }
        let others = members.filter { $0 != welcomer }
        let founded = try ask(
            welcomer, .reInitWelcome,
            [
                "reinit_id": self[welcomer].reInit,
                "key_package": .array(others.compactMap { keyPackages[$0] }),
                "force_path": .bool(plan.isPathForced),
                "external_tree": .bool(plan.isTreeApart),
            ])
        self[welcomer].state = try founded["state_id"]
        for member in others {
            let answer = try ask(
                member, .handleReInitWelcome,
                [
                    "reinit_id": self[member].reInit, "welcome": founded["welcome"],
                    "ratchet_tree": founded["ratchet_tree"],
                ])
            try #require(try answer["epoch_authenticator"] == founded["epoch_authenticator"])
            self[member].state = try answer["state_id"]
        }
        suite = plan.suite ?? suite
    }

    /// Founds a group of an actor and some others; from then on all these act in it.
    func branch(
        _ founder: String, members: [String], extensions: JSON = [],
        isPathForced: Bool = false, isTreeApart: Bool = false
    ) throws {
        let keyPackages = try members.map { try createKeyPackage($0) }
        let founded = try ask(
            founder, .createBranch,
            [
                "state_id": self[founder].state, "group_id": .words("branch"),
                "extensions": extensions, "key_packages": .array(keyPackages),
                "force_path": .bool(isPathForced), "external_tree": .bool(isTreeApart),
            ])
        self[founder].state = try founded["state_id"]
        for member in members {
            let answer = try ask(
                member, .handleBranch,
                [
                    "state_id": self[member].state,
                    "transaction_id": self[member].transaction,
                    "welcome": founded["welcome"], "ratchet_tree": founded["ratchet_tree"],
                ])
            try #require(try answer["epoch_authenticator"] == founded["epoch_authenticator"])
            self[member].state = try answer["state_id"]
        }
    }
}
