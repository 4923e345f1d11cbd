// Following another member's commit (RFC 9420 section 12.4.2).

import SottoCrypto

extension Group {
    /// Applies a commit that its sender did sign.
    mutating func apply(
        _ commit: Commit, _ content: VerifiedContent, from sender: Member,
        changes: [GroupChange], _ policy: LeafPolicy
    ) throws(ProcessError) -> Processed {
        let proposals: AppliedProposals
        do throws(ProposalListError) {
            proposals = try AppliedProposals(
                commit.proposals, by: sender.index, in: current, origin: .added,
                policy: policy)
        } catch {
            switch error {
            case .invalid(let fault): throw .commit(.proposals(fault))
            case .unsupported(let kind): throw .unsupported(kind)
            }
        }
        guard commit.path != nil || !proposals.requiresPath else { throw .commit(.pathMissing) }
        let next: NextEpoch
        do throws(CommitFault) {
            let tree = try tree(after: commit, from: sender.index, proposals, policy)
            // Who is out cannot open the path, and so cannot check the confirmation tag.
            guard !proposals.removed.contains(where: { $0.index == ownLeaf }) else {
                return Processed(received: .removed(by: sender), changes: changes)
            }
            next = try nextEpoch(
                commit, content.message, from: sender.index, proposals, tree: tree)
        } catch {
            throw .commit(error)
        }
        let summary = CommitSummary(
            sender: sender, content: content.content, proposals: proposals,
            updated: commit.path != nil, from: current)
        return Processed(
            received: .commit(summary),
            changes: changes + advance(to: next.state, next.secretTree))
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
        _ proposals: AppliedProposals, tree: RatchetTree
    ) throws(CommitFault) -> NextEpoch {
        let transition = EpochTransition(
            from: current, tree: tree, extensions: proposals.extensions)
        var received: ReceivedPathSecret?
        if let path = commit.path {
            do throws(PathFault) {
                received = try current.privatePath.open(
                    path, from: sender, in: transition.tree,
                    context: transition.provisionalContext.encoded,
                    excluding: proposals.addedLeaves, suite: suite)
            } catch {
                throw .path(error)
            }
        }
        let next = transition.next(
            after: message, commitSecret: received?.commitSecret,
            freshKeys: received?.freshKeys ?? [:])
        guard constantTimeEquals(next.confirmationTag, message.auth.confirmationTag ?? []) else {
            throw .confirmationTag
        }
        return next
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
        try policy.check(leaf, from: .replacing(replaced))
    }
}

extension CommitSummary {
    init(
        sender: Member, content: FramedContent, proposals: AppliedProposals, updated: Bool,
        from epoch: EpochState
    ) {
        self.init(
            sender: sender, authenticatedData: content.authenticatedData,
            epoch: epoch.context.epoch + 1, added: proposals.added.map(\.index),
            removed: proposals.removed, updated: updated,
            extensionsChanged: proposals.extensions != epoch.context.extensions)
    }
}
