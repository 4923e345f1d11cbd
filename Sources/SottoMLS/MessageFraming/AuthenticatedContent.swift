// Content with the proof of who said it (RFC 9420 section 6.1).

package import SottoCrypto
package import SottoWire

/// The sender's signature, and for a commit the proof that the sender reached the next epoch.
package struct FramedContentAuthData: Hashable, Sendable {
    /// Over the content, the wire format and the epoch's context.
    package let signature: [UInt8]
    /// Of a commit, and of nothing else.
    package var confirmationTag: [UInt8]?

    init(signature: [UInt8], confirmationTag: [UInt8]? = nil) {
        self.signature = signature
        self.confirmationTag = confirmationTag
    }

    init(_ type: ContentType, from reader: inout WireReader) throws(WireError) {
        signature = try reader.opaque()
        confirmationTag = type == .commit ? try reader.opaque() : nil
    }

    func encode(to writer: inout WireWriter) {
        writer.opaque(signature)
        if let confirmationTag { writer.opaque(confirmationTag) }
    }
}

/// Content as its sender signed it. Whether the signature is right is not known yet.
package struct AuthenticatedContent: Hashable, Sendable {
    /// How it travels, which the signature covers.
    package let wireFormat: WireFormat
    /// What is said.
    package let content: FramedContent
    /// The proof.
    package var auth: FramedContentAuthData

    init(wireFormat: WireFormat, content: FramedContent, auth: FramedContentAuthData) {
        self.wireFormat = wireFormat
        self.content = content
        self.auth = auth
    }

    /// Signs content. The confirmation tag of a commit is added later.
    package init(
        signing content: FramedContent, wireFormat: WireFormat, context: GroupContext,
        signer: SignaturePrivateKey
    ) {
        self.init(
            signing: content, wireFormat: wireFormat, encodedContext: context.encoded,
            suite: context.suite, signer: signer)
    }

    /// Signs content under an encoded context, which does not matter for senders outside.
    init(
        signing content: FramedContent, wireFormat: WireFormat, encodedContext: [UInt8],
        suite: CipherSuite, signer: SignaturePrivateKey
    ) {
        let signature = suite.signWithLabel(
            signer, label: signatureLabel,
            content: Self.toBeSigned(content, wireFormat, encodedContext).bytes)
        self.init(
            wireFormat: wireFormat, content: content,
            auth: FramedContentAuthData(signature: signature))
    }

    /// Checks the signature.
    ///
    /// - Parameter context: The encoded GroupContext of the epoch in which it was said.
    /// - Throws: `.invalidSignature`.
    package func verified(
        signatureKey: [UInt8], context: [UInt8], suite: CipherSuite
    ) throws(CryptoError) -> VerifiedContent {
        try suite.verifyWithLabel(
            signatureKey, label: signatureLabel,
            content: Self.toBeSigned(content, wireFormat, context).bytes,
            signature: auth.signature)
        return VerifiedContent(self)
    }

    /// What a commit names this proposal by (section 5.2).
    package func proposalReference(_ suite: CipherSuite) -> ProposalRef {
        ProposalRef(suite.refHash(label: "MLS 1.0 Proposal Reference", wireBytes))
    }

    /// `FramedContentTBS`.
    static func toBeSigned(
        _ content: FramedContent, _ wireFormat: WireFormat, _ context: [UInt8]
    ) -> WireWriter {
        var writer = WireWriter()
        writer.reserve(content.encoded.count + context.count + 4)
        writer.value(ProtocolVersion.mls10)
        writer.value(wireFormat)
        writer.fixed(content.encoded)
        switch content.sender {
        case .member, .newMemberCommit: writer.fixed(context)
        case .external, .newMemberProposal: break
        }
        return writer
    }
}

private let signatureLabel = "FramedContentTBS"

extension AuthenticatedContent: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        wireFormat = try reader.value()
        content = try reader.value()
        auth = try FramedContentAuthData(content.body.type, from: &reader)
    }

    package func encode(to writer: inout WireWriter) {
        writer.value(wireFormat)
        writer.value(content)
        auth.encode(to: &writer)
    }
}

/// Content that its sender did sign: only the check makes one.
package struct VerifiedContent: Sendable {
    /// What was signed.
    package let message: AuthenticatedContent

    /// What is said.
    package var content: FramedContent { message.content }

    fileprivate init(_ message: AuthenticatedContent) { self.message = message }
}
