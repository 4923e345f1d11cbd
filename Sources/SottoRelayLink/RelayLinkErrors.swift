// What can go wrong between a client and its relay, sorted by what the caller can do about it.

package import SottoRelayProtocol

/// Why there is no connection.
package enum RelayConnectError: Error, Equatable, Sendable {
    /// The name does not resolve, nobody listens there, or there is no way to it.
    case unreachable
    /// TLS failed: the certificate, the name in it, or the protocol.
    case tlsFailed
    /// What answers there does not speak to us; the status, if it answered in HTTP.
    case notARelay(httpStatus: Int?)
    /// The relay has another key than the pinned one [RELAY-1]. It was sent a hello, nothing else.
    case wrongRelayKey(shown: RelayID)
    /// The hello was replayed or forged: its signature is not over this connection's nonce
    /// [RELAY-4].
    case helloNotProven
    /// There is no protocol version in common [RELAY-2].
    case refusedVersion
    /// The relay answered the hello with this.
    case refused(RelayRefusal)
    /// It took longer than `RelayLinkOptions.connectWithin`.
    case timedOut
    /// The task was cancelled.
    case cancelled
    /// The connection ended before it was one.
    case closed(RelayClosure)

    /// Whether the same attempt may succeed later, with nothing changed on this side.
    package var isWorthRetrying: Bool {
        switch self {
        case .wrongRelayKey, .helloNotProven, .refusedVersion: false
        default: true
        }
    }
}

/// Why a request has no answer.
///
/// After `timedOut`, `cancelled` and `closed` it is unknown whether the relay did what it was
/// asked. Posts and puts may be repeated with the same bytes.
package enum RelayRequestError: Error, Equatable, Sendable {
    /// The relay said no; nothing was done.
    case refused(RelayRefusal)
    /// There was no answer within `RelayLinkOptions.answerWithin`.
    case timedOut
    /// The task was cancelled.
    case cancelled
    /// The relay takes no frame of that size; nothing was sent.
    case tooLarge(bytes: Int, bytesMax: Int)
    /// `RelayLinkLimits.requestsWaitingMax` others wait already; nothing was sent.
    case tooManyWaiting
    /// This connection has its subscription already, or the credit asked for is not 1 to 4,096;
    /// nothing was sent.
    case cannotSubscribe
    /// The connection is over.
    case closed(RelayClosure)
}

/// Why a connection is over.
package enum RelayClosure: Error, Hashable, Sendable {
    /// It was closed from this side.
    case byUs
    /// The relay closed it, with this WebSocket code if it gave one.
    case byRelay(code: UInt16?)
    /// The relay closed it after saying that it is shutting down.
    case drained
    /// A newer subscription of the same mailbox has taken over [MBX-6].
    case superseded
    /// The network dropped it.
    case lost
    /// The relay no longer answers.
    case silent
    /// Every request id has been used.
    case usedUp
    /// The relay did what the protocol does not allow.
    case relayMisbehaved(RelayMisbehaviour)
}

/// What a relay must not do.
package enum RelayMisbehaviour: Hashable, Sendable {
    /// A frame does not decode.
    case undecodable
    /// A frame is over the limit.
    case oversized
    /// A text frame, or something else that WebSocket has and Sotto does not.
    case notBinary
    /// A frame that has no place now: a second hello, or anything but a hello first.
    case unexpectedFrame
    /// An answer to a request that was never made, or was answered before.
    case unknownAnswer
    /// An answer of another type than its request.
    case wrongAnswer
    /// A delivery before a subscription, or beyond its credit.
    case deliveryWithoutCredit
    /// A delivery whose number is not above the last.
    case deliveryOutOfOrder
    /// Credit was refused to a subscription that the relay had granted.
    case creditRefused
    /// A hello whose limits allow no request.
    case unusableLimits
}
