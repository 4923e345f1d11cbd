// Founding groups, joining them, and what all members of one must agree on.

import InteropClient
import Testing

extension Stage {
    /// Founds a group, adds members by value in one commit, and has them join.
    @discardableResult
    func createGroup(
        _ founder: String, members: [String] = [], id: String = "group"
    ) throws -> JSON {
        let group = JSON.words(id)
        self[founder].state = try ask(
            founder, .createGroup,
            [
                "group_id": group, "cipher_suite": .number(UInt64(suite)),
                "encrypt_handshake": .bool(isEncrypted), "identity": .words(founder),
            ])["state_id"]
        if !members.isEmpty {
            let adds = try members.map { try addition(of: createKeyPackage($0)) }
            try commit(founder, values: adds, joiners: members)
        }
        return group
    }

    /// Makes a key package, which the actor then joins with.
    func createKeyPackage(_ name: String) throws -> JSON {
        let answer = try ask(
            name, .createKeyPackage,
            ["cipher_suite": .number(UInt64(suite)), "identity": .words(name)])
        self[name].transaction = try answer["transaction_id"]
        return try answer["key_package"]
    }

    func join(_ name: String, _ commit: Answer) throws -> JSON {
        let answer = try ask(
            name, .joinGroup,
            [
                "transaction_id": self[name].transaction, "welcome": commit["welcome"],
                "encrypt_handshake": .bool(isEncrypted), "identity": .words(name),
                "ratchet_tree": commit["ratchet_tree"],
            ])
        self[name].state = try answer["state_id"]
        return try answer["epoch_authenticator"]
    }

    /// A secret that these clients know by the same name.
    func installPSK(_ name: String, _ clients: [String]) throws {
        for client in clients {
            let actor = self[client]
            try ask(
                client, .storePSK,
                [
                    "state_or_transaction_id": actor.state == 0
                        ? actor.transaction : actor.state,
                    "psk_id": .words(name), "psk_secret": .words("the secret of " + name),
                ])
        }
    }

    /// Checks that members agree on all secrets of the epoch and read one another.
    func converse(_ members: [String]) throws {
        let first = try #require(members.first)
        let secrets = try secrets(of: first)
        for member in members { try #require(try self.secrets(of: member) == secrets) }
        for speaker in members {
            let words = JSON.words("\(speaker) speaks")
            let message = try protect(speaker, words, authenticatedData: .words("to all"))
            for listener in members where listener != speaker {
                try unprotect(listener, message, words, authenticatedData: .words("to all"))
            }
        }
    }

    func protect(
        _ speaker: String, _ plaintext: JSON, authenticatedData: JSON = ""
    ) throws -> JSON {
        try ask(
            speaker, .protect,
            [
                "state_id": self[speaker].state, "plaintext": plaintext,
                "authenticated_data": authenticatedData,
            ])["ciphertext"]
    }

    func unprotect(
        _ listener: String, _ message: JSON, _ plaintext: JSON, authenticatedData: JSON = ""
    ) throws {
        let answer = try ask(
            listener, .unprotect, ["state_id": self[listener].state, "ciphertext": message])
        try #require(try answer["plaintext"] == plaintext)
        try #require(try answer["authenticated_data"] == authenticatedData)
    }

    private func secrets(of member: String) throws -> [JSON] {
        let state = self[member].state
        return [
            try ask(member, .stateAuth, ["state_id": state])["state_auth_secret"],
            try ask(
                member, .export,
                [
                    "state_id": state, "label": "interop test", "context": "01020304",
                    "key_length": 48,
                ])["exported_secret"],
        ]
    }
}
