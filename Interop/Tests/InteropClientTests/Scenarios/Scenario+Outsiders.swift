// Joining and proposing from outside.

import InteropClient
import SottoCrypto
import SottoMLS
import Testing

extension Scenario {
    static let outsiders = [
        Scenario("members join by commits of their own") { stage in
            try stage.createGroup("alice", members: ["bob"])
            try stage.joinExternally("charlie", told: "bob", members: ["alice", "bob"])
            try stage.joinExternally(
                "diana", told: "charlie", members: ["alice", "bob", "charlie"],
                isTreeApart: true)
            try stage.converse(["alice", "bob", "charlie", "diana"])
            try stage.commit("diana", members: ["alice", "bob", "charlie"])
            try stage.converse(["alice", "bob", "charlie", "diana"])
        },
        Scenario("a member that lost its state comes back in place of itself") { stage in
            try stage.createGroup("alice", members: ["bob", "charlie"])
            try stage.joinExternally(
                "bob", told: "alice", members: ["alice", "charlie"], removesPrior: true)
            try stage.converse(["alice", "bob", "charlie"])
            try stage.commit("bob", values: [stage.removal(of: "charlie")], members: ["alice"])
            try stage.converse(["alice", "bob"])
        },
        Scenario("who joins by itself mixes secrets in") { stage in
            try stage.createGroup("alice", members: ["bob"])
            try stage.installPSK("one", ["alice", "bob"])
            try stage.installPSK("two", ["alice", "bob"])
            try stage.joinExternally(
                "charlie", told: "alice", members: ["alice", "bob"], keys: ["one", "two"])
            try stage.converse(["alice", "bob", "charlie"])
            try stage.commit(
                "charlie", values: [stage.use(ofPSK: "one")], members: ["alice", "bob"])
        },
        Scenario("who wants to be added says so") { stage in
            try stage.createGroup("alice", members: ["bob"])
            let answer = try stage.ask(
                "charlie", .newMemberAddProposal,
                [
                    "group_info": try #require(try stage.groupInfo("alice")["group_info"]),
                    "identity": .words("charlie"),
                ])
            stage["charlie"].transaction = try answer["transaction_id"]
            try stage.commit(
                "bob", references: [answer["proposal"]], members: ["alice"],
                joiners: ["charlie"])
            try stage.converse(["alice", "bob", "charlie"])
        },
        Scenario("whom the group lets propose changes it") { stage in
            try stage.createGroup("alice", members: ["bob", "charlie"])
            let members = ["bob", "charlie"]
            try stage.letPropose("server", by: "alice", members: members)
            try stage.letPropose("another", by: "bob", members: ["alice", "charlie"])
            let diana = try stage.createKeyPackage("diana")
            let add = try stage.proposeFromOutside(
                "server", stage.addition(of: diana), told: "alice")
            let remove = try stage.proposeFromOutside(
                "another", stage.removal(of: "charlie"), told: "bob", number: 1,
                isTreeApart: true)
            try stage.commit(
                "alice", references: [add, remove], members: ["bob"], joiners: ["diana"])
            try stage.converse(["alice", "bob", "diana"])
            try stage.installPSK("key", ["alice", "bob", "diana"])
            let key = try stage.proposeFromOutside(
                "server", stage.use(ofPSK: "key"), told: "diana")
            try stage.commit("bob", references: [key], members: ["alice", "diana"])
            try stage.converse(["alice", "bob", "diana"])
        },
        Scenario("an outsider proposes a secret of an earlier epoch, and extensions") { stage in
            let members = ["bob", "charlie"]
            try stage.createGroup("alice", members: members)
            try stage.letPropose("server", by: "alice", members: members)
            let earlier = try stage.proposeFromOutside(
                "server", stage.use(ofEpoch: 1), told: "alice")
            try stage.commit("alice", references: [earlier], members: members)
            // These extensions no longer let the server propose.
            let change = try stage.proposeFromOutside(
                "server", stage.change(ofExtensions: harmlessExtensions), told: "bob")
            try stage.commit("bob", references: [change], members: ["alice", "charlie"])
            try stage.converse(["alice"] + members)
            let late = try stage.proposeFromOutside(
                "server", stage.removal(of: "bob"), told: "alice")
            let commit: JSON = ["state_id": stage["alice"].state, "by_reference": [late]]
            try #require(try stage.refusal("alice", .commit, commit) == "ABORTED")
        },
        Scenario("an outsider proposes that the group be replaced") { stage in
            try stage.createGroup("alice", members: ["bob", "charlie"])
            try stage.letPropose("server", by: "alice", members: ["bob", "charlie"])
            let plan = Stage.ReInitPlan(
                suite: CipherSuite.all.map(\.rawValue).first { $0 != stage.suite },
                groupID: "group++", extensions: harmlessExtensions, isPathForced: true)
            var description = stage.description(plan)
            description["proposal_type"] = "reinit"
            let proposal = try stage.proposeFromOutside(
                "server", .object(description), told: "charlie")
            try stage.reInit(
                plan, by: proposal, committer: "alice", welcomer: "bob",
                members: ["alice", "bob", "charlie"])
            try stage.converse(["alice", "bob", "charlie"])
        },
    ]
}
