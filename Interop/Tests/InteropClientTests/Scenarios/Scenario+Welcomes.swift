// Joining by Welcome.

import InteropClient

extension Scenario {
    static let welcomes = [
        Scenario("a member is added by reference") { stage in
            try stage.createGroup("alice")
            let keyPackage = try stage.createKeyPackage("bob")
            let add = try stage.propose("alice", .addProposal, ["key_package": keyPackage])
            try stage.commit("alice", references: [add], joiners: ["bob"])
            try stage.converse(["alice", "bob"])
        },
        Scenario("many members are added by value, with and without a path") { stage in
            try stage.createGroup("alice", members: ["bob", "charlie", "diana"])
            let names = ["eliza", "frank", "greta", "henry", "irene"]
            let adds = try names.map { stage.addition(of: try stage.createKeyPackage($0)) }
            let members = ["bob", "charlie", "diana"]
            try stage.commit(
                "alice", values: adds, members: members, joiners: names, isPathForced: true)
            try stage.converse(["alice"] + members + names)
        },
        Scenario("the tree comes apart from the Welcome") { stage in
            try stage.createGroup("alice")
            let add = stage.addition(of: try stage.createKeyPackage("bob"))
            try stage.commit("alice", values: [add], joiners: ["bob"], isTreeApart: true)
            try stage.converse(["alice", "bob"])
        },
        Scenario("the Welcome depends on a secret that was stored before") { stage in
            try stage.createGroup("alice")
            let add = stage.addition(of: try stage.createKeyPackage("bob"))
            try stage.installPSK("key", ["alice", "bob"])
            try stage.commit(
                "alice", values: [add, stage.use(ofPSK: "key")], joiners: ["bob"])
            try stage.converse(["alice", "bob"])
            try stage.commit(
                "bob", values: [stage.use(ofPSK: "key")], members: ["alice"])
        },
    ]
}
