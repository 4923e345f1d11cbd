// Saying something to the group (RFC 9420 sections 6.3 and 15).

public import SottoCrypto
import SottoWire

/// A message to be sent, and what to store before it leaves.
public struct OutboundMessage: Sendable {
    /// An MLSMessage.
    public let message: [UInt8]
    /// What sending it changed: the sender's own ratchet.
    public let changes: [GroupChange]
}

/// Why nothing was said.
public enum ProtectError: Error, Hashable, Sendable {
    /// Records to load first.
    case missing([GroupRecordKey])
    /// All keys of the epoch are used: a commit begins new ones.
    case exhausted
    /// The suite refused to seal, which its own keys give it no reason to.
    case notSealed
    /// The group is over: another was to follow it.
    case reInitialized
}

extension Group {
    /// Seals application data for the members of the current epoch.
    ///
    /// - Parameters:
    ///   - authenticatedData: What everybody on the way can read and nobody can change.
    ///   - padding: The plaintext is filled up to a multiple of this many bytes, from 1 to
    ///     `MLSLimits.paddingMax`.
    /// - Throws: No key was spent then.
    public mutating func protect(
        _ data: [UInt8], authenticatedData: [UInt8] = [], padding: Int = 1,
        using entropy: inout Entropy
    ) throws(ProtectError) -> OutboundMessage {
        guard reInit == nil else { throw .reInitialized }
        let use: RatchetUse
        do { use = try ratchets(of: ownLeaf, in: epoch) } catch { throw .missing(error.keys) }
        let message = sign(
            .application(data), authenticatedData: authenticatedData, format: .privateMessage)
        return try seal(message, with: use, padding: padding, using: &entropy)
    }

    /// Signs content of ours for the current epoch.
    func sign(
        _ body: ContentBody, authenticatedData: [UInt8], format: WireFormat
    ) -> AuthenticatedContent {
        let content = FramedContent(
            groupID: id, epoch: epoch, sender: .member(ownLeaf),
            authenticatedData: authenticatedData, body: body)
        return AuthenticatedContent(
            signing: content, wireFormat: format, context: current.context, signer: signer)
    }

    /// Seals signed content with our next key, and gives up the key.
    mutating func seal(
        _ message: AuthenticatedContent, with use: RatchetUse, padding: Int,
        using entropy: inout Entropy
    ) throws(ProtectError) -> OutboundMessage {
        var use = use
        guard let (generation, key) = try? use.ratchets.next(for: message.content.body.type, suite)
        else { throw .exhausted }
        let sender = SenderData(
            leaf: ownLeaf, generation: generation, reuseGuard: entropy.bytes(4))
        guard
            let sealed = try? PrivateMessage(
                sealing: message, from: sender, key: key,
                senderDataSecret: current.secrets.senderData,
                padding: min(max(padding, 1), MLSLimits.paddingMax), suite: suite)
        else { throw .notSealed }
        let encoded = MLSMessage.privateMessage(sealed).wireBytes
        return OutboundMessage(message: encoded, changes: store(use))
    }
}
