// Invitations: `welcome.json`.

import SottoCrypto
import SottoMLS
import SottoWire

/// One case a cipher suite.
struct WelcomeFormat: VectorFormat {
    let name = "MLS welcome"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["init_priv", "signer_pub", "welcome"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        guard
            case .keyPackage(let keyPackage) = try MLSMessage(
                wireBytes: vector.bytes("key_package")),
            case .welcome(let welcome) = try MLSMessage(wireBytes: vector.bytes("welcome"))
        else { throw JSONError(description: "it is no key package, or no Welcome") }
        try keyPackage.verifySignature()
        let initKey = try vector.hpkeKey("init_priv", suite)
        let secrets = try welcome.groupSecrets(for: keyPackage.reference, with: initKey)
        let schedule = KeySchedule(joinerSecret: secrets.joinerSecret, suite: suite)
        let info = try welcome.groupInfo(schedule)
        try info.verifySignature(by: vector.bytes("signer_pub"))
        let tag = suite.confirmationTag(
            key: schedule.epochSecrets(info.context).confirmation,
            confirmedTranscriptHash: info.context.confirmedTranscriptHash)
        try expect("the confirmation tag", tag, equals: info.confirmationTag)
        return .passed
    }
}
