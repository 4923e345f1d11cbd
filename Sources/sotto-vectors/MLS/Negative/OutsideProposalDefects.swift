// Proposals of those who are no members, and may not make them (RFC 9420 section 12.1.8).

import SottoCrypto
import SottoMLS
import SottoWire

struct OutsideProposalDefects: NegativeCases {
    func cases(_ source: inout VectorSource) throws -> [NegativeCase] {
        let proposer = try VectorClient("a proposer", &source)
        let scene = try NegativeScene(
            bystanders: 1,
            extensions: [
                .externalSenders: ExternalSender.encoded([
                    ExternalSender(
                        signatureKey: proposer.signer.publicKey,
                        credential: proposer.leaf.credential)
                ])
            ], &source)
        return try external(scene, proposer, &source) + newMember(scene, &source)
    }

    private func refused(
        _ name: String, _ failure: String, _ section: String, _ scene: NegativeScene,
        _ good: (Proposal, Sender), _ bad: (Proposal, Sender), signer: SignaturePrivateKey,
        badSigner: SignaturePrivateKey? = nil
    ) throws -> NegativeCase {
        func message(
            _ said: (proposal: Proposal, sender: Sender), _ signer: SignaturePrivateKey
        ) throws -> JSON {
            let message = try scene.insider.message(.proposal(said.proposal)) {
                $0.sender = said.sender
                $0.signer = signer
            }
            return ["message": .hex(message)]
        }
        return NegativeCase(
            name: "outside-proposal-" + name, operation: .process, section: section,
            failure: failure, shared: scene.joined(), good: try message(good, signer),
            bad: try message(bad, badSigner ?? signer))
    }

    private func external(
        _ scene: NegativeScene, _ proposer: VectorClient, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let remove = Proposal.remove(LeafIndex(1))
        let key = try scene.insider.suite.makeHPKEKeyPair(using: &source.entropy).publicKey
        let update = Proposal.update(
            try scene.insider.leaf(encryptionKey: key, .update) { _ in })
        let good = (remove, Sender.external(0))
        func external(
            _ name: String, _ failure: String, _ bad: (Proposal, Sender),
            badSigner: SignaturePrivateKey? = nil
        ) throws -> NegativeCase {
            try refused(
                name, failure, "12.1.8.1", scene, good, bad, signer: proposer.signer,
                badSigner: badSigner)
        }
        return [
            try external("of-an-unknown-sender", "unknown-sender", (remove, .external(1))),
            try external(
                "signed-by-a-member", "message-signature", good,
                badSigner: scene.insider.client.signer),
            try external("of-an-update", "not-for-sender", (update, .external(0))),
            try external(
                "of-a-key-exchange", "not-for-sender",
                (.externalInit(kemOutput: source.bytes(32)), .external(0))),
            try external("removes-nobody", "unknown-leaf", (.remove(LeafIndex(3)), .external(0))),
        ]
    }

    private func newMember(
        _ scene: NegativeScene, _ source: inout VectorSource
    ) throws -> [NegativeCase] {
        let (client, keyPackage) = try scene.stranger(&source)
        let good = (Proposal.add(keyPackage.keyPackage), Sender.newMemberProposal)
        return [
            try refused(
                "of-a-remove-by-a-newcomer", "not-for-sender", "12.1.8", scene, good,
                (.remove(LeafIndex(1)), .newMemberProposal), signer: client.signer),
            try refused(
                "of-a-newcomer-signed-by-a-member", "message-signature", "12.1.8", scene, good,
                good, signer: client.signer, badSigner: scene.insider.client.signer),
        ]
    }
}
