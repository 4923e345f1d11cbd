// Requests that are refused, by their codes; none of them changes anything.

import InteropClient
import SottoCrypto
import Testing

@Suite("Refusals")
struct RefusalTests {
    private let stage = Stage(suite: CipherSuite.x25519AES128.rawValue, isEncrypted: true)

    @Test(
        "a field of the wrong kind is an invalid argument",
        arguments: [
            ["cipher_suite": "1"], ["cipher_suite": true], ["cipher_suite": .fraction(-1)],
            ["cipher_suite": .fraction(1.5)], ["cipher_suite": 4_294_967_296], ["identity": "abc"],
            ["identity": "xy"], ["identity": 12], ["encrypt_handshake": 1], ["grup_id": ""],
        ] as [JSON])
    func kinds(_ params: JSON) throws {
        guard case .object(var fields) = params else { return }
        if fields["cipher_suite"] == nil { fields["cipher_suite"] = 1 }
        let code = try stage.refusal("alice", .createGroup, .object(fields))
        #expect(code == "INVALID_ARGUMENT")
    }

    @Test(
        "a suite that is not ours is unimplemented",
        arguments: [0, 4, 6, 65_535, 65_536] as [JSON])
    func suites(_ suite: JSON) throws {
        let code = try stage.refusal("alice", .createGroup, ["cipher_suite": suite])
        #expect(code == "UNIMPLEMENTED")
    }

    @Test("a number that names nothing, or something else, is not found")
    func numbers() throws {
        try stage.createGroup("alice")
        _ = try stage.createKeyPackage("alice")
        let (state, transaction) = (stage["alice"].state, stage["alice"].transaction)
        for rpc in [RPC.stateAuth, .export, .groupInfo, .updateProposal, .commit, .free] {
            #expect(try stage.refusal("alice", rpc, [:]) == "NOT_FOUND")
            #expect(try stage.refusal("alice", rpc, ["state_id": transaction]) == "NOT_FOUND")
        }
        #expect(
            try stage.refusal("alice", .removeProposal, ["state_id": state, "removed_id": "00"])
                == "NOT_FOUND")
        #expect(
            try stage.refusal("alice", .storePSK, ["state_or_transaction_id": 99])
                == "NOT_FOUND")
    }

    @Test("an outsider that is none is not found, and one that the group does not let is refused")
    func outsiders() throws {
        try stage.createGroup("alice")
        var params = try stage.groupInfo("alice")
        params["signer_id"] = 99
        params["description"] = stage.removal(of: "alice")
        let nobody = try stage.refusal("alice", .externalSignerProposal, .object(params))
        #expect(nobody == "NOT_FOUND")
        let signer = try stage.ask(
            "alice", .createExternalSigner, ["cipher_suite": 1, "identity": .words("eve")])
        stage["alice"].signer = try signer["signer_id"]
        let proposal = try stage.proposeFromOutside(
            "alice", stage.removal(of: "alice"), told: "alice")
        let commit: JSON = ["state_id": stage["alice"].state, "by_reference": [proposal]]
        #expect(try stage.refusal("alice", .commit, commit) == "ABORTED")
        var join = try stage.groupInfo("alice")
        join["identity"] = .words("bob")
        join["remove_prior"] = true
        #expect(try stage.refusal("bob", .externalJoin, .object(join)) == "NOT_FOUND")
        join["ratchet_tree"] = nil
        join["group_info"] = "00"
        #expect(try stage.refusal("bob", .externalJoin, .object(join)) == "ABORTED")
    }

    @Test("what is freed is gone")
    func freed() throws {
        try stage.createGroup("alice")
        try stage.ask("alice", .free, ["state_id": stage["alice"].state])
        let state: JSON = ["state_id": stage["alice"].state]
        #expect(try stage.refusal("alice", .stateAuth, state) == "NOT_FOUND")
        #expect(try stage.refusal("alice", .free, state) == "NOT_FOUND")
    }

    @Test("a key package is used by its own identity, and once")
    func keyPackageOnce() throws {
        try stage.createGroup("alice")
        let add = stage.addition(of: try stage.createKeyPackage("bob"))
        let transaction = stage["bob"].transaction
        let commit = try stage.ask(
            "alice", .commit, ["state_id": stage["alice"].state, "by_value": [add]])
        let join: [String: JSON] = [
            "transaction_id": transaction, "welcome": try commit["welcome"],
        ]
        let stranger = JSON.object(join.merging(["identity": .words("eve")]) { $1 })
        #expect(try stage.refusal("bob", .joinGroup, stranger) == "INVALID_ARGUMENT")
        try stage.ask("bob", .joinGroup, .object(join))
        #expect(try stage.refusal("bob", .joinGroup, .object(join)) == "NOT_FOUND")
    }

    @Test("a request that is refused changes nothing")
    func unchanged() throws {
        try stage.createGroup("alice", members: ["bob"])
        let state = stage["alice"].state
        let proposal = try stage.propose("bob", .updateProposal)
        // The proposal is fine and the second one rubbish: the first is not kept either.
        let failing: JSON = ["state_id": state, "by_reference": [proposal, "00"]]
        #expect(try stage.refusal("alice", .commit, failing) == "ABORTED")
        // So is a commit that was made, in a request that has a field too many.
        let misspelt: JSON = ["state_id": state, "by_reference": [proposal], "forcepath": true]
        #expect(try stage.refusal("alice", .commit, misspelt) == "INVALID_ARGUMENT")
        let pending: JSON = ["state_id": state]
        #expect(
            try stage.refusal("alice", .handlePendingCommit, pending) == "FAILED_PRECONDITION")
        try stage.commit("alice", references: [proposal], members: ["bob"])
        try stage.converse(["alice", "bob"])
    }

    @Test("each flipped byte of a commit is refused, and the commit is followed afterwards")
    func flippedCommit() throws {
        try stage.createGroup("alice", members: ["bob"])
        let state = stage["alice"].state
        let commit = try stage.ask("alice", .commit, ["state_id": state])["commit"]
        guard case .string(let text) = commit, let bytes = Hexadecimal.decode(text) else { return }
        for place in bytes.indices {
            var flipped = bytes
            flipped[place] ^= 1 << (place % 8)
            let request: JSON = [
                "state_id": stage["bob"].state, "commit": .bytes(flipped),
            ]
            #expect(try stage.refusal("bob", .handleCommit, request) != nil, "byte \(place)")
        }
        _ = try stage.follow("bob", commit)
        try stage.ask("alice", .handlePendingCommit, ["state_id": state])
        try stage.converse(["alice", "bob"])
    }

    @Test("a second commit waits for the first one's fate")
    func pendingCommit() throws {
        try stage.createGroup("alice", members: ["bob"])
        let state: JSON = ["state_id": stage["alice"].state]
        let commit = try stage.ask("alice", .commit, state)["commit"]
        #expect(try stage.refusal("alice", .commit, state) == "ABORTED")
        // Our own commit may come back as everybody's.
        let authenticator = try stage.follow("alice", commit)
        #expect(try stage.follow("bob", commit) == authenticator)
    }

    @Test("a commit without a ReInit ends no group")
    func noReInit() throws {
        try stage.createGroup("alice")
        let state: JSON = ["state_id": stage["alice"].state]
        try stage.ask("alice", .commit, state)
        #expect(
            try stage.refusal("alice", .handlePendingReInitCommit, state)
                == "FAILED_PRECONDITION")
        try stage.ask("alice", .handlePendingCommit, state)
    }
}
