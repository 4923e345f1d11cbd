// Several epochs of the key schedule: `key-schedule.json`.

import SottoCrypto
import SottoMLS

/// One case a cipher suite.
struct KeyScheduleFormat: VectorFormat {
    let name = "MLS key-schedule"

    func recognises(_ file: VectorFile) -> Bool { file.keys.contains("initial_init_secret") }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        let group = GroupID(try vector.bytes("group_id"))
        var initSecret = try vector.secret("initial_init_secret")
        for (number, epoch) in try vector.array("epochs").enumerated() {
            let context = GroupContext(
                suite: suite, groupID: group, epoch: UInt64(number),
                treeHash: try epoch.bytes("tree_hash"),
                confirmedTranscriptHash: try epoch.bytes("confirmed_transcript_hash"),
                extensions: [:])
            try expect("group_context", context.encoded, equals: epoch.bytes("group_context"))
            let schedule = KeySchedule(
                initSecret: initSecret, commitSecret: try epoch.secret("commit_secret"),
                pskSecret: try epoch.secret("psk_secret"), context: context)
            try epoch.expectSecret("joiner_secret", schedule.joinerSecret)
            try epoch.expectSecret("welcome_secret", schedule.welcomeSecret)
            let secrets = schedule.epochSecrets(context)
            try check(secrets, epoch, suite)
            initSecret = secrets.initial
        }
        return .passed
    }

    private func check(_ secrets: EpochSecrets, _ epoch: JSON, _ suite: CipherSuite) throws {
        try epoch.expectSecret("init_secret", secrets.initial)
        try epoch.expectSecret("sender_data_secret", secrets.senderData)
        try epoch.expectSecret("encryption_secret", secrets.encryption)
        try epoch.expectSecret("exporter_secret", secrets.exporter)
        try epoch.expectSecret("epoch_authenticator", secrets.authenticator)
        try epoch.expectSecret("external_secret", secrets.external)
        try epoch.expectSecret("confirmation_key", secrets.confirmation)
        try epoch.expectSecret("membership_key", secrets.membership)
        try epoch.expectSecret("resumption_psk", secrets.resumption)
        try expect(
            "external_pub", suite.deriveKeyPair(ikm: secrets.external).publicKey,
            equals: epoch.bytes("external_pub"))
        let exporter = try epoch.member("exporter")
        try exporter.expectSecret(
            "secret",
            suite.export(
                secrets.exporter, label: exporter.string("label"),
                context: exporter.bytes("context"), length: exporter.number("length")))
    }
}

extension JSON {
    /// The secret that the member `key` spells in hex.
    func secret(_ key: String) throws -> Secret { Secret(copying: try bytes(key)) }

    /// Throws unless the member `key` is this secret.
    func expectSecret(_ key: String, _ ours: Secret) throws {
        try expect(key, ours, equals: secret(key))
    }
}
