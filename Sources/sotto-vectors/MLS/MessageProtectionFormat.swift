// Public and private messages of each kind: `message-protection.json`.

import SottoCrypto
import SottoMLS
import SottoWire

/// One case a cipher suite.
struct MessageProtectionFormat: VectorFormat {
    let name = "MLS message-protection"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["proposal_priv", "membership_key", "application_priv"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        let epoch = try ProtectionEpoch(vector, suite)
        let proposal = try ContentBody.proposal(Proposal(wireBytes: vector.bytes("proposal")))
        let commit = try ContentBody.commit(Commit(wireBytes: vector.bytes("commit")))
        let application = try ContentBody.application(vector.bytes("application"))
        for (name, body) in [("proposal", proposal), ("commit", commit)] {
            try epoch.check(publicMessage: vector.bytes(name + "_pub"), holds: body)
            try epoch.check(publicMessage: epoch.publicMessage(body), holds: body)
        }
        for (name, body) in [
            ("proposal", proposal), ("commit", commit), ("application", application),
        ] {
            try epoch.check(privateMessage: vector.bytes(name + "_priv"), holds: body)
            try epoch.check(privateMessage: epoch.privateMessage(body), holds: body)
        }
        return .passed
    }
}
