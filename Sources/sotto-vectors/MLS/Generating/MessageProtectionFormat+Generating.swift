// Messages of each kind, protected.

import SottoCrypto
import SottoMLS
import SottoWire

extension MessageProtectionFormat: GeneratedFile {
    var fileName: String { "message-protection" }

    func cases(_ source: inout VectorSource) throws -> [JSON] {
        let signer = try source.signer()
        let proposal = Proposal.remove(LeafIndex(0))
        let commit = Commit(proposals: [.proposal(proposal)], path: nil)
        let application = source.bytes(50)
        let inputs: JSON = [
            "cipher_suite": .suite(source.suite), "group_id": .hex(source.digest()),
            "epoch": .number(source.number(below: 1 << 30)), "tree_hash": .hex(source.digest()),
            "confirmed_transcript_hash": .hex(source.digest()),
            "signature_priv": .hex(signer.seed), "signature_pub": .hex(signer.publicKey),
            "encryption_secret": .hex(source.secret()),
            "sender_data_secret": .hex(source.secret()), "membership_key": .hex(source.secret()),
            "proposal": .hex(wire: proposal), "commit": .hex(wire: commit),
            "application": .hex(application),
        ]
        let epoch = try ProtectionEpoch(inputs, source.suite)
        return [
            inputs.adding([
                "proposal_pub": .hex(epoch.publicMessage(.proposal(proposal))),
                "proposal_priv": .hex(try epoch.privateMessage(.proposal(proposal))),
                "commit_pub": .hex(epoch.publicMessage(.commit(commit))),
                "commit_priv": .hex(try epoch.privateMessage(.commit(commit))),
                "application_priv": .hex(try epoch.privateMessage(.application(application))),
            ])
        ]
    }
}
