// A group of three that is the same in every run: a liar, its victim and a bystander.

import SottoCrypto
import SottoWire

@testable import SottoMLS

/// The group, with proposals waiting in it, so that commits have something to refer to.
struct Stage {
    static let policy = LeafPolicy(
        now: UnixTime(seconds: 1_000), tolerance: 0, lifetimeMax: .max
    ) { _, _ in .accepted }
    private static let suite = CipherSuite.x25519AES128

    private(set) var liar: Group
    private(set) var victim: Group
    /// A client that is in no group, to be added.
    let outsider: KeyPackage
    /// What the victim has heard: a proposal of each kind that a member can send.
    private(set) var waiting: [ProposalRef] = []

    init() throws {
        var entropy = Entropy(seed: .zero(32))
        let signers = try (0..<4).map { _ in try SignaturePrivateKey.random(using: &entropy) }
        let packages = try signers.enumerated().map { index, signer in
            try OwnKeyPackage.make(
                suite: Self.suite, signer: signer, leaf: Self.leaf(index), lifetime: Self.always,
                using: &entropy)
        }
        var liar = try Group.create(
            id: GroupID([1]), suite: Self.suite, leaf: Self.leaf(0), lifetime: Self.always,
            extensions: [:], signer: signers[0], using: &entropy)
        let welcome = try liar.commit(
            [.add(packages[1].keyPackage), .add(packages[2].keyPackage)], policy: Self.policy,
            using: &entropy
        ).welcome
        _ = try liar.mergePendingCommit(now: Self.policy.time)
        guard case .welcome(let welcome) = try MLSMessage(encoded: welcome ?? []) else {
            throw JoinError.welcome(.malformed)
        }
        victim = try Group.join(
            welcome, with: packages[1], signer: signers[1], policy: Self.policy)
        outsider = packages[3].keyPackage
        self.liar = liar
        try propose(using: &entropy)
    }

    private mutating func propose(using entropy: inout Entropy) throws {
        let key = liar.preSharedKeyID(
            .resumption(usage: .application, group: liar.id, epoch: liar.epoch), using: &entropy)
        let wishes: [Proposal] = [
            .add(outsider), .remove(LeafIndex(2)), .preSharedKey(key),
            .groupContextExtensions([:]),
        ]
        var messages = try wishes.map { wish in
            try liar.propose(wish, policy: Self.policy, using: &entropy)
        }
        messages.append(try liar.proposeUpdate(policy: Self.policy, using: &entropy))
        waiting = messages.map(\.reference)
        for message in messages {
            _ = try victim.process(MLSMessage(encoded: message.message), policy: Self.policy)
        }
    }

    private static let always = Lifetime(
        notBefore: UnixTime(seconds: 0), notAfter: UnixTime(seconds: .max))

    private static func leaf(_ index: Int) -> LeafConfiguration {
        LeafConfiguration(
            credential: .basic(identity: [UInt8(index)]),
            capabilities: Capabilities(cipherSuites: [suite], extensions: []), extensions: [:])
    }
}

// MARK: - What the liar says

extension Stage {
    /// The liar's signature and membership tag under whatever it says.
    func publicMessage(_ body: ContentBody, from sender: Sender? = nil) -> [UInt8] {
        let content = FramedContent(
            groupID: liar.id, epoch: liar.epoch, sender: sender ?? .member(liar.ownLeaf),
            authenticatedData: [], body: body)
        var message = AuthenticatedContent(
            signing: content, wireFormat: .publicMessage, context: liar.context,
            signer: liar.signer)
        if body.type == .commit {
            message.auth.confirmationTag = [UInt8](repeating: 0, count: Self.suite.hashLength)
        }
        return MLSMessage.publicMessage(
            PublicMessage(
                protecting: message, membershipKey: liar.current.secrets.membership,
                context: liar.context)
        ).encoded
    }

    /// Honest bodies to begin with: the kind of body, then its bytes.
    func seeds() throws -> [[UInt8]] {
        let update = waiting.last.map { [ProposalOrRef.reference($0)] } ?? []
        let commits = [
            Commit(proposals: [], path: nil), Commit(proposals: update, path: nil),
            Commit(proposals: waiting.map { .reference($0) }, path: nil),
            Commit(proposals: [.proposal(.add(outsider))], path: nil),
            try honestCommit(),
        ]
        return liar.proposals.map { [1] + $0.proposal.wireBytes }
            + commits.map { [2] + $0.wireBytes }
    }

    /// A commit with a path, as it was signed.
    private func honestCommit() throws -> Commit {
        var group = liar
        var options = CommitOptions()
        options.framing = .publicMessage
        var entropy = Entropy(seed: .zero(32))
        let message = try group.commit(
            including: .none, options: options, policy: Self.policy, using: &entropy)
        guard case .publicMessage(let open) = try MLSMessage(encoded: message.message),
            case .commit(let commit) = open.message.content.body
        else { throw JoinError.welcome(.malformed) }
        return commit
    }
}
