// Somebody who is no member and signs and seals whatever it likes.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoMLS

/// Somebody outside a group of three; one of the members is lied to.
struct Outsider {
    var client: TestClient
    var members: [TestMember]
    /// Whom the lies are told; the last member sends honest messages.
    static let victim = 1

    init(_ change: (inout TestClient) -> Void = { _ in }) throws {
        members = try makeGroup(["alice", "victim", "carol"], change)
        client = try TestClient("outsider")
        change(&client)
    }

    var epoch: PublicEpoch { members[0].group.current.fromOutside }
    var suite: CipherSuite { client.suite }

    /// What an external commit says, honest unless changed.
    struct Lie {
        /// What it holds beside the key exchange, or refers to.
        var proposals: [ProposalOrRef] = []
        var exchanges: [[UInt8]]
        /// What the tree is made of that the path is for.
        var removes: [LeafIndex] = []
        var leaf: LeafConfiguration
        /// Who signs the commit, if not who signed the leaf.
        var signer: SignaturePrivateKey?
        /// Where the leaf says it is, if not where it is.
        var place: LeafIndex?
        var source: LeafNodeSource?
        var encryptionKey: [UInt8]?
        var hasPath = true
        var context: [UInt8]?
        var epoch: UInt64
        /// The confirmation tag, if not the right one.
        var confirmationTag: [UInt8]?
    }

    /// An external commit that is signed as it is.
    mutating func commit(_ change: (inout Lie) throws -> Void = { _ in }) throws -> [UInt8] {
        let keys = try suite.externalKeyPair(members[0].group.current.secrets.external)
        let exchange = try suite.externalInit(to: keys.publicKey, using: &client.entropy)
        var lie = Lie(
            exchanges: [exchange.kemOutput], leaf: client.leaf, epoch: epoch.context.epoch)
        try change(&lie)
        var tree = epoch.tree
        for leaf in lie.removes { tree.remove(leaf) }
        let free = tree.freePlace()
        let place = try #require(free)
        let draft = try PathDraft(
            sender: place, configuration: lie.leaf, in: &tree, group: epoch.context.groupID,
            suite: suite, signer: client.signer, using: &client.entropy)
        let transition = EpochTransition(
            from: epoch, tree: tree, extensions: epoch.context.extensions)
        let honest = try draft.sealed(
            in: tree, context: lie.context ?? transition.provisionalContext.encoded,
            excluding: [], suite: suite, using: &client.entropy)
        let leaf = LeafNode.signed(
            encryptionKey: lie.encryptionKey ?? honest.leafNode.encryptionKey,
            configuration: lie.leaf, source: lie.source ?? honest.leafNode.source,
            place: LeafPlace(group: epoch.context.groupID, index: lie.place ?? place),
            suite: suite, signer: client.signer)
        let path = UpdatePath(leafNode: leaf, nodes: honest.nodes)
        let proposals =
            lie.exchanges.map { .proposal(.externalInit(kemOutput: $0)) } + lie.proposals
        var message = sign(
            .commit(Commit(proposals: proposals, path: lie.hasPath ? path : nil)),
            as: .newMemberCommit, epoch: lie.epoch, by: lie.signer)
        let next = transition.next(
            after: message, commitSecret: draft.commitSecret, initSecret: exchange.initSecret,
            pskSecret: nil, privatePath: PrivatePath(leaf: place, keys: [:]))
        message.auth.confirmationTag = lie.confirmationTag ?? next.confirmationTag
        return encoded(message)
    }

    /// A proposal that is signed as it is.
    func proposal(
        _ proposal: Proposal, as sender: Sender, epoch: UInt64? = nil,
        by signer: SignaturePrivateKey? = nil
    ) -> [UInt8] {
        encoded(sign(.proposal(proposal), as: sender, epoch: epoch, by: signer))
    }

    /// Anything that is signed as it is.
    func sign(
        _ body: ContentBody, as sender: Sender, epoch: UInt64? = nil,
        by signer: SignaturePrivateKey? = nil
    ) -> AuthenticatedContent {
        let context = self.epoch.context
        let content = FramedContent(
            groupID: context.groupID, epoch: epoch ?? context.epoch, sender: sender,
            authenticatedData: [], body: body)
        return AuthenticatedContent(
            signing: content, wireFormat: .publicMessage, context: context,
            signer: signer ?? client.signer)
    }

    func encoded(_ message: AuthenticatedContent) -> [UInt8] {
        MLSMessage.publicMessage(PublicMessage(fromOutside: message)).encoded
    }

    /// Shows the victim a message and checks that it refuses it, and that nothing of it stays.
    mutating func isRefused(
        _ message: [UInt8], _ error: ProcessError, at location: SourceLocation = #_sourceLocation
    ) throws {
        let before = members[Self.victim].records
        #expect(throws: error, sourceLocation: location) {
            try members[Self.victim].hears(message)
        }
        #expect(members[Self.victim].records == before, sourceLocation: location)
    }

    /// Shows the victim a message that it takes.
    @discardableResult
    mutating func isHeard(_ message: [UInt8]) throws -> Received {
        try members[Self.victim].hears(message)
    }
}
