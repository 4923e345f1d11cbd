// Joining, and proposing, without being a member.

import SottoCrypto
import SottoMLS

extension Client {
    mutating func externalJoin(_ params: inout Fields) throws -> JSON {
        let info = try params.groupInfo()
        let tree = try params.ratchetTree()
        let framing = HandshakeFraming(encrypted: try params.bool("encrypt_handshake"))
        let identity = try params.bytes("identity")
        let secrets = try params.messages("psks") { fields in
            (try fields.bytes("psk_id"), Secret(copying: try fields.bytes("psk_secret")))
        }
        var options = ExternalJoinOptions()
        if try params.bool("remove_prior") {
            options.replacing = try info.members(tree).leaf(of: identity)
        }
        for (name, secret) in secrets {
            options.preSharedKeys[external: name] = secret
            options.preSharedKeyIDs.append(
                info.context.preSharedKeyID(.external(id: name), using: &entropy))
        }
        let signer = try SignaturePrivateKey.random(for: info.context.suite, using: &entropy)
        let join = try Group.joinExternally(
            info, ratchetTree: tree, leaf: LeafConfiguration(identity: identity),
            signer: signer, options: options, policy: policy, using: &entropy)
        let id = try keep(
            Membership(
                group: join.group, framing: framing, preSharedKeys: options.preSharedKeys))
        return [
            "state_id": .number(id),
            "commit": .bytes(join.message),
            "epoch_authenticator": join.group.epochAuthenticator.json,
        ]
    }

    mutating func newMemberAddProposal(_ params: inout Fields) throws -> JSON {
        let info = try params.groupInfo()
        let transaction = try makeTransaction(params.bytes("identity"), info.context.suite)
        let proposal = try OutsideProposer(info.context).proposeAdding(
            transaction.keyPackage.keyPackage, signer: transaction.signer)
        let id = try newID()
        transactions[id] = transaction
        return [
            "transaction_id": .number(id),
            "proposal": .bytes(proposal),
            "init_priv": transaction.keyPackage.initKey.bytes.json,
            "encryption_priv": transaction.keyPackage.leafKey.bytes.json,
            "signature_priv": transaction.signer.seed.json,
        ]
    }

    mutating func createExternalSigner(_ params: inout Fields) throws -> JSON {
        let suite = try params.suite()
        let signer = try SignaturePrivateKey.random(for: suite, using: &entropy)
        let sender = ExternalSender(
            signatureKey: signer.publicKey,
            credential: .basic(identity: try params.bytes("identity")))
        let id = try newID()
        signers[id] = OutsideSigner(suite: suite, signer: signer)
        return ["signer_id": .number(id), "external_sender": .bytes(sender.encoded)]
    }

    mutating func addExternalSigner(_ params: inout Fields) throws -> JSON {
        let sender = try ExternalSender(encoded: params.bytes("external_sender"))
        return try propose(&params) { group, _ in
            var extensions = group.extensions
            guard let senders = extensions.listedExternalSenders else {
                throw RPCError(.failedPrecondition, "The group's external senders are unreadable.")
            }
            extensions[.externalSenders] = ExternalSender.encoded(senders + [sender])
            return .groupContextExtensions(extensions)
        }
    }

    mutating func externalSignerProposal(_ params: inout Fields) throws -> JSON {
        let signer = try signers[existing: params.uint32("signer_id"), "signer_id"]
        let number = try params.uint32("signer_index")
        let info = try params.groupInfo()
        let members = try info.members(params.ratchetTree())
        let description = try params.message("description") { try ProposalDescription(&$0) }
        let proposal = try description.proposal(among: members, of: info.context.groupID) { key in
            info.context.preSharedKeyID(key, using: &entropy)
        }
        let message = try OutsideProposer(info.context).propose(
            proposal, as: number, signer: signer.signer)
        return ["proposal": .bytes(message)]
    }
}

extension GroupInfo {
    /// The members that the tree has.
    fileprivate func members(_ ratchetTree: [UInt8]?) throws -> [Member] {
        guard let members = claimedMembers(ratchetTree: ratchetTree) else {
            throw RPCError(.invalidArgument, "There is no ratchet tree, or it cannot be read.")
        }
        return members
    }
}
