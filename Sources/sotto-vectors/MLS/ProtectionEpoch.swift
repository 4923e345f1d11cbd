// The epoch in which messages are protected and opened, from the secrets of a case.

import SottoCrypto
import SottoMLS
import SottoWire

/// The epoch in which a case's messages are said, by the second of two members.
struct ProtectionEpoch {
    private let context: GroupContext
    private let signer: SignaturePrivateKey
    private let encryptionSecret: Secret
    private let senderDataSecret: Secret
    private let membershipKey: Secret
    private let sender = LeafIndex(1)

    init(_ vector: JSON, _ suite: CipherSuite) throws {
        context = GroupContext(
            suite: suite, groupID: GroupID(try vector.bytes("group_id")),
            epoch: UInt64(try vector.number("epoch")), treeHash: try vector.bytes("tree_hash"),
            confirmedTranscriptHash: try vector.bytes("confirmed_transcript_hash"),
            extensions: [:])
        signer = try vector.signatureKey("signature_priv", suite)
        encryptionSecret = try vector.secret("encryption_secret")
        senderDataSecret = try vector.secret("sender_data_secret")
        membershipKey = try vector.secret("membership_key")
        try expect("signature_pub", signer.publicKey, equals: vector.bytes("signature_pub"))
    }

    func check(publicMessage bytes: [UInt8], holds body: ContentBody) throws {
        guard case .publicMessage(let message) = try MLSMessage(wireBytes: bytes) else {
            throw VectorMismatch(description: "it is no PublicMessage")
        }
        try check(message.opened(membershipKey: membershipKey, context: context), body)
        let again = PublicMessage(
            protecting: signedAgain(message.message), membershipKey: membershipKey,
            context: context)
        try expectSame("the PublicMessage", MLSMessage.publicMessage(again), as: bytes)
    }

    func check(privateMessage bytes: [UInt8], holds body: ContentBody) throws {
        guard case .privateMessage(let message) = try MLSMessage(wireBytes: bytes) else {
            throw VectorMismatch(description: "it is no PrivateMessage")
        }
        let senderData = try message.senderData(senderDataSecret, context.suite)
        var ratchets = try ratchets(of: senderData.leaf)
        let key = try ratchets.take(
            senderData.generation, for: message.contentType, context.suite)
        let opened = try message.opened(from: senderData, key: key, suite: context.suite)
        try check(opened, body)
        let again = try PrivateMessage(
            sealing: signedAgain(opened), from: senderData, key: key,
            senderDataSecret: senderDataSecret,
            padding: Self.ciphertextCount(bytes) - context.suite.sealOverhead,
            suite: context.suite)
        try expectSame("the PrivateMessage", MLSMessage.privateMessage(again), as: bytes)
    }

    /// What was said, said again.
    private func signedAgain(_ message: AuthenticatedContent) -> AuthenticatedContent {
        var again = AuthenticatedContent(
            signing: message.content, wireFormat: message.wireFormat, context: context,
            signer: signer)
        again.auth.confirmationTag = message.auth.confirmationTag
        return again
    }

    /// Throws unless making a message again gives the same bytes. Only one scheme signs alike
    /// twice.
    private func expectSame(_ what: String, _ again: MLSMessage, as bytes: [UInt8]) throws {
        guard context.suite.signatureScheme == .ed25519 else { return }
        try expect("\(what), made again,", again.wireBytes, equals: bytes)
    }

    /// The length of the ciphertext at the end of a PrivateMessage.
    private static func ciphertextCount(_ bytes: [UInt8]) throws -> Int {
        var reader = WireReader(bytes)
        _ = try reader.fixed(4)
        _ = try reader.opaque()
        _ = try reader.fixed(9)
        _ = try reader.opaque()
        _ = try reader.opaque()
        return try reader.varint()
    }

    private func check(_ message: AuthenticatedContent, _ body: ContentBody) throws {
        let verified = try message.verified(
            signatureKey: signer.publicKey, context: context.encoded, suite: context.suite)
        try expect("the content", verified.content.body, equals: body)
    }

    func publicMessage(_ body: ContentBody) -> [UInt8] {
        let message = PublicMessage(
            protecting: signed(body, .publicMessage), membershipKey: membershipKey,
            context: context)
        return MLSMessage.publicMessage(message).wireBytes
    }

    func privateMessage(_ body: ContentBody) throws -> [UInt8] {
        var ratchets = try ratchets(of: sender)
        let (generation, key) = try ratchets.next(for: body.type, context.suite)
        let message = try PrivateMessage(
            sealing: signed(body, .privateMessage),
            from: SenderData(leaf: sender, generation: generation, reuseGuard: [1, 2, 3, 4]),
            key: key, senderDataSecret: senderDataSecret, padding: 64, suite: context.suite)
        return MLSMessage.privateMessage(message).wireBytes
    }

    private func signed(_ body: ContentBody, _ format: WireFormat) -> AuthenticatedContent {
        let content = FramedContent(
            groupID: context.groupID, epoch: context.epoch, sender: .member(sender),
            authenticatedData: [7, 7], body: body)
        var message = AuthenticatedContent(
            signing: content, wireFormat: format, context: context, signer: signer)
        if body.type == .commit { message.auth.confirmationTag = [9, 9] }
        return message
    }

    private func ratchets(of leaf: LeafIndex) throws -> SenderRatchets {
        guard let size = TreeSize(leaves: 2) else {
            throw JSONError(description: "a tree of two does not fit")
        }
        var tree = SecretTree(encryptionSecret: encryptionSecret, size: size)
        guard let ratchets = tree.take(leaf, context.suite) else {
            throw VectorMismatch(description: "the sender is no member")
        }
        return ratchets
    }
}
