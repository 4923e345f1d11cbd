// Following another's commit, who may be joining by it (RFC 9420 section 12.4.2).

import SottoCrypto

extension Group {
    /// Applies a commit that its sender did sign.
    mutating func apply(
        _ commit: Commit, _ content: VerifiedContent, changes: [GroupChange],
        _ input: ProcessInput
    ) throws(ProcessError) -> Processed {
        let proposals = try proposals(of: commit, by: content.content.sender, input)
        guard commit.path != nil || !proposals.requiresPath else { throw .commit(.pathMissing) }
        let step: CommitStep
        do throws(CommitFault) {
            step = try self.step(commit, content.message, proposals, input.policy)
        } catch {
            throw .commit(error)
        }
        let summary = CommitSummary(
            committer: step.committer, content: content.content, proposals: proposals,
            updated: commit.path != nil, from: current.context)
        // Who is out cannot open the path, and so cannot check the confirmation tag.
        guard !proposals.removed.contains(where: { $0.index == ownLeaf }) else {
            return Processed(received: .removed(summary), changes: changes)
        }
        let pskSecret = try pskSecret(proposals.sorted.preSharedKeys, input.preSharedKeys)
        let next: NextEpoch
        do throws(CommitFault) {
            next = try nextEpoch(step, pskSecret: pskSecret)
        } catch {
            throw .commit(error)
        }
        let ended = advance(to: next.state, next.secretTree, at: input.policy.time)
        return Processed(received: .commit(summary), changes: changes + ended)
    }

    /// The proposals of a commit, those that it refers to among them, applied.
    private func proposals(
        of commit: Commit, by sender: Sender, _ input: ProcessInput
    ) throws(ProcessError) -> AppliedProposals {
        var list: [CommittedProposal] = []
        for entry in commit.proposals {
            switch entry {
            case .proposal(let proposal): list.append(CommittedProposal(proposal, by: sender))
            case .reference(let reference):
                guard let sent = proposalCache[reference] else {
                    throw .commit(.unknownProposal(reference))
                }
                list.append(CommittedProposal(sent))
            }
        }
        do throws(ProposalFault) {
            return try AppliedProposals(
                list, by: sender,
                ProposalChecks(
                    epoch: current.fromOutside, policy: input.policy, origin: .added))
        } catch {
            throw .commit(.proposals(error))
        }
    }

    private func pskSecret(
        _ ids: [PreSharedKeyID], _ given: PreSharedKeys
    ) throws(ProcessError) -> Secret? {
        do throws(MissingPreSharedKey) {
            return try secret(of: ids, given: given)
        } catch {
            switch error {
            case .records(let keys): throw .missing(keys)
            case .key(let id): throw .missingPreSharedKey(id)
            }
        }
    }

    /// The committer, and the tree with the commit's proposals and path.
    private func step(
        _ commit: Commit, _ message: AuthenticatedContent, _ proposals: AppliedProposals,
        _ policy: LeafPolicy
    ) throws(CommitFault) -> CommitStep {
        var tree = proposals.tree
        let committer: Member
        do throws(LeafRefusal) {
            switch message.content.sender {
            case .member(let sender):
                // Whether it is a member was seen when its signature was checked.
                guard let member = current.member(at: sender) else { throw .wrongSource }
                committer = member
                if let leaf = commit.path?.leafNode {
                    try proposals.check(leaf, of: sender, in: current.fromOutside, policy)
                }
            case .newMemberCommit:
                guard let leaf = commit.path?.leafNode else { throw .wrongSource }
                committer = try proposals.admit(
                    leaf, to: &tree, in: current.fromOutside, policy)
            case .external, .newMemberProposal: throw .wrongSource
            }
        } catch {
            throw .leaf(error)
        }
        if let path = commit.path {
            do { try tree.merge(path, from: committer.index, suite) } catch { throw .path(error) }
        }
        return CommitStep(
            commit: commit, message: message, proposals: proposals, committer: committer,
            tree: tree)
    }

