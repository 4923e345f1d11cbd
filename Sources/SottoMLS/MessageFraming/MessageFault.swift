// What can be wrong with a message before what it says is looked at.

/// Why a message is not believed.
public enum MessageFault: Error, Hashable, Sendable {
    /// What was sealed is not of the form it should have, or its padding is not zero.
    case malformed
    /// The message does not open: it was changed, or is not of this group and epoch.
    case notDecryptable
    /// The message says it is from a leaf that is no member, or from somebody outside whom the
    /// group does not know.
    case unknownSender
    /// Such a sender may not say such a thing: of those outside, whom the group lets propose only
    /// proposes, who wants to be added only proposes that, who adds itself only commits a path.
    case notForSender
    /// The message is not from a member of the epoch.
    case invalidMembershipTag
    /// The message is not from the member it names.
    case invalidSignature
    /// Application data came unencrypted.
    case notEncrypted
}
