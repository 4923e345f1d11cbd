// Joining without an invitation (RFC 9420 section 12.4.3.2).

public import SottoCrypto
import SottoWire

/// How somebody joins by a commit of its own.
public struct ExternalJoinOptions: Sendable {
    /// The leaf that we had before and have lost the keys of; it is removed by the same commit.
    public var replacing: LeafIndex?
    /// Keys to mix in: uses of external ones, or of resumption keys of other groups or of earlier
    /// epochs, each with a fresh nonce of the length of the suite's hash.
    public var preSharedKeyIDs: [PreSharedKeyID] = []
    /// What these depend on.
    public var preSharedKeys = PreSharedKeys()
    /// What members sent who want to leave: `selfRemove` proposals of the epoch.
    public var selfRemoves: [PublicMessage] = []
    /// What everybody on the way can read and nobody can change.
    public var authenticatedData: [UInt8] = []

    /// A commit that does nothing but join.
    public init() {}
}

/// A commit by which we join, and the group as it will be once the commit counts.
public struct ExternalJoin: Sendable {
    /// The commit to be sent, an MLSMessage. It counts only if it is ordered before any other of
    /// the epoch. When it comes back, it is known by its bytes: `group` is past it.
    public let message: [UInt8]
    /// The group that we are in then. If another commit was first, it never was.
    public let group: Group
}

/// Why nothing was done to join.
public enum ExternalJoinError: Error, Hashable, Sendable {
    /// The GroupInfo or its tree is not believed.
    case group(JoinError)
    /// The GroupInfo has no key, or none that can be sealed to, for external commits.
    case externalPubMissing
    /// The signature key is of another scheme than the group's suite.
    case wrongSigner
    /// A message that a member is said to leave with is not one of the epoch and of a member.
    case selfRemove
    /// The proposals cannot be committed together.
    case proposals(ProposalFault)
    /// A key to be mixed in is not there.
    case missingPreSharedKey(PreSharedKeyID)
    /// What our leaf is to say would be refused.
    case leaf(LeafRefusal)
    /// A member's key is not one that can be sealed to.
    case invalidKey
}

extension Group {
    /// Joins the group that a GroupInfo with `external_pub` describes, by a commit of our own.
    ///
    /// That no group with its id was joined before, and that the GroupInfo is of the present
    /// epoch, is for the caller to see to: members refuse the commit otherwise.
    ///
    /// - Parameters:
    ///   - ratchetTree: The encoded tree, if the GroupInfo does not carry it.
    ///   - leaf: What our leaf says.
    ///   - signer: A key that signs in the group's suite.
    public static func joinExternally(
        _ info: GroupInfo, ratchetTree: [UInt8]? = nil, leaf: LeafConfiguration,
        signer: SignaturePrivateKey, options: ExternalJoinOptions = ExternalJoinOptions(),
        policy: LeafPolicy, using entropy: inout Entropy
    ) throws(ExternalJoinError) -> ExternalJoin {
        let suite = info.context.suite
        guard signer.signs(in: suite) else { throw .wrongSigner }
        let epoch = try PublicEpoch(info, ratchetTree, policy)
        guard let key = info.externalPublicKey,
            let exchange = try? suite.externalInit(to: key, using: &entropy)
        else { throw .externalPubMissing }
        let proposals = try options.proposals(exchange.kemOutput, epoch, policy)
        let pskSecret = try options.pskSecret(suite)
        let newcomer = Newcomer(signer: signer, epoch: epoch, proposals: proposals)
        return try newcomer.join(
            leaf, options, policy, initSecret: exchange.initSecret, pskSecret: pskSecret,
            using: &entropy)
    }
}

extension PublicEpoch {
    /// The epoch that a GroupInfo describes.
    fileprivate init(
        _ info: GroupInfo, _ ratchetTree: [UInt8]?, _ policy: LeafPolicy
    ) throws(ExternalJoinError) {
        guard info.context.epoch <= MLSLimits.joinedEpochMax else {
            throw .group(.welcome(.malformed))
        }
        do throws(JoinError) {
            tree = try info.tree(given: ratchetTree, policy)
        } catch {
            throw .group(error)
        }
        context = info.context
        interimTranscriptHash = TranscriptHash.interim(
            info.confirmationTag, after: info.context.confirmedTranscriptHash,
            info.context.suite)
    }
}

