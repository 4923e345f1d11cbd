// What is asked of a group as it is.

import SottoCrypto
import SottoMLS

extension Client {
    func groupInfo(_ params: inout Fields) throws -> JSON {
        let group = try group(&params)
        let isTreeApart = try params.bool("external_tree")
        let info = group.groupInfo(ratchetTree: !isTreeApart)
        return [
            "group_info": .bytes(MLSMessage.groupInfo(info).encoded),
            "ratchet_tree": .bytes(isTreeApart ? group.ratchetTree : []),
        ]
    }

    func stateAuth(_ params: inout Fields) throws -> JSON {
        ["state_auth_secret": try group(&params).epochAuthenticator.json]
    }

    func export(_ params: inout Fields) throws -> JSON {
        let secret = try group(&params).export(
            label: params.string("label"), context: params.bytes("context"),
            length: Int(params.uint32("key_length")))
        return ["exported_secret": secret.json]
    }

    mutating func protect(_ params: inout Fields) throws -> JSON {
        let authenticatedData = try params.bytes("authenticated_data")
        let plaintext = try params.bytes("plaintext")
        let message = try inGroup(params.uint32("state_id")) { membership, entropy in
            try membership.group.protect(
                plaintext, authenticatedData: authenticatedData, using: &entropy)
        }
        return ["ciphertext": .bytes(message.message)]
    }

    mutating func unprotect(_ params: inout Fields) throws -> JSON {
        let message = try MLSMessage(encoded: params.bytes("ciphertext"))
        let policy = policy
        let received = try inGroup(params.uint32("state_id")) { membership, _ in
            try membership.group.process(message, policy: policy).received
        }
        guard case .application(let application) = received else {
            throw RPCError(.invalidArgument, "The ciphertext is not an application message.")
        }
        return [
            "authenticated_data": .bytes(application.authenticatedData),
            "plaintext": .bytes(application.data),
        ]
    }

    mutating func storePSK(_ params: inout Fields) throws -> JSON {
        let id = try params.uint32("state_or_transaction_id")
        let name = try params.bytes("psk_id")
        let secret = Secret(copying: try params.bytes("psk_secret"))
        if var membership = groups[id] {
            membership.preSharedKeys[external: name] = secret
            groups[id] = membership
        } else {
            var transaction = try transactions[existing: id, "state_or_transaction_id"]
            transaction.preSharedKeys[external: name] = secret
            transactions[id] = transaction
        }
        return [:]
    }

    private func group(_ params: inout Fields) throws -> Group {
        try groups[existing: params.uint32("state_id"), "state_id"].group
    }
}
