// Messages that are signed and not encrypted (RFC 9420 section 6.2).

package import SottoCrypto
package import SottoWire

/// A message that everybody on the way can read.
public struct PublicMessage: Hashable, Sendable {
    /// What is said, and its signature.
    package let message: AuthenticatedContent
    /// The proof that a member said it, if the sender is one.
    package let membershipTag: [UInt8]?

    /// The group it is said in.
    public var groupID: GroupID { message.content.groupID }
    /// The epoch it is said in.
    public var epoch: UInt64 { message.content.epoch }
    /// What it holds.
    public var contentType: ContentType { message.content.body.type }

    /// Shows that a message is a member's, if it says that it is one's.
    package init(
        protecting message: AuthenticatedContent, membershipKey: Secret, context: GroupContext
    ) {
        self.message = message
        guard case .member = message.content.sender else {
            membershipTag = nil
            return
        }
        membershipTag = context.suite.mac(
            key: membershipKey, Self.toBeMACed(message, context.encoded))
    }

    /// A message from somebody who is no member.
    ///
    /// - Precondition: The message says so.
    package init(fromOutside message: AuthenticatedContent) {
        self.message = message
        membershipTag = nil
    }

    /// The content, if whoever has `signatureKey` said it, who is no member.
    ///
    /// - Throws: `.invalidSignature`.
    package func verified(
        fromOutside context: GroupContext, signatureKey: [UInt8]
    ) throws(MessageFault) -> VerifiedContent {
        do {
            return try message.verified(
                signatureKey: signatureKey, context: context.encoded, suite: context.suite)
        } catch {
            throw .invalidSignature
        }
    }

    /// The content, if a member said it and was one.
    ///
    /// - Throws: `.unknownSender` for other senders, `.invalidMembershipTag`.
    package func opened(
        membershipKey: Secret, context: GroupContext
    ) throws(MessageFault) -> AuthenticatedContent {
        guard case .member = message.content.sender, let membershipTag else {
            throw .unknownSender
        }
        guard
            context.suite.isValid(
                mac: membershipTag, key: membershipKey,
                Self.toBeMACed(message, context.encoded))
        else { throw .invalidMembershipTag }
        return message
    }

    /// `AuthenticatedContentTBM`.
    private static func toBeMACed(_ message: AuthenticatedContent, _ context: [UInt8]) -> [UInt8] {
        var writer = AuthenticatedContent.toBeSigned(message.content, message.wireFormat, context)
        message.auth.encode(to: &writer)
        return writer.bytes
    }
}

extension PublicMessage: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        let content: FramedContent = try reader.value()
        let auth = try FramedContentAuthData(content.body.type, from: &reader)
        message = AuthenticatedContent(wireFormat: .publicMessage, content: content, auth: auth)
        if case .member = content.sender {
            membershipTag = try reader.opaque()
        } else {
            membershipTag = nil
        }
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(message.content)
        message.auth.encode(to: &writer)
        if let membershipTag { writer.opaque(membershipTag) }
    }
}
