// An invitation, cut from a group of two.

import SottoCrypto
import SottoMLS
import SottoWire

extension WelcomeFormat: GeneratedFile {
    var fileName: String { "welcome" }

    func cases(_ source: inout VectorSource) throws -> [JSON] {
        var group = try VectorGroup(count: 1, &source)
        let inviter = try group.member(at: LeafIndex(0)).client.signer
        let commit = try group.commit(by: 0, adding: 1, treeInWelcome: false, &source)
        guard let newcomer = commit.newcomers.first else {
            throw JSONError(description: "nobody was invited")
        }
        return [
            [
                "cipher_suite": .suite(source.suite),
                "init_priv": .hex(newcomer.keyPackage.initKey),
                "key_package": .hex(
                    MLSMessage.keyPackage(newcomer.keyPackage.keyPackage).encoded),
                "signer_pub": .hex(inviter.publicKey), "welcome": .hex(commit.welcome ?? []),
            ]
        ]
    }
}
