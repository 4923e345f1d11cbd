// Sealing and opening private messages (RFC 9420 sections 6.3.1 and 6.3.2).

package import SottoCrypto
import SottoWire

extension PrivateMessage {
    /// Seals signed content.
    ///
    /// - Parameter padding: The plaintext is filled up to a multiple of this many bytes.
    package init(
        sealing message: AuthenticatedContent, from sender: SenderData, key: MessageKey,
        senderDataSecret: Secret, padding: Int, suite: CipherSuite
    ) throws(CryptoError) {
        let content = message.content
        let aad = Self.aad(
            content.groupID, content.epoch, content.body.type, content.authenticatedData)
        let sealed = try suite.seal(
            key: key.key, nonce: key.nonce.guarded(by: sender.reuseGuard), aad: aad.content,
            Self.plaintext(message, padding: padding))
        let keys = SenderDataKeys(senderDataSecret, ciphertext: sealed, suite)
        groupID = content.groupID
        epoch = content.epoch
        contentType = content.body.type
        authenticatedData = content.authenticatedData
        encryptedSenderData = try suite.seal(
            key: keys.key, nonce: keys.nonce, aad: aad.senderData, sender.wireBytes)
        ciphertext = sealed
    }

    /// Whose key opens the message.
    package func senderData(
        _ senderDataSecret: Secret, _ suite: CipherSuite
    ) throws(MessageFault) -> SenderData {
        let keys = SenderDataKeys(senderDataSecret, ciphertext: ciphertext, suite)
        let aad = Self.aad(groupID, epoch, contentType, authenticatedData)
        guard
            let opened = try? suite.open(
                key: keys.key, nonce: keys.nonce, aad: aad.senderData, encryptedSenderData)
        else { throw .notDecryptable }
        do { return try SenderData(wireBytes: opened) } catch { throw .malformed }
    }

    /// The content, whose signature is still to be checked.
    package func opened(
        from sender: SenderData, key: MessageKey, suite: CipherSuite
    ) throws(MessageFault) -> AuthenticatedContent {
        let aad = Self.aad(groupID, epoch, contentType, authenticatedData)
        guard
            let plaintext = try? suite.open(
                key: key.key, nonce: key.nonce.guarded(by: sender.reuseGuard), aad: aad.content,
                ciphertext)
        else { throw .notDecryptable }
        do { return try content(plaintext, from: sender.leaf) } catch { throw .malformed }
    }

    /// `PrivateMessageContent`.
    private static func plaintext(_ message: AuthenticatedContent, padding: Int) -> [UInt8] {
        var writer = WireWriter()
        writer.reserve(message.content.encodedBody.count + padding + 128)
        writer.fixed(message.content.encodedBody)
        message.auth.encode(to: &writer)
        let excess = writer.count % Swift.max(1, padding)
        if excess > 0 { writer.zeros(padding - excess) }
        return writer.bytes
    }

    private func content(
        _ plaintext: [UInt8], from sender: LeafIndex
    ) throws(WireError) -> AuthenticatedContent {
        var reader = WireReader(plaintext)
        let type = contentType
        let (body, encodedBody) = try reader.capturing {
            (reader: inout WireReader) throws(WireError) -> ContentBody in
            try ContentBody(type, from: &reader)
        }
        let auth = try FramedContentAuthData(type, from: &reader)
        guard reader.rest().allSatisfy({ $0 == 0 }) else { throw .malformed }
        let content = FramedContent(
            groupID: groupID, epoch: epoch, sender: .member(sender),
            authenticatedData: authenticatedData, body: body, encodedBody: encodedBody)
        return AuthenticatedContent(wireFormat: .privateMessage, content: content, auth: auth)
    }

    /// `PrivateContentAAD`, and `SenderDataAAD`, which is its beginning.
    private static func aad(
        _ groupID: GroupID, _ epoch: UInt64, _ type: ContentType, _ authenticatedData: [UInt8]
    ) -> (content: [UInt8], senderData: ArraySlice<UInt8>) {
        var writer = WireWriter()
        writer.reserve(groupID.bytes.count + authenticatedData.count + 32)
        writer.value(groupID)
        writer.uint64(epoch)
        writer.value(type)
        let senderDataCount = writer.count
        writer.opaque(authenticatedData)
        let bytes = writer.bytes
        return (bytes, bytes[..<senderDataCount])
    }
}

/// What sender data is sealed with: a key for each message, from a sample of its ciphertext.
package struct SenderDataKeys: Sendable {
    /// The AEAD key.
    package let key: Secret
    /// The AEAD nonce.
    package let nonce: [UInt8]

    /// The keys that go with a ciphertext.
    package init(_ senderDataSecret: Secret, ciphertext: [UInt8], _ suite: CipherSuite) {
        let sample = ciphertext.prefix(suite.hashLength)
        key = suite.expandWithLabel(
            senderDataSecret, label: "key", context: sample, length: suite.keyLength)
        nonce = suite.expandWithLabel(
            senderDataSecret, label: "nonce", context: sample, length: suite.nonceLength
        ).withBytes { Array($0) }
    }
}

extension Secret {
    /// A nonce with the reuse guard in its first bytes.
    fileprivate func guarded(by reuseGuard: [UInt8]) -> [UInt8] {
        var nonce = withBytes { Array($0) }
        for (index, byte) in reuseGuard.enumerated() { nonce[index] ^= byte }
        return nonce
    }
}
