// A member that signs and seals whatever it likes.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoMLS

/// The first of three members; the second is lied to.
struct Liar {
    var member: TestMember
    private(set) var victim: TestMember
    var bystander: TestMember

    init(_ change: (inout TestClient) -> Void = { _ in }) throws {
        let members = try makeGroup(["liar", "victim", "bystander"], change)
        member = members[0]
        victim = members[1]
        bystander = members[2]
    }

    /// Lets the bystander propose something to all.
    mutating func propose(
        _ body: (inout TestMember) throws -> OutboundProposal
    ) throws -> ProposalOrRef {
        let proposal = try body(&bystander)
        try victim.hears(proposal.message)
        try member.hears(proposal.message)
        return .reference(proposal.reference)
    }

    /// Checks that the victim refuses a proposal of the liar's, by itself and in a commit.
    mutating func isRefused(
        _ proposal: Proposal, _ fault: ProposalFault,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let alone = publicMessage(.proposal(proposal), from: .member(LeafIndex(0)))
        try isRefused(alone, .proposal(fault), at: location)
        guard proposal.type != .update else { return }
        let commit = try commit(proposals: [.proposal(proposal)], path: path())
        try isRefused(commit, .commit(.proposals(fault)), at: location)
    }

    /// Shows the victim a message and checks that it refuses it, and that nothing of it stays.
    mutating func isRefused(
        _ message: [UInt8], _ error: ProcessError, at location: SourceLocation = #_sourceLocation
    ) throws {
        let before = victim.records
        #expect(throws: error, sourceLocation: location) { try victim.hears(message) }
        #expect(victim.records == before, sourceLocation: location)
    }

    /// Tells the victim something, whatever it makes of it.
    mutating func tellVictim(_ message: [UInt8]) throws { try victim.hears(message) }

    // MARK: - Paths

    /// A path that nobody has seen yet: honest, unless it is sealed under another context or with
    /// another secret.
    mutating func path(context: [UInt8]? = nil, secret: Secret? = nil) throws -> UpdatePath {
        let group = member.group
        var tree = group.current.tree
        let draft = try PathDraft(
            sender: group.ownLeaf, configuration: member.client.leaf, in: &tree,
            group: group.id, suite: group.suite, signer: group.signer,
            using: &member.client.entropy)
        let transition = EpochTransition(
            from: group.current.fromOutside, tree: tree, extensions: group.extensions)
        let context = context ?? transition.provisionalContext.encoded
        let path = try draft.sealed(
            in: transition.tree, context: context, excluding: [], suite: group.suite,
            using: &member.client.entropy)
        guard let secret else { return path }
        let steps = transition.tree.filteredDirectPath(of: group.ownLeaf)
        let nodes = try zip(steps, path.nodes).map { step, node in
            let sealed = try transition.tree.resolution(of: step.copath).map { recipient in
                try group.suite.encryptWithLabel(
                    publicKey: transition.tree[recipient].encryptionKey ?? [],
                    label: pathLabel, context: context, plaintext: secret,
                    using: &member.client.entropy)
            }
            return UpdatePathNode(
                encryptionKey: node.encryptionKey, encryptedPathSecret: sealed)
        }
        return UpdatePath(leafNode: path.leafNode, nodes: nodes)
    }

    /// What a leaf of the liar's says.
    struct Leaf {
        var encryptionKey: [UInt8]
        var configuration: LeafConfiguration
        var source: LeafNodeSource
        var place: LeafIndex
        var signer: SignaturePrivateKey
    }

    /// A leaf that is signed as it is.
    mutating func leaf(_ change: (inout Leaf) -> Void) throws -> LeafNode {
        let group = member.group
        let keys = try group.suite.makeHPKEKeyPair(using: &member.client.entropy)
        var leaf = Leaf(
            encryptionKey: keys.publicKey, configuration: member.client.leaf,
            source: .commit(parentHash: []), place: group.ownLeaf, signer: group.signer)
        change(&leaf)
        return LeafNode.signed(
            encryptionKey: leaf.encryptionKey, configuration: leaf.configuration,
            source: leaf.source, place: LeafPlace(group: group.id, index: leaf.place),
            suite: group.suite, signer: leaf.signer)
    }

    // MARK: - Messages

    func commit(proposals: [ProposalOrRef] = [], path: UpdatePath? = nil) throws -> [UInt8] {
        publicMessage(
            .commit(Commit(proposals: proposals, path: path)), from: .member(LeafIndex(0)))
    }

    func publicMessage(_ body: ContentBody, from sender: Sender) -> [UInt8] {
        let group = member.group
        let content = FramedContent(
            groupID: group.id, epoch: group.epoch, sender: sender, authenticatedData: [],
            body: body)
        var message = AuthenticatedContent(
            signing: content, wireFormat: .publicMessage, context: group.context,
            signer: group.signer)
        if body.type == .commit { message.auth.confirmationTag = [1, 2, 3] }
        return MLSMessage.publicMessage(
            PublicMessage(
                protecting: message, membershipKey: group.current.secrets.membership,
                context: group.context)
        ).encoded
    }

    /// Application data with this padding behind it, sealed with a key that the liar has.
    mutating func privateMessage(
        padding: [UInt8], from leaf: LeafIndex = LeafIndex(0), generation: UInt32 = 0
    ) throws -> [UInt8] {
        let group = member.group
        let message = group.sign(
            .application([1, 2]), authenticatedData: [], format: .privateMessage)
        var use = try group.ratchets(of: leaf, in: group.epoch)
        let key = try use.ratchets.take(0, for: .application, group.suite)
        let sealed = try PrivateMessage(
            sealing: message.followed(by: padding),
            from: SenderData(leaf: leaf, generation: generation, reuseGuard: [0, 0, 0, 0]),
            key: key, senderDataSecret: group.current.secrets.senderData, padding: 1,
            suite: group.suite)
        return MLSMessage.privateMessage(sealed).encoded
    }
}

extension TestClient {
    /// A key package that is signed as it is.
    func keyPackage(initKey: [UInt8], leafKey: [UInt8]) throws -> KeyPackage {
        let leafNode = LeafNode.signed(
            encryptionKey: leafKey, configuration: leaf, source: .keyPackage(lifetime),
            place: nil, suite: suite, signer: signer)
        return KeyPackage(
            suite: suite, initKey: initKey, leafNode: leafNode, extensions: [:], signer: signer)
    }
}

extension AuthenticatedContent {
    /// The message with bytes that belong to nothing after its signature: they are put where a
    /// confirmation tag of a commit would be.
    fileprivate func followed(by padding: [UInt8]) -> AuthenticatedContent {
        guard !padding.isEmpty else { return self }
        var message = self
        message.auth.confirmationTag = padding
        return message
    }
}
