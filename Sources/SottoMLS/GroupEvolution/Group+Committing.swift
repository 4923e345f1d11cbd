// Changing the group ourselves (RFC 9420 section 12.4.1).

public import SottoCrypto
import SottoWire

/// How a commit is made.
public struct CommitOptions: Sendable {
    /// Whether we get new keys even if the proposals do not call for it.
    public var path = true
    /// What our leaf says from now on, if not what it said; this calls for a path.
    public var leaf: LeafConfiguration?
    /// How the commit travels.
    public var framing = HandshakeFraming.privateMessage
    /// What everybody on the way can read and nobody can change.
    public var authenticatedData: [UInt8] = []
    /// A PrivateMessage is filled up to a multiple of this many bytes.
    public var padding = 1
    /// Whether the Welcome carries the ratchet tree; if not, joiners need it from elsewhere.
    public var ratchetTreeInWelcome = true
    /// What the GroupInfo in the Welcome says beyond that.
    public var groupInfoExtensions: Extensions = [:]

    /// A commit with a path, as a PrivateMessage, whose Welcome carries the tree.
    public init() {}
}

/// A commit to be sent, and what to store before it leaves.
public struct OutboundCommit: Sendable {
    /// The commit, an MLSMessage.
    public let message: [UInt8]
    /// The invitation of those it adds, an MLSMessage, if it adds anybody. It must not reach them
    /// before the commit counts.
    public let welcome: [UInt8]?
    /// What making it changed.
    public let changes: [GroupChange]
}

/// Which of the proposals that were sent in the epoch a commit takes up.
public enum CachedProposals: Hashable, Sendable {
    /// All that can be committed together with what the commit holds itself, and whose keys we
    /// have, of members and of senders outside: forget before what is not to be
    /// (`Group.forgetProposal`). A ReInit is never among them: it ends the group, and so is
    /// committed by name alone (`exactly`), or by the commit itself.
    case valid
    /// None.
    case none
    /// These, in this order.
    case exactly([ProposalRef])
}

/// Why no commit was made. The group is as it was.
public enum CommitError: Error, Hashable, Sendable {
    /// Records to load first.
    case missing([GroupRecordKey])
    /// A commit of ours waits already. It may have been ordered, so it is not given up unasked.
    case alreadyPending
    /// There is no such proposal in this epoch.
    case unknownProposal(ProposalRef)
    /// The proposals cannot be committed together.
    case proposals(ProposalFault)
    /// A proposal mixes in a key that we have not.
    case missingPreSharedKey(PreSharedKeyID)
    /// What our leaf is to say from now on would be refused.
    case leaf(LeafRefusal)
    /// A member's or a newcomer's key is not one that can be sealed to.
    case invalidKey
    /// All handshake keys of the epoch are used.
    case exhausted
    /// The group is over: another was to follow it.
    case reInitialized
}

extension Group {
    /// Commits proposals and, unless told otherwise, gives us new keys.
    ///
    /// The group stays in its epoch: the commit is pending until `mergePendingCommit(now:)`, or
    /// until it comes back to `process`.
    ///
    /// - Parameters:
    ///   - proposals: What the commit holds itself.
    ///   - cached: What it refers to, of what was proposed before.
    ///   - preSharedKeys: What the proposals depend on and the group does not know by itself.
    public mutating func commit(
        _ proposals: [Proposal] = [], including cached: CachedProposals = .valid,
        preSharedKeys: PreSharedKeys = PreSharedKeys(),
        options: CommitOptions = CommitOptions(), policy: LeafPolicy,
        using entropy: inout Entropy
    ) throws(CommitError) -> OutboundCommit {
        let checks = ProposalChecks(epoch: current.fromOutside, policy: policy, origin: .keyPackage)
        return try commit(
            proposals, including: cached, preSharedKeys: preSharedKeys, options: options,
            checks, using: &entropy)
    }

