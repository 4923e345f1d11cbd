// A member that only listens: `passive-client-*.json`.

import SottoCrypto
import SottoMLS

/// One case a group that the member is invited to, and follows.
struct PassiveClientFormat: VectorFormat {
    let name = "MLS passive client"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["initial_epoch_authenticator", "epochs", "welcome"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard try vector.cipherSuite() != nil else { return try vector.skippedSuite() }
        let client = try PassiveJoiner(vector)
        var group = try client.join(vector)
        func hear(_ message: [UInt8]) throws {
            _ = try group.process(
                MLSMessage(encoded: message), preSharedKeys: client.keys,
                policy: VectorClient.policy)
        }
        try vector.expectSecret("initial_epoch_authenticator", group.epochAuthenticator)
        for epoch in try vector.array("epochs") {
            for proposal in try epoch.array("proposals") { try hear(proposal.hexBytes ?? []) }
            try hear(epoch.bytes("commit"))
            try epoch.expectSecret("epoch_authenticator", group.epochAuthenticator)
        }
        return .passed
    }
}
