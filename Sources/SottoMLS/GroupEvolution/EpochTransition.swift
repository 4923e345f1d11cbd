// From one epoch to the next: what committer and receivers compute alike (RFC 9420 section 12.4).

import SottoCrypto

/// What a commit leads to, once its tree is known.
struct EpochTransition: Sendable {
    let old: PublicEpoch
    let tree: RatchetTree
    let treeHash: [UInt8]
    let extensions: Extensions
    let reInit: ReInit?

    /// A commit whose proposals were applied to its epoch, and its path to the tree.
    init(from old: PublicEpoch, _ proposals: AppliedProposals, tree: RatchetTree) {
        self.init(
            from: old, tree: tree, extensions: proposals.extensions,
            reInit: proposals.sorted.reInit)
    }

    /// A commit that makes a tree of an epoch's.
    init(
        from old: PublicEpoch, tree: RatchetTree, extensions: Extensions, reInit: ReInit? = nil
    ) {
        var tree = tree
        self.old = old
        treeHash = tree.treeHash(old.context.suite)
        self.tree = tree
        self.extensions = extensions
        self.reInit = reInit
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
    ///   - initSecret: What the old epoch left, or what an external commit brings.
    ///   - pskSecret: Of the keys that the commit mixes in, `nil` if there are none.
    ///   - privatePath: Our private keys in the new tree.
    func next(
        after commit: AuthenticatedContent, commitSecret: Secret?, initSecret: Secret,
        pskSecret: Secret?, privatePath: PrivatePath
    ) -> NextEpoch {
        let suite = old.context.suite
        let confirmed = TranscriptHash.confirmed(commit, after: old.interimTranscriptHash, suite)
        let context = provisionalContext.with(confirmedTranscriptHash: confirmed)
        let schedule = KeySchedule(
            initSecret: initSecret, commitSecret: commitSecret ?? .zero(suite.hashLength),
            pskSecret: pskSecret, context: context)
        return NextEpoch(
            context: context, tree: tree, schedule: schedule, privatePath: privatePath,
            reInit: reInit)
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
        context: GroupContext, tree: RatchetTree, schedule: KeySchedule,
        privatePath: PrivatePath, reInit: ReInit? = nil
    ) {
        self.init(
            context: context, tree: tree, secrets: schedule.epochSecrets(context),
            schedule: schedule, privatePath: privatePath, reInit: reInit)
    }

    init(
        context: GroupContext, tree: RatchetTree, secrets: EpochSecrets,
        schedule: KeySchedule? = nil, privatePath: PrivatePath, reInit: ReInit? = nil
    ) {
        let suite = context.suite
        let tag = suite.confirmationTag(
            key: secrets.confirmation,
            confirmedTranscriptHash: context.confirmedTranscriptHash)
        state = EpochState(
            context: context, tree: tree,
            interimTranscriptHash: TranscriptHash.interim(
                tag, after: context.confirmedTranscriptHash, suite),
            confirmationTag: tag, privatePath: privatePath, secrets: RetainedSecrets(secrets),
            reInit: reInit)
        secretTree = SecretTree(encryptionSecret: secrets.encryption, size: tree.size)
        self.schedule = schedule
    }
}