    mutating func commit(
        _ proposals: [Proposal], including cached: CachedProposals,
        preSharedKeys: PreSharedKeys, options: CommitOptions, _ checks: ProposalChecks,
        using entropy: inout Entropy
    ) throws(CommitError) -> OutboundCommit {
        guard reInit == nil else { throw .reInitialized }
        guard pendingCommit == nil else { throw .alreadyPending }
        guard let own = current.member(at: ownLeaf) else { throw .missing([.epoch]) }
        let list = try list(proposals, cached, preSharedKeys, checks)
        let applied: AppliedProposals
        do throws(ProposalFault) {
            applied = try AppliedProposals(list, by: .member(ownLeaf), checks)
        } catch {
            throw .proposals(error)
        }
        let pskSecret = try pskSecret(applied, preSharedKeys)
        let draft = try draft(applied, options, checks.policy, using: &entropy)
        let body = ContentBody.commit(Commit(proposals: list.map(\.entry), path: draft.path))
        var message = sign(
            body, authenticatedData: options.authenticatedData,
            format: options.framing.wireFormat)
        let next = draft.transition.next(
            after: message, commitSecret: draft.keys?.commitSecret,
            initSecret: current.secrets.initial, pskSecret: pskSecret,
            privatePath: current.privatePath.following(
                current.tree, to: draft.transition.tree, with: draft.keys?.freshKeys ?? [:]))
        message.auth.confirmationTag = next.confirmationTag
        let welcome = try draft.welcome(to: next, signer, options, using: &entropy)
        // Nothing is thrown after this: a key is spent.
        let sent = try frame(message, options, using: &entropy)
        pendingCommit = PendingCommit(
            message: sent.message, welcome: welcome,
            summary: CommitSummary(
                committer: own, content: message.content, proposals: applied,
                updated: draft.path != nil, from: current.context),
            next: next.state, secretTree: next.secretTree)
        return OutboundCommit(
            message: sent.message, welcome: welcome,
            changes: sent.changes + [.write(.pendingCommit)])
    }

    /// What the commit holds, then what it refers to.
    private func list(
        _ proposals: [Proposal], _ cached: CachedProposals, _ keys: PreSharedKeys,
        _ checks: ProposalChecks
    ) throws(CommitError) -> [CommittedProposal] {
        let committer = Sender.member(ownLeaf)
        let own = proposals.map { CommittedProposal($0, by: committer) }
        switch cached {
        case .none: return own
        case .exactly(let references):
            return try own
                + references.map { (reference) throws(CommitError) in
                    guard let sent = proposalCache[reference] else {
                        throw .unknownProposal(reference)
                    }
                    return CommittedProposal(sent)
                }
        case .valid:
            guard !proposalCache.entries.isEmpty else { return own }
            do throws(ProposalFault) {
                return try FittingProposals(
                    proposalCache.entries, with: own, by: committer, checks
                ) { hasKey($0, given: keys) }.list
            } catch {
                throw .proposals(error)
            }
        }
    }

    private func pskSecret(
        _ proposals: AppliedProposals, _ given: PreSharedKeys
    ) throws(CommitError) -> Secret? {
        do throws(MissingPreSharedKey) {
            return try secret(of: proposals.sorted.preSharedKeys, given: given)
        } catch {
            switch error {
            case .records(let keys): throw .missing(keys)
            case .key(let id): throw .missingPreSharedKey(id)
            }
        }
    }

    private mutating func frame(
        _ message: AuthenticatedContent, _ options: CommitOptions, using entropy: inout Entropy
    ) throws(CommitError) -> OutboundMessage {
        do throws(ProtectError) {
            return try frame(
                message, options.framing, padding: options.padding, using: &entropy)
        } catch {
            switch error {
            case .missing(let keys): throw .missing(keys)
            case .exhausted, .notSealed: throw .exhausted
            case .reInitialized: throw .reInitialized
            }
        }
    }
}

// MARK: - The pending commit

/// Why a pending commit was not merged.
public enum MergeError: Error, Hashable, Sendable {
    /// There is none.
    case nothingPending
}

extension Group {
    /// Lets our pending commit count: the relay has ordered it before any other of this epoch.
    ///
    /// - Parameter now: When the epoch ends, which is how long it can still be read.
    public mutating func mergePendingCommit(now: UnixTime) throws(MergeError) -> Processed {
        guard let pending = pendingCommit else { throw .nothingPending }
        let changes = advance(to: pending.next, pending.secretTree, at: now)
        return Processed(received: .commit(pending.summary), changes: changes)
    }

    /// Forgets our pending commit: another's was ordered before it.
    public mutating func clearPendingCommit() -> [GroupChange] {
        guard pendingCommit != nil else { return [] }
        pendingCommit = nil
        return [.delete(.pendingCommit)]
    }
}
