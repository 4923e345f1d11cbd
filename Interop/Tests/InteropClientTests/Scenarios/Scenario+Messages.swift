// Application messages.

import InteropClient
import Testing

extension Scenario {
    static let messages = [
        Scenario("messages of many lengths arrive in another order") { stage in
            try stage.createGroup("alice", members: ["bob", "charlie"])
            let texts = [0, 1, 31, 1_000, 70_000].map { length in
                JSON.bytes([UInt8](repeating: 7, count: length))
            }
            let sent = try texts.map { try stage.protect("bob", $0) }
            for (text, message) in zip(texts, sent).reversed() {
                try stage.unprotect("alice", message, text)
            }
            for (text, message) in zip(texts, sent) {
                try stage.unprotect("charlie", message, text)
            }
        },
        Scenario("a message of an epoch that is over is still read, once") { stage in
            try stage.createGroup("alice", members: ["bob", "charlie"])
            let late = try stage.protect("bob", .words("late"), authenticatedData: "00ff")
            try stage.commit("alice", members: ["bob", "charlie"])
            try stage.unprotect("alice", late, .words("late"), authenticatedData: "00ff")
            let again: JSON = ["state_id": stage["alice"].state, "ciphertext": late]
            try #require(try stage.refusal("alice", .unprotect, again) == "ABORTED")
            try stage.converse(["alice", "bob", "charlie"])
        },
        Scenario("the group is described with its tree, or beside it") { stage in
            try stage.createGroup("alice", members: ["bob"])
            for isTreeApart in [false, true] {
                let answer = try stage.ask(
                    "bob", .groupInfo,
                    ["state_id": stage["bob"].state, "external_tree": .bool(isTreeApart)])
                try #require(try answer["group_info"] != "")
                try #require(try (answer["ratchet_tree"] == "") == !isTreeApart)
            }
        },
    ]
}
