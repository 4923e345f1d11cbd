// Groups that replace others, and groups of some of a group's members.

import SottoCrypto
import SottoMLS

extension Scenario {
    private static let others = ["bob", "charlie", "diana", "eliza"]

    static let successors =
        [
            replacement("with another suite") { plan, suite in
                plan.suite = CipherSuite.all.map(\.rawValue).first { $0 != suite }
            },
            replacement("with another id") { plan, _ in plan.groupID = "group++" },
            replacement("with other extensions") { plan, _ in
                plan.extensions = harmlessExtensions
            },
            replacement("with its tree apart") { plan, _ in plan.isTreeApart = true },
            replacement("with a path") { plan, _ in plan.isPathForced = true },
            Scenario("one member proposes, commits and founds the replacement") { stage in
                try stage.createGroup("alice", members: others)
                try stage.reInit(
                    Stage.ReInitPlan(groupID: "group++"), proposer: "alice",
                    committer: "alice", welcomer: "alice", members: ["alice"] + others)
                try stage.commit("diana", members: ["alice", "bob", "charlie", "eliza"])
                try stage.converse(["alice"] + others)
            },
        ] + branches

    private static func replacement(
        _ name: String,
        _ change: @escaping @Sendable (inout Stage.ReInitPlan, UInt16) -> Void
    ) -> Scenario {
        Scenario("a group is replaced, \(name)") { stage in
            var plan = Stage.ReInitPlan()
            change(&plan, stage.suite)
            try stage.createGroup("alice", members: others)
            try stage.reInit(
                plan, proposer: "alice", committer: "bob", welcomer: "charlie",
                members: ["alice"] + others)
            try stage.converse(["alice"] + others)
        }
    }

    private static let branches = [
        Scenario("a branch of all") { stage in
            try stage.createGroup("alice", members: others)
            try stage.branch("alice", members: others)
            try stage.converse(["alice"] + others)
        },
        Scenario("a branch of some, with extensions, while the group goes on") { stage in
            try stage.createGroup("alice", members: others)
            let old = ["alice", "charlie"].map { stage[$0].state }
            try stage.branch("alice", members: ["charlie"], extensions: harmlessExtensions)
            try stage.converse(["alice", "charlie"])
            for (name, state) in zip(["alice", "charlie"], old) { stage[name].state = state }
            try stage.converse(["alice"] + others)
        },
        Scenario("a branch with its tree apart and a path") { stage in
            try stage.createGroup("alice", members: others)
            try stage.branch("alice", members: others, isPathForced: true, isTreeApart: true)
            try stage.converse(["alice"] + others)
        },
    ]
}
