// A commit of ours while it is made: its path, where it leads, whom it invites.

import SottoCrypto
import SottoWire

/// The private side of a path of ours.
struct DraftKeys: Sendable {
    let commitSecret: Secret
    let freshKeys: [NodeIndex: HPKEPrivateKey]
    fileprivate let draft: PathDraft
}

/// A commit whose proposals and path were applied.
struct CommitDraft: Sendable {
    let applied: AppliedProposals
    let transition: EpochTransition
    /// The path as it is sent.
    let path: UpdatePath?
    let keys: DraftKeys?
}

extension Group {
    /// Applies our own path, if the commit is to have one.
    func draft(
        _ applied: AppliedProposals, _ options: CommitOptions, _ policy: LeafPolicy,
        using entropy: inout Entropy
    ) throws(CommitError) -> CommitDraft {
        guard options.path || applied.requiresPath || options.leaf != nil else {
            let transition = EpochTransition(
                from: current.fromOutside, applied, tree: applied.tree)
            return CommitDraft(applied: applied, transition: transition, path: nil, keys: nil)
        }
        guard let configuration = options.leaf ?? leafNode(at: ownLeaf)?.configuration else {
            throw .missing([.epoch])
        }
        var tree = applied.tree
        guard
            let draft = try? PathDraft(
                sender: ownLeaf, configuration: configuration, in: &tree, group: id,
                suite: suite, signer: signer, using: &entropy)
        else { throw .invalidKey }
        do throws(LeafRefusal) {
            try applied.check(draft.leafNode, of: ownLeaf, in: current.fromOutside, policy)
        } catch {
            throw .leaf(error)
        }
        do throws(CryptoError) {
            let transition = EpochTransition(from: current.fromOutside, applied, tree: tree)
            let path = try draft.sealed(
                in: transition.tree, context: transition.provisionalContext.encoded,
                excluding: applied.addedLeaves, suite: suite, using: &entropy)
            let keys = DraftKeys(
                commitSecret: draft.commitSecret, freshKeys: draft.freshKeys, draft: draft)
            return CommitDraft(
                applied: applied, transition: transition, path: path, keys: keys)
        } catch {
            throw .invalidKey
        }
    }
}

extension CommitDraft {
    /// The invitation of the new members into the epoch that the commit leads to.
    func welcome(
        to next: NextEpoch, _ signer: SignaturePrivateKey, _ options: CommitOptions,
        using entropy: inout Entropy
    ) throws(CommitError) -> [UInt8]? {
        guard !applied.added.isEmpty, let schedule = next.schedule else { return nil }
        var extensions = options.groupInfoExtensions
        extensions[.ratchetTree] = options.ratchetTreeInWelcome ? next.state.tree.wireBytes : nil
        let info = GroupInfo(
            context: next.state.context, extensions: extensions,
            confirmationTag: next.confirmationTag, signer: next.state.ownLeaf, key: signer)
        let invitees = applied.added.map { added in
            Welcome.Invitee(
                keyPackage: added.keyPackage, pathSecret: keys?.draft.secret(for: added.index))
        }
        do {
            let welcome = try Welcome(
                to: invitees, info: info, schedule: schedule,
                preSharedKeys: applied.sorted.preSharedKeys, using: &entropy)
            return MLSMessage.welcome(welcome).wireBytes
        } catch {
            throw .invalidKey
        }
    }
}
