// A member that keeps to no rule: it signs, seals and hashes whatever it likes.

import SottoCrypto
import SottoMLS
import SottoWire

/// Somebody who has an epoch's secrets, and computes with them by hand.
struct Insider {
    let client: VectorClient
    let leaf: LeafIndex
    var context: GroupContext
    var tree: RatchetTree
    let secrets: EpochSecrets
    let interimTranscriptHash: [UInt8]
    var suite: CipherSuite { context.suite }

    /// What a Welcome tells a newcomer, every member knows.
    init(_ member: VectorMember, told welcome: OpenedWelcome) throws {
        client = member.client
        leaf = member.group.ownLeaf
        context = welcome.info.context
        tree = try RatchetTree(wireBytes: member.group.ratchetTree)
        secrets = welcome.schedule.epochSecrets(context)
        interimTranscriptHash = TranscriptHash.interim(
            welcome.info.confirmationTag, after: context.confirmedTranscriptHash, context.suite)
    }

    /// Somebody who knows all that and is no member: it would join at the first free place.
    func outsider(_ client: VectorClient) throws -> Insider {
        let places = (0..<tree.size.leaves).map { LeafIndex($0) }
        guard let free = places.first(where: { tree.leaf(at: $0) == nil }) else {
            throw JSONError(description: "the tree is full")
        }
        return Insider(
            client: client, leaf: free, context: context, tree: tree, secrets: secrets,
            interimTranscriptHash: interimTranscriptHash)
    }

    private init(
        client: VectorClient, leaf: LeafIndex, context: GroupContext, tree: RatchetTree,
        secrets: EpochSecrets, interimTranscriptHash: [UInt8]
    ) {
        self.client = client
        self.leaf = leaf
        self.context = context
        self.tree = tree
        self.secrets = secrets
        self.interimTranscriptHash = interimTranscriptHash
    }

    // MARK: - Leaves

    /// What a leaf of the insider's says.
    struct Leaf {
        var encryptionKey: [UInt8]
        var configuration: LeafConfiguration
        var source: LeafNodeSource
        var place: LeafPlace
        var signer: SignaturePrivateKey
        /// Whether the signature is not the signer's.
        var isForged = false
    }

    /// A leaf that is signed as it is.
    func leaf(
        encryptionKey: [UInt8], _ source: LeafNodeSource, _ change: (inout Leaf) -> Void
    ) throws -> LeafNode {
        var leaf = Leaf(
            encryptionKey: encryptionKey, configuration: client.leaf, source: source,
            place: LeafPlace(group: context.groupID, index: self.leaf), signer: client.signer)
        change(&leaf)
        let signed = LeafNode.signed(
            encryptionKey: leaf.encryptionKey, configuration: leaf.configuration,
            source: leaf.source, place: leaf.place, suite: suite, signer: leaf.signer)
        guard leaf.isForged else { return signed }
        return try LeafNode(wireBytes: signed.encodedBytes.flipping(byteFromEnd: 40))
    }

    // MARK: - Messages

    /// How content is said.
    struct Saying {
        var format = WireFormat.publicMessage
        var sender: Sender
        var group: GroupID
        var epoch: UInt64
        var authenticatedData: [UInt8] = []
        /// The epoch that the signature is bound to.
        var signedContext: GroupContext
        var signer: SignaturePrivateKey
        var membershipKey: Secret
        /// Of a PrivateMessage.
        var generation: UInt32 = 0
        /// The generation that the message names, if not its key's.
        var claimedGeneration: UInt32?
        /// The leaf that a PrivateMessage names, if not the sender's.
        var claimedLeaf: LeafIndex?
        /// What stands behind the signature of application data.
        var padding: [UInt8] = []
    }

    /// Content, signed.
    func signed(
        _ body: ContentBody, _ saying: Saying
    ) -> AuthenticatedContent {
        let content = FramedContent(
            groupID: saying.group, epoch: saying.epoch, sender: saying.sender,
            authenticatedData: saying.authenticatedData, body: body)
        return AuthenticatedContent(
            signing: content, wireFormat: saying.format, context: saying.signedContext,
            signer: saying.signer)
    }

    /// Honest words, unless they are changed.
    func saying(_ change: (inout Saying) -> Void = { _ in }) -> Saying {
        var saying = Saying(
            sender: .member(leaf), group: context.groupID, epoch: context.epoch,
            signedContext: context, signer: client.signer, membershipKey: secrets.membership)
        change(&saying)
        return saying
    }

    /// An MLSMessage of signed content.
    func framed(_ message: AuthenticatedContent, _ saying: Saying) throws -> [UInt8] {
        guard saying.format == .privateMessage else {
            let open = PublicMessage(
                protecting: message, membershipKey: saying.membershipKey, context: context)
            return MLSMessage.publicMessage(open).encoded
        }
        var secretTree = SecretTree(encryptionSecret: secrets.encryption, size: tree.size)
        guard case .member(let sender) = saying.sender,
            var ratchets = secretTree.take(sender, suite)
        else { throw JSONError(description: "nobody seals from there") }
        var message = message
        // A confirmation tag stands where padding begins.
        if !saying.padding.isEmpty { message.auth.confirmationTag = saying.padding }
        let key = try ratchets.take(saying.generation, for: message.content.body.type, suite)
        let sealed = try PrivateMessage(
            sealing: message,
            from: SenderData(
                leaf: saying.claimedLeaf ?? sender,
                generation: saying.claimedGeneration ?? saying.generation,
                reuseGuard: [1, 2, 3, 4]),
            key: key, senderDataSecret: secrets.senderData, padding: 1, suite: suite)
        return MLSMessage.privateMessage(sealed).encoded
    }

    /// Content as an MLSMessage.
    func message(
        _ body: ContentBody, _ change: (inout Saying) -> Void = { _ in }
    ) throws -> [UInt8] {
        let saying = saying(change)
        return try framed(signed(body, saying), saying)
    }
}

/// A Welcome, opened by hand.
struct OpenedWelcome {
    let secrets: GroupSecrets
    let schedule: KeySchedule
    let info: GroupInfo

    init(_ welcome: [UInt8], _ invitee: VectorInvitee) throws {
        guard case .welcome(let welcome) = try MLSMessage(encoded: welcome) else {
            throw JSONError(description: "it is no Welcome")
        }
        secrets = try welcome.groupSecrets(
            for: invitee.keyPackage.keyPackage.reference, with: invitee.keyPackage.initKey)
        schedule = KeySchedule(joinerSecret: secrets.joinerSecret, suite: welcome.suite)
        info = try welcome.groupInfo(schedule)
    }
}
