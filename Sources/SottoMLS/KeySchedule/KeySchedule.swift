// From the secrets of a commit to the secrets of an epoch (RFC 9420 section 8).

package import SottoCrypto

/// The middle of the key schedule: what a joiner is told, and what follows from it.
package struct KeySchedule: Sendable {
    /// What a Welcome tells.
    package let joinerSecret: Secret
    private let suite: CipherSuite
    private let memberSecret: Secret

    /// The schedule of members, who know the epoch before.
    package init(
        initSecret: Secret, commitSecret: Secret, pskSecret: Secret? = nil, context: GroupContext
    ) {
        let suite = context.suite
        let extracted = suite.extract(salt: initSecret, ikm: commitSecret)
        let joinerSecret = suite.expandWithLabel(
            extracted, label: "joiner", context: context.encoded, length: suite.hashLength)
        self.init(joinerSecret: joinerSecret, pskSecret: pskSecret, suite: suite)
    }

    /// The schedule of who was told the joiner secret.
    ///
    /// - Parameter pskSecret: All zeros if there is none.
    package init(joinerSecret: Secret, pskSecret: Secret? = nil, suite: CipherSuite) {
        self.suite = suite
        self.joinerSecret = joinerSecret
        memberSecret = suite.extract(
            salt: joinerSecret, ikm: pskSecret ?? .zero(suite.hashLength))
    }

    /// What the GroupInfo in a Welcome is sealed with (section 12.4.3.1).
    package var welcomeSecret: Secret { suite.deriveSecret(memberSecret, label: "welcome") }

    /// The secrets of the epoch with this context.
    package func epochSecrets(_ context: GroupContext) -> EpochSecrets {
        EpochSecrets(
            epochSecret: suite.expandWithLabel(
                memberSecret, label: "epoch", context: context.encoded, length: suite.hashLength),
            suite: suite)
    }
}

/// The secrets that follow from `epoch_secret` (section 8, table 4).
package struct EpochSecrets: Sendable {
    /// Hides who sent a message.
    package let senderData: Secret
    /// The root of the secret tree.
    package let encryption: Secret
    /// The root of what applications export.
    package let exporter: Secret
    /// The key pair of external commits.
    package let external: Secret
    /// Confirms that members agree on the epoch.
    package let confirmation: Secret
    /// Shows that a PublicMessage is a member's.
    package let membership: Secret
    /// Proves later that one was here.
    package let resumption: Secret
    /// What members can compare to find an impostor (section 8.7).
    package let authenticator: Secret
    /// What the next epoch starts from.
    package let initial: Secret

    /// The secrets of an epoch.
    package init(epochSecret: Secret, suite: CipherSuite) {
        func derive(_ label: String) -> Secret { suite.deriveSecret(epochSecret, label: label) }
        senderData = derive("sender data")
        encryption = derive("encryption")
        exporter = derive("exporter")
        external = derive("external")
        confirmation = derive("confirm")
        membership = derive("membership")
        resumption = derive("resumption")
        authenticator = derive("authentication")
        initial = derive("init")
    }
}

extension CipherSuite {
    /// `MLS-Exporter(label, context, length)` (section 8.5).
    package func export(
        _ exporterSecret: Secret, label: String, context: [UInt8], length: Int
    ) -> Secret {
        expandWithLabel(
            deriveSecret(exporterSecret, label: label), label: "exported",
            context: hash(context), length: length)
    }

    /// `confirmation_tag` (section 6.1).
    package func confirmationTag(key: Secret, confirmedTranscriptHash: [UInt8]) -> [UInt8] {
        mac(key: key, confirmedTranscriptHash)
    }
}
