// Epochs of the key schedule, written down.

import SottoCrypto
import SottoMLS

extension KeyScheduleFormat: GeneratedFile {
    var fileName: String { "key-schedule" }

    func cases(_ source: inout VectorSource) throws -> [JSON] {
        let epochs: [JSON] = (0..<5).map { _ in
            [
                "tree_hash": .hex(source.digest()), "commit_secret": .hex(source.secret()),
                "psk_secret": .hex(source.secret()),
                "confirmed_transcript_hash": .hex(source.digest()),
                "exporter": [
                    "label": .string(source.bytes(16).hex), "context": .hex(source.digest()),
                    "length": .number(16 + source.number(below: 64)),
                ],
            ]
        }
        let inputs: JSON = [
            "cipher_suite": .suite(source.suite), "group_id": .hex(source.digest()),
            "initial_init_secret": .hex(source.secret()), "epochs": .array(epochs),
        ]
        return [try Self.derived(inputs, source.suite)]
    }

    /// The case with what the key schedule gives.
    static func derived(_ vector: JSON, _ suite: CipherSuite) throws -> JSON {
        let group = GroupID(try vector.bytes("group_id"))
        var initSecret = try vector.secret("initial_init_secret")
        var epochs: [JSON] = []
        for (number, epoch) in try vector.array("epochs").enumerated() {
            let context = GroupContext(
                suite: suite, groupID: group, epoch: UInt64(number),
                treeHash: try epoch.bytes("tree_hash"),
                confirmedTranscriptHash: try epoch.bytes("confirmed_transcript_hash"),
                extensions: [:])
            let schedule = KeySchedule(
                initSecret: initSecret, commitSecret: try epoch.secret("commit_secret"),
                pskSecret: try epoch.secret("psk_secret"), context: context)
            let secrets = schedule.epochSecrets(context)
            epochs.append(
                try epoch.adding([
                    "group_context": .hex(context.encoded),
                    "joiner_secret": .hex(schedule.joinerSecret),
                    "welcome_secret": .hex(schedule.welcomeSecret),
                ]).adding(derived(secrets, suite, exporter: epoch.member("exporter"))))
            initSecret = secrets.initial
        }
        return vector.adding(["epochs": .array(epochs)])
    }

    private static func derived(
        _ secrets: EpochSecrets, _ suite: CipherSuite, exporter: JSON
    ) throws -> [String: JSON] {
        let exported = suite.export(
            secrets.exporter, label: try exporter.string("label"),
            context: try exporter.bytes("context"), length: try exporter.number("length"))
        return [
            "init_secret": .hex(secrets.initial), "sender_data_secret": .hex(secrets.senderData),
            "encryption_secret": .hex(secrets.encryption),
            "exporter_secret": .hex(secrets.exporter),
            "epoch_authenticator": .hex(secrets.authenticator),
            "external_secret": .hex(secrets.external),
            "confirmation_key": .hex(secrets.confirmation),
            "membership_key": .hex(secrets.membership), "resumption_psk": .hex(secrets.resumption),
            "external_pub": .hex(try suite.deriveKeyPair(ikm: secrets.external).publicKey),
            "exporter": exporter.adding(["secret": .hex(exported)]),
        ]
    }
}
