// Errors of the layers below in an application's words.

import SottoClientCore
import SottoClientStore
import SottoIdentity
import SottoRelayLink
import SottoRelayProtocol
import SottoWire

extension ClientError {
    /// What an error of the store means.
    init(_ error: StoreError) {
        switch error {
        case .noHome: self = .notFound(.home)
        case .homeExists: self = .refused(.homeExists)
        case .newer: self = .refused(.homeOfNewerVersion)
        case .doesNotOpen: self = .notTrusted(.homeDoesNotOpen)
        case .diskFull: self = .limited(.diskFull, retryAfter: nil)
        case .busy: self = .internalFault("another process held the home for too long")
        case .inputOutput(let code):
            self = .internalFault("the file system failed with code \(code)")
        }
    }

    /// What a refusal of the engine means.
    init(_ refusal: IntentRefusal, name: String? = nil) {
        switch refusal {
        case .noAccount: self = .notFound(.home)
        case .accountExists: self = .refused(.homeExists)
        case .badName: self = .misuse(.badName)
        case .nameTaken: self = .misuse(.nameTaken(name ?? "so"))
        case .emptyText: self = .misuse(.emptyText)
        case .textTooLong(let bytesMax): self = .misuse(.textTooLong(bytesMax: bytesMax))
        case .unknownPeer: self = .notFound(.contact)
        case .ownLink: self = .refused(.ownLink)
        case .recordInvalid(let error): self = .notTrusted(TrustFault(error))
        case .otherRelay: self = .refused(.otherRelay)
        case .tooManyWaiting, .tooManyConversations:
            self = .limited(.tooManyWaiting, retryAfter: nil)
        case .ackBeyondNewest: self = .misuse(.ackBeyondNewest)
        case .badConsumer: self = .misuse(.badConsumer)
        }
    }

    /// Why no connection was made.
    init(_ error: RelayConnectError) {
        switch error {
        case .unreachable:
            self = .network(.unreachable("nothing answers at its address"))
        case .tlsFailed:
            self = .network(.unreachable("the TLS handshake failed"))
        case .notARelay:
            self = .network(.unreachable("what answers at its address is no relay"))
        case .wrongRelayKey: self = .notTrusted(.relayKeyWrong)
        case .helloNotProven: self = .notTrusted(.helloReplayed)
        case .refusedVersion: self = .refused(.relayOfOtherVersion)
        case .refused(let refusal): self = ClientError(refusal)
        case .timedOut: self = .network(.unreachable("it did not answer in time"))
        case .cancelled: self = .network(.timedOut("connecting"))
        case .closed(let closure): self = ClientError(closure)
        }
    }

    /// Why a request has no answer.
    init(_ error: RelayRequestError) {
        switch error {
        case .refused(let refusal): self = ClientError(refusal)
        case .timedOut, .cancelled: self = .network(.timedOut("an answer of the relay"))
        case .tooManyWaiting: self = .limited(.rateLimited, retryAfter: nil)
        case .closed(let closure): self = ClientError(closure)
        case .tooLarge, .cannotSubscribe: self = .internalFault("a request that cannot be sent")
        }
    }

    /// Why a connection is over; `nil` where that is not known yet.
    init(_ closure: RelayClosure?) {
        switch closure {
        case .relayMisbehaved: self = .notTrusted(.relayMisbehaves)
        case .drained: self = .limited(.relayUnavailable, retryAfter: nil)
        case .lost, .silent: self = .network(.connectionLost)
        case .byRelay, .superseded: self = .network(.closedByRelay)
        case .byUs, .usedUp, nil: self = .network(.connectionLost)
        }
    }

    /// What a refusal of the relay means.
    init(_ refusal: RelayRefusal) {
        switch refusal {
        case .rateLimited(let wait): self = .limited(.rateLimited, retryAfter: wait)
        case .tooManyRequests: self = .limited(.rateLimited, retryAfter: nil)
        case .unavailable(let wait), .draining(let wait):
            self = .limited(.relayUnavailable, retryAfter: wait)
        case .unsupportedVersion: self = .refused(.relayOfOtherVersion)
        case .notFound: self = .notFound(.record)
        case .malformed, .notPermitted, .wrongConnection, .tooLarge, .stale, .conflict:
            self = .refused(.byRelay)
        }
    }

    /// Why a conversation does not go on.
    init(_ obstacle: Obstacle, at now: SottoRelayProtocol.Timestamp) {
        let wait = obstacle.until.map { $0.since(now) }
        switch obstacle.reason {
        case .noRecord: self = .notFound(.record)
        case .recordExpired: self = .notTrusted(.recordExpired)
        case .recordInvalid: self = .notTrusted(.recordInvalid)
        case .accountForked: self = .notTrusted(.accountForked)
        case .noKeyPackage: self = .notFound(.keyPackages)
        case .mailboxFull: self = .limited(.mailboxFull, retryAfter: wait)
        case .refusedByRelay: self = .refused(.byRelay)
        case .noLink: self = .refused(.noLink)
        case .rateLimited: self = .limited(.rateLimited, retryAfter: wait)
        case .relayMisbehaves: self = .notTrusted(.relayMisbehaves)
        case .relayUnavailable: self = .limited(.relayUnavailable, retryAfter: nil)
        }
    }

    /// Why a message will not be sent.
    init(_ fault: SendFault) {
        switch fault {
        case .refusedByRelay: self = .refused(.byRelay)
        case .refusedByMailbox: self = .refused(.byMailbox)
        case .tooLarge: self = .misuse(.textTooLong(bytesMax: ClientLimits.textBytesMax))
        }
    }

    /// Why a text is no contact link.
    init(_ error: ContactLinkError) {
        let why =
            switch error {
            case .otherScheme: "it does not begin with sotto:"
            case .origin(.insecure): "its relay is reached without TLS"
            case .origin: "its relay's address is none"
            case .unknownVersion: "a newer Sotto made it"
            case .wrongChecksum: "its checksum is wrong"
            case .malformed: "something is missing or too much"
            }
        self = .misuse(.badLink(why))
    }

    /// Why a text is no relay's address.
    init(_ error: RelayOriginError) {
        let why =
            switch error {
            case .otherScheme: "it begins with neither wss:// nor ws://"
            case .insecure: "ws:// is for this machine only"
            case .malformed: "it is not wss://HOST[:PORT]"
            }
        self = .misuse(.badRelayAddress(why))
    }
}

extension TrustFault {
    init(_ error: SottoIdentity.RecordError) {
        switch error {
        case .expired: self = .recordExpired
        case .forked: self = .accountForked
        default: self = .recordInvalid
        }
    }
}
