// The bounds of what a group keeps, reads and computes, whoever asks for it.

/// Limits of this implementation where RFC 9420 leaves them to it.
public enum MLSLimits {
    /// How many steps one message may move a sender's ratchet forward (RFC 9420 section 15.3).
    public static let forwardDistanceMax: UInt32 = 1_024
    /// How many unused application keys are kept of one sender in one epoch.
    public static let skippedApplicationKeysMax = 256
    /// How many unused handshake keys are kept of one sender in one epoch.
    public static let skippedHandshakeKeysMax = 16
    /// How many epochs before the current one stay readable.
    public static let pastEpochsMax = 3
    /// How long an epoch stays readable after it ended, in seconds.
    public static let pastEpochSecondsMax: UInt64 = 7 * 86_400
    /// How many proposals of an epoch are kept until they are committed.
    public static let cachedProposalsMax = 1_024
    /// How many bytes the proposals of an epoch may take that are kept.
    public static let cachedProposalBytesMax = 4 << 20
    /// How many of them may be of senders outside, so that these leave room for members'.
    public static let outsideProposalsMax = 128
    /// How many bytes the proposals of senders outside may take that are kept.
    public static let outsideProposalBytesMax = 1 << 20
    /// The largest multiple that a message is padded to, in bytes.
    public static let paddingMax = 65_536
    /// How many leaves a ratchet tree may have, blank ones included.
    public static let leavesMax: UInt32 = 1 << 16
    /// How many bytes a leaf may have.
    public static let leafBytesMax = 1 << 16
    /// How many bytes a ratchet tree may come to, were all its nodes set. It has to be less than
    /// what is read of one vector.
    public static let treeBytesMax = 60 << 20
    /// The latest epoch that a group may be joined in, so that epochs never run out.
    public static let joinedEpochMax: UInt64 = 1 << 62
    /// How many bytes a group id may have.
    public static let groupIDBytesMax = 1_024
    /// How many proposals one commit may hold.
    public static let proposalsMax = 1 << 16
    /// How many pre-shared keys one commit may mix in: they are counted in 16 bits (RFC 9420
    /// section 8.4).
    public static let preSharedKeysMax = Int(UInt16.max)
    /// How many bytes the exporter gives at once: what HKDF can expand to (RFC 5869).
    public static let exportBytesMax = 255 * 32
    /// On how many threads signatures may be checked at once.
    public static let threadsMax = 64
}
