// Changing the group ourselves (RFC 9420 section 12.4.1).

public import SottoCrypto
import SottoWire

/// How a commit is made.
public struct CommitOptions: Sendable {
    /// How the commit travels.
    public enum Framing: Hashable, Sendable {
        /// Everybody on the way can read it.
        case publicMessage
        /// Only members can.
        case privateMessage
    }

    /// Whether we get new keys even if the proposals do not call for it.
    public var path = true
    /// What our leaf says from now on, if not what it said; this calls for a path.
    public var leaf: LeafConfiguration?
    /// How the commit travels.
    public var framing = Framing.privateMessage
    /// What everybody on the way can read and nobody can change.
    public var authenticatedData: [UInt8] = []
    /// A PrivateMessage is filled up to a multiple of this many bytes.
    public var padding = 1
    /// Whether the Welcome carries the ratchet tree; if not, joiners need it from elsewhere.
    public var ratchetTreeInWelcome = true

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

/// Why no commit was made. The group is as it was.
public enum CommitError: Error, Hashable, Sendable {
    /// Records to load first.
    case missing([GroupRecordKey])
    /// A commit of ours waits already. It may have been ordered, so it is not given up unasked.
    case alreadyPending
    /// The proposals cannot be committed together.
    case proposals(ProposalFault)
    /// What our leaf is to say from now on would be refused.
    case leaf(LeafRefusal)
    /// A proposal is of a kind that is not supported.
    case unsupported(Unsupported)
    /// A member's or a newcomer's key is not one that can be sealed to.
    case invalidKey
    /// All handshake keys of the epoch are used.
    case exhausted
}

extension Group {
    /// Commits proposals and, unless told otherwise, gives us new keys.
    ///
    /// The group stays in its epoch: the commit is pending until `mergePendingCommit()`, or until
    /// it comes back to `process`.
    public mutating func commit(
        _ proposals: [Proposal], options: CommitOptions = CommitOptions(), policy: LeafPolicy,
        using entropy: inout Entropy
    ) throws(CommitError) -> OutboundCommit {
        guard pendingCommit == nil else { throw .alreadyPending }
        guard let own = current.member(at: ownLeaf) else { throw .missing([.epoch]) }
        let entries = proposals.map { ProposalOrRef.proposal($0) }
        let applied = try apply(entries, policy)
        let draft = try draft(applied, options, policy, using: &entropy)
        let body = ContentBody.commit(Commit(proposals: entries, path: draft.path))
        let format: WireFormat =
            options.framing == .publicMessage ? .publicMessage : .privateMessage
        var message = sign(body, authenticatedData: options.authenticatedData, format: format)
        let next = draft.transition.next(
            after: message, commitSecret: draft.keys?.commitSecret,
            freshKeys: draft.keys?.freshKeys ?? [:])
        message.auth.confirmationTag = next.confirmationTag
        let welcome = try draft.welcome(to: next, signer, options, using: &entropy)
        // Nothing is thrown after this: a key is spent.
        let sent = try frame(message, options, using: &entropy)
        pendingCommit = PendingCommit(
            message: sent.message, welcome: welcome,
            summary: CommitSummary(
                sender: own, content: message.content, proposals: applied,
                updated: draft.path != nil, from: current),
            next: next.state, secretTree: next.secretTree)
        return OutboundCommit(
            message: sent.message, welcome: welcome,
            changes: sent.changes + [.write(.pendingCommit)])
    }

    private func apply(
        _ proposals: [ProposalOrRef], _ policy: LeafPolicy
    ) throws(CommitError) -> AppliedProposals {
        do throws(ProposalListError) {
            return try AppliedProposals(
                proposals, by: ownLeaf, in: current, origin: .keyPackage, policy: policy)
        } catch {
            switch error {
            case .invalid(let fault): throw .proposals(fault)
            case .unsupported(let kind): throw .unsupported(kind)
            }
        }
    }

    private mutating func frame(
        _ message: AuthenticatedContent, _ options: CommitOptions, using entropy: inout Entropy
    ) throws(CommitError) -> OutboundMessage {
        guard options.framing == .privateMessage else {
            let open = PublicMessage(
                protecting: message, membershipKey: current.secrets.membership,
                context: current.context)
            return OutboundMessage(
                message: MLSMessage.publicMessage(open).wireBytes, changes: [])
        }
        do {
            let use = try ratchets(of: ownLeaf, in: epoch)
            return try seal(message, with: use, padding: options.padding, using: &entropy)
        } catch let error as MissingRecords {
            throw .missing(error.keys)
        } catch {
            throw .exhausted
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
    public mutating func mergePendingCommit() throws(MergeError) -> Processed {
        guard let pending = pendingCommit else { throw .nothingPending }
        let changes = advance(to: pending.next, pending.secretTree)
        return Processed(received: .commit(pending.summary), changes: changes)
    }

    /// Forgets our pending commit: another's was ordered before it.
    public mutating func clearPendingCommit() -> [GroupChange] {
        guard pendingCommit != nil else { return [] }
        pendingCommit = nil
        return [.delete(.pendingCommit)]
    }
}
