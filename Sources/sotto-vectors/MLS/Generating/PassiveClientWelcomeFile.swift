// Invitations of all kinds, as seen by who is invited.

import SottoCrypto
import SottoMLS

/// `passive-client-welcome.json`.
struct PassiveClientWelcomeFile: GeneratedFile {
    let fileName = "passive-client-welcome"

    /// With the tree in the Welcome and beside it, with and without a path, alone and with others.
    func cases(_ source: inout VectorSource) throws -> [JSON] {
        var cases: [JSON] = []
        for (others, path, treeInWelcome) in [
            (1, true, true), (1, false, false), (2, true, false), (2, false, true),
        ] {
            var group = try VectorGroup(count: others, &source)
            let commit = try group.commit(
                by: UInt32(others - 1), adding: others, path: path,
                treeInWelcome: treeInWelcome, &source)
            let joiner = PassiveClient(
                newcomer: commit.newcomers[others - 1], commit,
                ratchetTree: treeInWelcome ? nil : group.ratchetTree)
            cases.append(joiner.written(authenticator: group.epochAuthenticator))
        }
        return cases
    }
}

/// Who is invited, and what it needs to join.
struct PassiveClient {
    let newcomer: (client: VectorClient, keyPackage: OwnKeyPackage)
    let welcome: [UInt8]
    let ratchetTree: [UInt8]?

    init(
        newcomer: (client: VectorClient, keyPackage: OwnKeyPackage), _ commit: VectorCommit,
        ratchetTree: [UInt8]?
    ) {
        self.newcomer = newcomer
        welcome = commit.welcome ?? []
        self.ratchetTree = ratchetTree
    }

    /// A case. The authenticator is what those who were there before have.
    func written(authenticator: Secret, epochs: [JSON] = []) -> JSON {
        [
            "cipher_suite": .suite(newcomer.client.suite), "external_psks": [],
            "key_package": .hex(MLSMessage.keyPackage(newcomer.keyPackage.keyPackage).encoded),
            "signature_priv": .hex(newcomer.client.signer.seed),
            "encryption_priv": .hex(newcomer.keyPackage.leafKey),
            "init_priv": .hex(newcomer.keyPackage.initKey), "welcome": .hex(welcome),
            "ratchet_tree": ratchetTree.map { .hex($0) } ?? .null,
            "initial_epoch_authenticator": .hex(authenticator), "epochs": .array(epochs),
        ]
    }
}
