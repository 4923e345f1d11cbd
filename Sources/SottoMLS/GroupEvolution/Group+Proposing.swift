// Wishing for changes without making them (RFC 9420 section 12.1).

public import SottoCrypto
import SottoWire

/// How a handshake message travels.
public enum HandshakeFraming: Hashable, Sendable {
    /// Everybody on the way can read it.
    case publicMessage
    /// Only members can.
    case privateMessage

    var wireFormat: WireFormat {
        switch self {
        case .publicMessage: .publicMessage
        case .privateMessage: .privateMessage
        }
    }
}

/// How a proposal is sent.
public struct ProposalOptions: Sendable {
    /// How the proposal travels.
    public var framing = HandshakeFraming.privateMessage
    /// What everybody on the way can read and nobody can change.
    public var authenticatedData: [UInt8] = []
    /// A PrivateMessage is filled up to a multiple of this many bytes.
    public var padding = 1

    /// A PrivateMessage that shows nothing.
    public init() {}
}

/// A proposal to be sent, and what to store before it leaves.
public struct OutboundProposal: Sendable {
    /// An MLSMessage.
    public let message: [UInt8]
    /// What commits name the proposal by.
    public let reference: ProposalRef
    /// What making it changed.
    public let changes: [GroupChange]
}

/// Why nothing was proposed. The group is as it was.
public enum ProposeError: Error, Hashable, Sendable {
    /// Records to load first.
    case missing([GroupRecordKey])
    /// The proposal is not one that a member may make.
    case proposal(ProposalFault)
    /// The epoch has as many proposals as are kept.
    case proposalsFull
    /// All handshake keys of the epoch are used.
    case exhausted
    /// The suite refused to make keys or to seal, which its own keys give it no reason to.
    case notSealed
    /// The group is over: another was to follow it.
    case reInitialized
}

extension Group {
    /// Proposes a change, for anybody to commit in this epoch.
    ///
    /// An Update is made by `proposeUpdate`. Adding is checked as in `commit`. A `selfRemove` is
    /// sent as PublicMessage whatever the options say, once in an epoch.
    public mutating func propose(
        _ proposal: Proposal, options: ProposalOptions = ProposalOptions(), policy: LeafPolicy,
        using entropy: inout Entropy
    ) throws(ProposeError) -> OutboundProposal {
        if case .update = proposal { throw .proposal(.updateByCommitter) }
        var options = options
        if proposal == .selfRemove {
            let ours = Sender.member(ownLeaf)
            let isRepeated = proposals.contains {
                $0.proposal == .selfRemove && $0.sender == ours
            }
            guard !isRepeated else { throw .proposal(.changedTwice(ownLeaf)) }
            options.framing = .publicMessage
        }
        return try send(proposal, leafKey: nil, options, policy, using: &entropy)
    }

    /// Proposes a new leaf of ours with a fresh key, which counts once somebody else commits it
    /// (section 12.1.2).
    ///
    /// - Parameter leaf: What our leaf says from then on, if not what it said.
    public mutating func proposeUpdate(
        leaf: LeafConfiguration? = nil, options: ProposalOptions = ProposalOptions(),
        policy: LeafPolicy, using entropy: inout Entropy
    ) throws(ProposeError) -> OutboundProposal {
        guard let configuration = leaf ?? leafNode(at: ownLeaf)?.configuration,
            let keys = try? suite.makeHPKEKeyPair(using: &entropy)
        else { throw .notSealed }
        let leafNode = LeafNode.signed(
            encryptionKey: keys.publicKey, configuration: configuration, source: .update,
            place: LeafPlace(group: id, index: ownLeaf), suite: suite, signer: signer)
        return try send(
            .update(leafNode), leafKey: keys.privateKey, options, policy, using: &entropy)
    }

    private mutating func send(
        _ proposal: Proposal, leafKey: HPKEPrivateKey?, _ options: ProposalOptions,
        _ policy: LeafPolicy, using entropy: inout Entropy
    ) throws(ProposeError) -> OutboundProposal {
        guard reInit == nil else { throw .reInitialized }
        let checks = ProposalChecks(
            epoch: current.fromOutside, policy: policy, origin: .keyPackage)
        do { try checks.check(proposal, from: .member(ownLeaf)) } catch { throw .proposal(error) }
        let message = sign(
            .proposal(proposal), authenticatedData: options.authenticatedData,
            format: options.framing.wireFormat)
        let entry = ReceivedProposal(message, suite, proposal)
        var cache = proposalCache
        do { _ = try cache.insert(entry, leafKey: leafKey) } catch { throw .proposalsFull }
        let sent: OutboundMessage
        do throws(ProtectError) {
            sent = try frame(
                message, options.framing, padding: options.padding, using: &entropy)
        } catch {
            switch error {
            case .missing(let keys): throw .missing(keys)
            case .exhausted: throw .exhausted
            case .notSealed: throw .notSealed
            case .reInitialized: throw .reInitialized
            }
        }
        proposalCache = cache
        return OutboundProposal(
            message: sent.message, reference: entry.reference,
            changes: sent.changes + [.write(.proposals)])
    }

    /// Frames signed handshake content.
    mutating func frame(
        _ message: AuthenticatedContent, _ framing: HandshakeFraming, padding: Int,
        using entropy: inout Entropy
    ) throws(ProtectError) -> OutboundMessage {
        switch framing {
        case .publicMessage:
            let open = PublicMessage(
                protecting: message, membershipKey: current.secrets.membership,
                context: current.context)
            return OutboundMessage(
                message: MLSMessage.publicMessage(open).wireBytes, changes: [])
        case .privateMessage:
            let use: RatchetUse
            do { use = try ratchets(of: ownLeaf, in: epoch) } catch { throw .missing(error.keys) }
            return try seal(message, with: use, padding: padding, using: &entropy)
        }
    }
}

// MARK: - What was proposed

extension Group {
    /// What was proposed in this epoch and can still be committed, ours too, as it came.
    public var proposals: [ReceivedProposal] { proposalCache.entries }

    /// Gives up a proposal: commits that refer to it can no longer be followed.
    public mutating func forgetProposal(_ reference: ProposalRef) -> [GroupChange] {
        guard proposalCache.remove(reference) else { return [] }
        return [proposalCache.entries.isEmpty ? .delete(.proposals) : .write(.proposals)]
    }

    /// Keeps a proposal that its sender did sign.
    mutating func receive(
        _ proposal: Proposal, _ content: VerifiedContent, changes: [GroupChange],
        _ policy: LeafPolicy
    ) throws(ProcessError) -> Processed {
        let checks = ProposalChecks(
            epoch: current.fromOutside, policy: policy, origin: .added)
        do throws(ProposalFault) {
            try checks.check(proposal, from: content.content.sender)
            guard proposal != .selfRemove || content.message.wireFormat == .publicMessage else {
                throw .selfRemoveNotPublic
            }
        } catch {
            throw .proposal(error)
        }
        let entry = ReceivedProposal(content.message, suite, proposal)
        var changes = changes
        do {
            if try proposalCache.insert(entry) { changes.append(.write(.proposals)) }
        } catch {
            throw .proposalsFull
        }
        return Processed(received: .proposal(entry), changes: changes)
    }
}

extension ReceivedProposal {
    /// A proposal by the name of the message that it came in.
    init(
        _ message: AuthenticatedContent, _ suite: CipherSuite, _ proposal: Proposal
    ) {
        self.init(
            reference: message.proposalReference(suite), proposal: proposal,
            sender: message.content.sender, authenticatedData: message.content.authenticatedData)
    }
}
