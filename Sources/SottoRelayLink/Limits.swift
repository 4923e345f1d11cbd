// The bounds of the client's end of a connection, beyond those of the protocol.

/// Limits of the client's end of a connection.
package enum RelayLinkLimits {
    /// The requests of one connection that may wait for a place among the unanswered ones.
    package static let requestsWaitingMax = 1_024
    /// The unanswered requests that are made use of, whatever more a relay allows.
    package static let requestsInFlightMax = 256
    /// The bytes that a relay has to take in one frame; every small request fits.
    package static let frameBytesLeast = 1_024
    /// The deliveries that wait to be taken, unless the subscriber asks for another number.
    package static let creditDefault = 64
    /// The notices that wait to be taken; the oldest leave first.
    package static let noticesMax = 4
    /// The ephemeral deliveries that wait to be taken; the oldest leave first.
    package static let ephemeralsMax = 64
    /// The WebSocket fragments that one frame may come in.
    package static let fragmentsMax = 64
    /// The tries at a registration's work between two looks at whether it is still wanted.
    package static let workPortion: UInt64 = 4_096
    /// The doublings after which a wait before the next attempt no longer grows.
    package static let backoffDoublingsMax = 32
    /// The bytes of a blob that are sent in one request, after which the relay has them on disk.
    package static let blobStretchBytes: UInt64 = 64 << 20
    /// How long nothing may move before a transfer counts as lost. A relay that has all of a large
    /// blob reads it once more before it answers.
    package static let blobSilenceMax = Duration.seconds(120)
    /// The bytes of a blob that are in memory at once.
    package static let blobPieceBytes = 128 << 10
}
