// Following another member's commit (RFC 9420 section 12.4.2).

import SottoCrypto

extension Group {
    /// Applies a commit that its sender did sign.
    mutating func apply(
        _ commit: Commit, _ content: VerifiedContent, changes: [GroupChange],
        _ input: ProcessInput
    ) throws(ProcessError) -> Processed {
        let sender = content.content.sender
        guard let leaf = sender.leaf, let committer = current.member(at: leaf) else {
            throw .unsupported(.outsideSender)
        }
        let proposals = try proposals(of: commit, by: sender, input)
        guard commit.path != nil || !proposals.requiresPath else { throw .commit(.pathMissing) }
        let tree: RatchetTree
        do throws(CommitFault) {
            tree = try self.tree(after: commit, from: leaf, proposals, input.policy)
        } catch {
            throw .commit(error)
        }
        let summary = CommitSummary(
            committer: committer, content: content.content, proposals: proposals,
            updated: commit.path != nil, from: current)
        // Who is out cannot open the path, and so cannot check the confirmation tag.
        guard !proposals.removed.contains(where: { $0.index == ownLeaf }) else {
            return Processed(received: .removed(summary), changes: changes)
        }
        let pskSecret = try pskSecret(proposals.sorted.preSharedKeys, input.preSharedKeys)
        let next: NextEpoch
        do throws(CommitFault) {
            next = try nextEpoch(
                commit, content.message, from: leaf, proposals, tree: tree, pskSecret: pskSecret)
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
                ProposalChecks(epoch: current, policy: input.policy, origin: .added))
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

    /// The tree with the commit's proposals and path.
    private func tree(
        after commit: Commit, from sender: LeafIndex, _ proposals: AppliedProposals,
        _ policy: LeafPolicy
    ) throws(CommitFault) -> RatchetTree {
        var tree = proposals.tree
        guard let path = commit.path else { return tree }
        do throws(LeafRefusal) {
            try proposals.check(path.leafNode, of: sender, in: current, policy)
        } catch {
            throw .leaf(error)
        }
        do throws(PathFault) {
            try tree.merge(path, from: sender, suite)
        } catch {
            throw .path(error)
        }
        return tree
    }

    private func nextEpoch(
        _ commit: Commit, _ message: AuthenticatedContent, from sender: LeafIndex,
        _ proposals: AppliedProposals, tree: RatchetTree, pskSecret: Secret?
    ) throws(CommitFault) -> NextEpoch {
        let transition = EpochTransition(from: current, proposals, tree: tree)
        var freshKeys = ownUpdate(among: proposals)
        var commitSecret: Secret?
        if let path = commit.path {
            let privatePath = current.privatePath.following(
                current.tree, to: proposals.tree, with: freshKeys)
            do throws(PathFault) {
                let received = try privatePath.open(
                    path, from: sender, in: transition.tree,
                    context: transition.provisionalContext.encoded,
                    excluding: proposals.addedLeaves, suite: suite)
                commitSecret = received.commitSecret
                freshKeys.merge(received.freshKeys) { _, fresh in fresh }
            } catch {
                throw .path(error)
            }
        }
        let next = transition.next(
            after: message, commitSecret: commitSecret, pskSecret: pskSecret,
            freshKeys: freshKeys)
        guard constantTimeEquals(next.confirmationTag, message.auth.confirmationTag ?? []) else {
            throw .confirmationTag
        }
        return next
    }

    /// The private key of our leaf, if an Update of ours is among the proposals.
    private func ownUpdate(
        among proposals: AppliedProposals
    ) -> [NodeIndex: HPKEPrivateKey] {
        let keys = proposals.list.compactMap { $0.reference.flatMap { proposalCache.leafKey($0) } }
        return keys.first.map { [ownLeaf.node: $0] } ?? [:]
    }
}

extension AppliedProposals {
    /// Checks the leaf that a commit's path gives its sender (RFC 9420 section 7.3).
    func check(
        _ leaf: LeafNode, of sender: LeafIndex, in epoch: EpochState, _ policy: LeafPolicy
    ) throws(LeafRefusal) {
        guard case .commit = leaf.source, let replaced = tree.leaf(at: sender) else {
            throw .wrongSource
        }
        let suite = epoch.context.suite
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
        from epoch: EpochState
    ) {
        let sorted = proposals.sorted
        self.init(
            sender: content.sender, committer: committer,
            authenticatedData: content.authenticatedData, epoch: epoch.context.epoch + 1,
            added: proposals.added.map(\.index), removed: proposals.removed,
            updatedLeaves: sorted.updates.map(\.index), updated: updated,
            extensionsChanged: proposals.extensions != epoch.context.extensions,
            preSharedKeys: sorted.preSharedKeys, reInit: sorted.reInit, custom: sorted.custom)
    }
}