    private func nextEpoch(
        _ step: CommitStep, pskSecret: Secret?
    ) throws(CommitFault) -> NextEpoch {
        let transition = EpochTransition(
            from: current.fromOutside, step.proposals, tree: step.tree)
        var freshKeys = ownUpdate(among: step.proposals)
        var commitSecret: Secret?
        if let path = step.commit.path {
            let privatePath = current.privatePath.following(
                current.tree, to: step.proposals.tree, with: freshKeys)
            do throws(PathFault) {
                let received = try privatePath.open(
                    path, from: step.committer.index, in: transition.tree,
                    context: transition.provisionalContext.encoded,
                    excluding: step.proposals.addedLeaves, suite: suite)
                commitSecret = received.commitSecret
                freshKeys.merge(received.freshKeys) { _, fresh in fresh }
            } catch {
                throw .path(error)
            }
        }
        let next = transition.next(
            after: step.message, commitSecret: commitSecret,
            initSecret: try initSecret(step.proposals.sorted.externalInit),
            pskSecret: pskSecret,
            privatePath: current.privatePath.following(
                current.tree, to: transition.tree, with: freshKeys))
        let tag = step.message.auth.confirmationTag ?? []
        guard constantTimeEquals(next.confirmationTag, tag) else { throw .confirmationTag }
        return next
    }

    /// What the next epoch starts from: what this one left, or what an external commit brings.
    private func initSecret(_ kemOutput: [UInt8]?) throws(CommitFault) -> Secret {
        guard let kemOutput else { return current.secrets.initial }
        do {
            return try suite.externalInit(
                of: kemOutput, externalSecret: current.secrets.external)
        } catch {
            throw .externalInit
        }
    }

    /// The private key of our leaf, if an Update of ours is among the proposals.
    private func ownUpdate(
        among proposals: AppliedProposals
    ) -> [NodeIndex: HPKEPrivateKey] {
        let keys = proposals.list.compactMap { $0.reference.flatMap { proposalCache.leafKey($0) } }
        return keys.first.map { [ownLeaf.node: $0] } ?? [:]
    }
}

/// A commit on its way to the next epoch: its proposals and path were applied.
private struct CommitStep {
    let commit: Commit
    let message: AuthenticatedContent
    let proposals: AppliedProposals
    let committer: Member
    let tree: RatchetTree
}

extension AppliedProposals {
    /// Checks the leaf that a commit's path gives its sender (RFC 9420 section 7.3).
    func check(
        _ leaf: LeafNode, of sender: LeafIndex, in epoch: PublicEpoch, _ policy: LeafPolicy
    ) throws(LeafRefusal) {
        guard case .commit = leaf.source, let replaced = tree.leaf(at: sender) else {
            throw .wrongSource
        }
        let suite = epoch.context.suite
        try leaf.checkLength()
        guard tree.hasRoom(for: leaf, replacing: replaced, suite) else { throw .tooLong }
        let place = LeafPlace(group: epoch.context.groupID, index: sender)
        try leaf.checkSignature(place: place, suite)
        try leaf.checkOwnCapabilities(suite)
        try leaf.checkEncryptionKey(suite)
        try demands.check(leaf)
        try tree.checkNeighbours(of: leaf, replacing: replaced)
        try policy.check(leaf, from: .replacing(replaced), suite)
    }
}

extension CommitSummary {
    init(
        committer: Member, content: FramedContent, proposals: AppliedProposals, updated: Bool,
        from context: GroupContext
    ) {
        let sorted = proposals.sorted
        self.init(
            sender: content.sender, committer: committer,
            authenticatedData: content.authenticatedData, epoch: context.epoch + 1,
            added: proposals.added.map(\.index), removed: proposals.removed,
            updatedLeaves: sorted.updates.map(\.index), updated: updated,
            extensionsChanged: proposals.extensions != context.extensions,
            preSharedKeys: sorted.preSharedKeys, reInit: sorted.reInit, custom: sorted.custom)
    }
}
