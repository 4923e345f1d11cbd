// Commits of an insider: honest from the path to the confirmation tag, but for what is changed.

import SottoCrypto
import SottoMLS
import SottoWire

extension Insider {
    /// A proposal, who made it, and how the commit speaks of it.
    struct Wish {
        let proposal: Proposal
        let sender: LeafIndex
        let entry: ProposalOrRef
    }

    /// A commit before it is made.
    struct Lie {
        var wishes: [Wish] = []
        var hasPath = true
        /// What the key schedule starts from, the last epoch's if `nil`.
        var initSecret: Secret?
        /// What goes into the key schedule by the wishes.
        var pskSecret: Secret?
        var leaf: (inout Leaf) -> Void = { _ in }
        /// The parent hash in the leaf, given the right one.
        var parentHash: ([UInt8]) -> [UInt8] = { $0 }
        /// The new keys, given the right ones.
        var keys: ([[UInt8]]) -> [[UInt8]] = { $0 }
        /// The nodes of the path as they are sent, given the right ones.
        var nodes: ([UpdatePathNode]) -> [UpdatePathNode] = { $0 }
        /// The secret that is sealed instead of each path secret.
        var sealedSecret: Secret?
        var confirmationTag: ([UInt8]) -> [UInt8] = { $0 }
        var saying: (inout Saying) -> Void = { _ in }
    }

    /// A commit and what the members then have, unless they refuse it.
    struct Told {
        let message: [UInt8]
        let authenticator: Secret

        var half: JSON {
            ["message": .hex(message), "epoch_authenticator": .hex(authenticator)]
        }
    }

    /// A proposal that the commit holds itself.
    func own(_ proposal: Proposal) -> Wish {
        Wish(proposal: proposal, sender: leaf, entry: .proposal(proposal))
    }

    /// A proposal that was sent before, and how it was sent.
    func sent(
        _ proposal: Proposal, _ change: (inout Saying) -> Void = { _ in }
    ) throws -> (wish: Wish, message: [UInt8]) {
        let saying = saying(change)
        let signed = signed(.proposal(proposal), saying)
        guard case .member(let sender) = saying.sender else {
            throw JSONError(description: "the proposer is no member")
        }
        let wish = Wish(
            proposal: proposal, sender: sender,
            entry: .reference(signed.proposalReference(suite)))
        return (wish, try framed(signed, saying))
    }

    func commit(
        _ source: inout VectorSource, _ change: (inout Lie) -> Void = { _ in }
    ) throws -> Told {
        var lie = Lie()
        change(&lie)
        var next = tree
        let added = try apply(lie.wishes, to: &next)
        let path = lie.hasPath ? try draft(in: &next, lie, &source) : nil
        let provisional = context.with(
            epoch: context.epoch + 1, treeHash: next.treeHash(suite),
            extensions: extensions(after: lie.wishes))
        let update = try path.map { path in
            UpdatePath(
                leafNode: path.leaf,
                nodes: lie.nodes(
                    try sealed(path, lie, in: next, provisional, excluding: added, &source)))
        }
        let saying = saying(lie.saying)
        var message = signed(
            .commit(Commit(proposals: lie.wishes.map(\.entry), path: update)), saying)
        let secrets = secrets(after: message, path?.draft.commitSecret, lie, provisional)
        message.auth.confirmationTag = lie.confirmationTag(secrets.tag)
        return Told(
            message: try framed(message, saying), authenticator: secrets.epoch.authenticator)
    }

    // MARK: - The parts of a commit

    /// Applies proposals as far as that is possible at all (RFC 9420 section 12.3).
    private func apply(_ wishes: [Wish], to tree: inout RatchetTree) throws -> Set<LeafIndex> {
        for wish in wishes {
            if case .update(let leaf) = wish.proposal { tree.update(wish.sender, to: leaf) }
        }
        for wish in wishes {
            guard case .remove(let leaf) = wish.proposal, tree.leaf(at: leaf) != nil else {
                continue
            }
            tree.remove(leaf)
        }
        var added: Set<LeafIndex> = []
        for wish in wishes {
            guard case .add(let keyPackage) = wish.proposal,
                let index = tree.add(keyPackage.leafNode)
            else { continue }
            added.insert(index)
        }
        return added
    }

    private func extensions(after wishes: [Wish]) -> Extensions? {
        wishes.compactMap { wish -> Extensions? in
            guard case .groupContextExtensions(let extensions) = wish.proposal else { return nil }
            return extensions
        }.last
    }

    private func draft(
        in tree: inout RatchetTree, _ lie: Lie, _ source: inout VectorSource
    ) throws -> (draft: PathDraft, leaf: LeafNode) {
        // The committer may have removed itself.
        if tree.leaf(at: leaf) == nil, let own = self.tree.leaf(at: leaf) {
            tree.set(.leaf(own), at: leaf.node)
        }
        let draft = try PathDraft(
            sender: leaf, configuration: client.leaf, in: &tree, group: context.groupID,
            suite: suite, signer: client.signer, using: &source.entropy)
        let keys = tree.filteredDirectPath(of: leaf).compactMap { tree[$0.node].encryptionKey }
        let parentHash = tree.setPath(above: leaf, to: lie.keys(keys), suite)
        let node = try leaf(
            encryptionKey: draft.leafNode.encryptionKey,
            .commit(parentHash: lie.parentHash(parentHash)), lie.leaf)
        tree.set(.leaf(node), at: leaf.node)
        return (draft, node)
    }

    private func sealed(
        _ path: (draft: PathDraft, leaf: LeafNode), _ lie: Lie, in tree: RatchetTree,
        _ context: GroupContext, excluding added: Set<LeafIndex>, _ source: inout VectorSource
    ) throws -> [UpdatePathNode] {
        try tree.filteredDirectPath(of: leaf).map { step in
            let honest = path.draft.secret(for: LeafIndex(step.copath.leaves.lowerBound))
            let secret = lie.sealedSecret ?? honest ?? .zero(suite.hashLength)
            var ciphertexts: [HPKECiphertext] = []
            for recipient in tree.recipients(of: step, excluding: added) {
                ciphertexts.append(
                    try suite.encryptWithLabel(
                        publicKey: tree[recipient].encryptionKey ?? [], label: "UpdatePathNode",
                        context: context.encoded, plaintext: secret, using: &source.entropy))
            }
            return UpdatePathNode(
                encryptionKey: tree[step.node].encryptionKey ?? [],
                encryptedPathSecret: ciphertexts)
        }
    }

    private func secrets(
        after commit: AuthenticatedContent, _ commitSecret: Secret?, _ lie: Lie,
        _ provisional: GroupContext
    ) -> (epoch: EpochSecrets, tag: [UInt8]) {
        let confirmed = TranscriptHash.confirmed(commit, after: interimTranscriptHash, suite)
        let context = provisional.with(confirmedTranscriptHash: confirmed)
        let schedule = KeySchedule(
            initSecret: lie.initSecret ?? secrets.initial,
            commitSecret: commitSecret ?? .zero(suite.hashLength), pskSecret: lie.pskSecret,
            context: context)
        let epoch = schedule.epochSecrets(context)
        let tag = suite.confirmationTag(
            key: epoch.confirmation, confirmedTranscriptHash: confirmed)
        return (epoch, tag)
    }
}

extension [UInt8] {
    /// The bytes with a bit flipped, in a byte that is counted from the end, which is 1.
    func flipping(byteFromEnd place: Int) -> [UInt8] { flipping(bit: (count - place) * 8) }
}