extension ExternalJoinOptions {
    fileprivate func proposals(
        _ kemOutput: [UInt8], _ epoch: PublicEpoch, _ policy: LeafPolicy
    ) throws(ExternalJoinError) -> AppliedProposals {
        var own: [Proposal] = [.externalInit(kemOutput: kemOutput)]
        if let replacing { own.append(.remove(replacing)) }
        own += preSharedKeyIDs.map { .preSharedKey($0) }
        var list = own.map { CommittedProposal($0, by: .newMemberCommit) }
        for message in selfRemoves { list.append(try epoch.selfRemove(message)) }
        do throws(ProposalFault) {
            return try AppliedProposals(
                list, by: .newMemberCommit,
                ProposalChecks(epoch: epoch, policy: policy, origin: .keyPackage))
        } catch {
            throw .proposals(error)
        }
    }

    fileprivate func pskSecret(_ suite: CipherSuite) throws(ExternalJoinError) -> Secret? {
        do throws(MissingPreSharedKey) {
            return try preSharedKeys.combined(preSharedKeyIDs, suite) { _ in nil }
        } catch {
            guard case .key(let id) = error else { throw .externalPubMissing }
            throw .missingPreSharedKey(id)
        }
    }
}

extension PublicEpoch {
    /// A member's wish to leave, as far as somebody outside can check it: whether the membership
    /// tag is right, members see.
    fileprivate func selfRemove(
        _ message: PublicMessage
    ) throws(ExternalJoinError) -> CommittedProposal {
        let content = message.message.content
        guard content.groupID == context.groupID, content.epoch == context.epoch,
            case .proposal(.selfRemove) = content.body, let leaf = content.sender.leaf,
            let member = member(at: leaf),
            (try? message.verified(
                fromOutside: context, signatureKey: member.signatureKey)) != nil
        else { throw .selfRemove }
        return CommittedProposal(ReceivedProposal(message.message, context.suite, .selfRemove))
    }
}

/// Somebody on the way in.
private struct Newcomer {
    let signer: SignaturePrivateKey
    let epoch: PublicEpoch
    let proposals: AppliedProposals

    func join(
        _ leaf: LeafConfiguration, _ options: ExternalJoinOptions, _ policy: LeafPolicy,
        initSecret: Secret, pskSecret: Secret?, using entropy: inout Entropy
    ) throws(ExternalJoinError) -> ExternalJoin {
        let suite = epoch.context.suite
        var tree = proposals.tree
        guard let place = tree.freePlace() else { throw .leaf(.groupFull) }
        guard
            let draft = try? PathDraft(
                sender: place, configuration: leaf, in: &tree, group: epoch.context.groupID,
                suite: suite, signer: signer, using: &entropy)
        else { throw .invalidKey }
        do throws(LeafRefusal) {
            var admitting = proposals.tree
            _ = try proposals.admit(draft.leafNode, to: &admitting, in: epoch, policy)
        } catch {
            throw .leaf(error)
        }
        let transition = EpochTransition(from: epoch, proposals, tree: tree)
        guard
            let path = try? draft.sealed(
                in: transition.tree, context: transition.provisionalContext.encoded,
                excluding: [], suite: suite, using: &entropy)
        else { throw .invalidKey }
        var message = commit(path, showing: options.authenticatedData)
        let next = transition.next(
            after: message, commitSecret: draft.commitSecret, initSecret: initSecret,
            pskSecret: pskSecret, privatePath: PrivatePath(leaf: place, keys: draft.freshKeys))
        message.auth.confirmationTag = next.confirmationTag
        return ExternalJoin(
            message: MLSMessage.publicMessage(PublicMessage(fromOutside: message)).wireBytes,
            group: Group(current: next.state, secretTree: next.secretTree, signer: signer))
    }

    private func commit(_ path: UpdatePath, showing data: [UInt8]) -> AuthenticatedContent {
        let content = FramedContent(
            groupID: epoch.context.groupID, epoch: epoch.context.epoch, sender: .newMemberCommit,
            authenticatedData: data,
            body: .commit(Commit(proposals: proposals.list.map(\.entry), path: path)))
        return AuthenticatedContent(
            signing: content, wireFormat: .publicMessage, context: epoch.context, signer: signer)
    }
}
