// From one epoch to the next: what committer and receivers compute alike (RFC 9420 section 12.4).

import SottoCrypto

/// What a commit leads to, once its tree is known.
struct EpochTransition: Sendable {
    let old: EpochState
    let tree: RatchetTree
    let treeHash: [UInt8]
    let extensions: Extensions

    /// A commit whose proposals and path were applied to the tree.
    init(from old: EpochState, tree: RatchetTree, extensions: Extensions) {
        var tree = tree
        self.old = old
        treeHash = tree.treeHash(old.context.suite)
        self.tree = tree
        self.extensions = extensions
    }

    /// The context under which path secrets are sealed.
    var provisionalContext: GroupContext {
        old.context.with(
            epoch: old.context.epoch + 1, treeHash: treeHash, extensions: extensions)
    }

    /// The next epoch.
    ///
    /// - Parameters:
    ///   - commit: As it was signed; its confirmation tag is not looked at.
    ///   - commitSecret: Of the path, `nil` if the commit has none.
    ///   - freshKeys: Our private keys from the path.
    func next(
        after commit: AuthenticatedContent, commitSecret: Secret?,
        freshKeys: [NodeIndex: HPKEPrivateKey]
    ) -> NextEpoch {
        let suite = old.context.suite
        let confirmed = TranscriptHash.confirmed(commit, after: old.interimTranscriptHash, suite)
        let context = provisionalContext.with(confirmedTranscriptHash: confirmed)
        let schedule = KeySchedule(
            initSecret: old.secrets.initial,
            commitSecret: commitSecret ?? .zero(suite.hashLength), context: context)
        return NextEpoch(
            context: context, tree: tree, schedule: schedule,
            privatePath: old.privatePath.following(old.tree, to: tree, with: freshKeys))
    }
}

/// An epoch at its start: its state, and the secrets that go elsewhere.
struct NextEpoch: Sendable {
    let state: EpochState
    let secretTree: SecretTree
    /// What a Welcome tells of; an epoch that no commit began has none.
    let schedule: KeySchedule?
    var confirmationTag: [UInt8] { state.confirmationTag }

    init(
        context: GroupContext, tree: RatchetTree, schedule: KeySchedule, privatePath: PrivatePath
    ) {
        self.init(
            context: context, tree: tree, secrets: schedule.epochSecrets(context),
            schedule: schedule, privatePath: privatePath)
    }

    init(
        context: GroupContext, tree: RatchetTree, secrets: EpochSecrets,
        schedule: KeySchedule? = nil, privatePath: PrivatePath
    ) {
        let suite = context.suite
        let tag = suite.confirmationTag(
            key: secrets.confirmation,
            confirmedTranscriptHash: context.confirmedTranscriptHash)
        state = EpochState(
            context: context, tree: tree,
            interimTranscriptHash: TranscriptHash.interim(
                tag, after: context.confirmedTranscriptHash, suite),
            confirmationTag: tag, privatePath: privatePath, secrets: RetainedSecrets(secrets))
        secretTree = SecretTree(encryptionSecret: secrets.encryption, size: tree.size)
        self.schedule = schedule
    }
}
