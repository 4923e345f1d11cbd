// Commits of every kind of proposal, by value and by reference.

import InteropClient
import Testing

extension Scenario {
    static let commits = [
        Scenario("a commit of nothing gives new keys") { stage in
            try stage.createGroup("alice", members: ["bob"])
            try stage.commit("alice", members: ["bob"])
            try stage.commit("bob", members: ["alice"])
            try stage.converse(["alice", "bob"])
        },
        Scenario("additions by two members and by value, with a path and without") { stage in
            try stage.createGroup("alice", members: ["bob"])
            var members = ["bob"]
            for (round, isPathForced) in [true, false].enumerated() {
                let names = (1...3).map { "charlie\(round)\($0)" }
                let keys = try names.map { try stage.createKeyPackage($0) }
                let references = [
                    try stage.propose("alice", .addProposal, ["key_package": keys[0]]),
                    try stage.propose("bob", .addProposal, ["key_package": keys[1]]),
                ]
                try stage.commit(
                    "alice", references: references, values: [stage.addition(of: keys[2])],
                    members: members, joiners: names, isPathForced: isPathForced)
                members += names
            }
            try stage.converse(["alice"] + members)
        },
        Scenario("removals by two members and by value") { stage in
            try stage.createGroup(
                "alice", members: ["bob", "charlie1", "charlie2", "charlie3"])
            let references = [
                try stage.propose("alice", .removeProposal, ["removed_id": .words("charlie1")]),
                try stage.propose("bob", .removeProposal, ["removed_id": .words("charlie2")]),
            ]
            let commit = try stage.commit(
                "alice", references: references, values: [stage.removal(of: "charlie3")],
                members: ["bob"])
            try stage.converse(["alice", "bob"])
            let late: JSON = [
                "state_id": stage["charlie3"].state, "proposal": .array(references),
                "commit": try commit["commit"],
            ]
            try #require(
                try stage.refusal("charlie3", .handleCommit, late) == "FAILED_PRECONDITION")
        },
        Scenario("updates of some, committed by another") { stage in
            try stage.createGroup("alice", members: ["bob", "charlie", "diana"])
            let references = [
                try stage.propose("bob", .updateProposal),
                try stage.propose("charlie", .updateProposal),
            ]
            try stage.commit(
                "alice", references: references, members: ["bob", "charlie", "diana"])
            try stage.commit("bob", members: ["alice", "charlie", "diana"])
            try stage.converse(["alice", "bob", "charlie", "diana"])
        },
        Scenario("the group's extensions come, go and come by value") { stage in
            try stage.createGroup("alice", members: ["bob"])
            for (proposer, extensions) in [("alice", harmlessExtensions), ("bob", [])] {
                let change = try stage.propose(
                    proposer, .groupContextExtensionsProposal, ["extensions": extensions])
                try stage.commit("alice", references: [change], members: ["bob"])
            }
            try stage.commit(
                "alice", values: [stage.change(ofExtensions: harmlessExtensions)],
                members: ["bob"])
            try stage.converse(["alice", "bob"])
        },
        Scenario("stored secrets, by two members and by value") { stage in
            try stage.createGroup("alice", members: ["bob"])
            for name in ["one", "two", "three"] {
                try stage.installPSK(name, ["alice", "bob"])
            }
            for isPathForced in [true, false] {
                let references = [
                    try stage.propose(
                        "alice", .externalPSKProposal, ["psk_id": .words("one")]),
                    try stage.propose("bob", .externalPSKProposal, ["psk_id": .words("two")]),
                ]
                try stage.commit(
                    "alice", references: references, values: [stage.use(ofPSK: "three")],
                    members: ["bob"], isPathForced: isPathForced)
            }
            try stage.converse(["alice", "bob"])
        },
        Scenario("secrets of earlier epochs, by two members and by value") { stage in
            try stage.createGroup("alice", members: ["bob"])
            try stage.commit("alice", members: ["bob"])
            try stage.commit("alice", members: ["bob"])
            for first: UInt64 in [1, 2] {
                let references = [
                    try stage.propose(
                        "alice", .resumptionPSKProposal, ["epoch_id": .number(first)]),
                    try stage.propose(
                        "bob", .resumptionPSKProposal, ["epoch_id": .number(first + 1)]),
                ]
                try stage.commit(
                    "alice", references: references, values: [stage.use(ofEpoch: first + 2)],
                    members: ["bob"])
            }
            try stage.converse(["alice", "bob"])
        },
        everything(by: "alice"),
        everything(by: "bob"),
    ]

    /// Every kind of proposal in one commit of alice's, half of them proposed by `proposer`.
    private static func everything(by proposer: String) -> Scenario {
        Scenario("all kinds at once, proposed by \(proposer)") { stage in
            try stage.createGroup("alice", members: ["bob", "charlie1", "charlie2"])
            try stage.installPSK("one", ["alice", "bob"])
            try stage.installPSK("two", ["alice", "bob"])
            try stage.commit("alice", members: ["bob", "charlie1", "charlie2"])
            let keys = [
                try stage.createKeyPackage("charlie3"), try stage.createKeyPackage("charlie4"),
            ]
            for joiner in ["charlie3", "charlie4"] {
                stage[joiner].state = 0
                try stage.installPSK("one", [joiner])
                try stage.installPSK("two", [joiner])
            }
            var references = [
                try stage.propose(proposer, .addProposal, ["key_package": keys[0]]),
                try stage.propose(
                    proposer, .removeProposal, ["removed_id": .words("charlie1")]),
                try stage.propose(
                    proposer, .groupContextExtensionsProposal,
                    ["extensions": harmlessExtensions]),
                try stage.propose(proposer, .externalPSKProposal, ["psk_id": .words("one")]),
            ]
            if proposer != "alice" {
                references.append(try stage.propose(proposer, .updateProposal))
            }
            let values = [
                stage.addition(of: keys[1]), stage.removal(of: "charlie2"),
                stage.use(ofPSK: "two"),
            ]
            try stage.commit(
                "alice", references: references, values: values, members: ["bob"],
                joiners: ["charlie3", "charlie4"])
            try stage.converse(["alice", "bob", "charlie3", "charlie4"])
        }
    }
}
