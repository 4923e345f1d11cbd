// What can go wrong, grouped by what a caller can do about it.

/// Why a client did not do what it was asked.
///
/// No text or payload holds message content or keys. After an error the home is as it was, and
/// what waits to be sent still waits.
public enum ClientError: Error, Equatable, Sendable {
    /// The relay could not be reached, or not in time.
    case network(NetworkFault)
    /// Something is not who or what it claims to be.
    case notTrusted(TrustFault)
    /// A limit was met; the relay may say how long to wait.
    case limited(LimitFault, retryAfter: Duration?)
    /// There is no such thing.
    case notFound(Missing)
    /// It is not allowed.
    case refused(Refused)
    /// The relay accepted the message, and only some of the peer's mailboxes took it.
    case partlyDelivered(reached: Int, of: Int)
    /// The caller asked for something that makes no sense.
    case misuse(Misuse)
    /// A mistake of ours, or a file system that fails.
    case internalFault(String)
}

/// Why the relay was not reached.
public enum NetworkFault: Equatable, Sendable {
    /// No connection could be made, for this reason.
    case unreachable(String)
    /// The time was over; this was not done by then.
    case timedOut(String)
    /// The relay closed the connection.
    case closedByRelay
    /// The connection broke, or the relay stopped answering.
    case connectionLost
}

/// What is not to be trusted.
public enum TrustFault: Equatable, Sendable {
    /// The relay shows another key than the one that is trusted.
    case relayKeyWrong
    /// The relay's greeting is a replay.
    case helloReplayed
    /// The relay answers what no relay may answer.
    case relayMisbehaves
    /// What lies under a contact link is not what its owner signed.
    case recordInvalid
    /// The owner of a contact link has not renewed it for two weeks.
    case recordExpired
    /// An account's device log contradicts the one known.
    case accountForked
    /// The home's key does not open it, or it was changed by something else.
    case homeDoesNotOpen
}

/// Which limit was met.
public enum LimitFault: Equatable, Sendable {
    /// The relay answers only so many requests.
    case rateLimited
    /// The peer's mailbox takes nothing more.
    case mailboxFull
    /// The disk of this home takes nothing more: it is full, over a quota, or failing.
    case diskFull
    /// The relay cannot store anything now.
    case relayUnavailable
    /// Too many messages wait to be sent, or there are too many conversations.
    case tooManyWaiting
}

/// What is not there.
public enum Missing: Equatable, Sendable {
    /// A home in this folder.
    case home
    /// A contact or conversation of this name or id.
    case contact
    /// A record under this contact link.
    case record
    /// A holder of this user name.
    case userName
    /// A message of this number.
    case message
    /// A key package of the peer: nobody can write to it first.
    case keyPackages
}

/// What is not allowed.
public enum Refused: Equatable, Sendable {
    /// The relay refuses for good.
    case byRelay
    /// No mailbox of the peer takes what is said in the conversation any more.
    case byMailbox
    /// The link belongs to another relay than ours.
    case otherRelay
    /// The link is our own.
    case ownLink
    /// A newer Sotto made this home.
    case homeOfNewerVersion
    /// There is a home or something else in this folder.
    case homeExists
    /// Somebody else holds the user name.
    case userNameTaken
    /// There is no conversation with the peer, and no link to begin one with.
    case noLink
    /// The relay speaks no version of the protocol that we know.
    case relayOfOtherVersion
    /// The relay opens no mailbox for this account: it takes nobody new, or who shows an
    /// invitation that holds.
    case notInvited
}

/// What makes no sense.
public enum Misuse: Equatable, Sendable {
    /// The text is no contact link, for this reason.
    case badLink(String)
    /// The text is no relay's address, for this reason.
    case badRelayAddress(String)
    /// The text is no relay's id.
    case badRelayID
    /// The text is no invitation.
    case badInvitation
    /// A name is empty, longer than 64 characters or not printable.
    case badName
    /// A user name is not 3 to 32 of `a` to `z`, `0` to `9`, `.`, `_` and `-`.
    case badUserName
    /// There is no text.
    case emptyText
    /// The text is longer than this many bytes.
    case textTooLong(bytesMax: Int)
    /// Another contact has this name.
    case nameTaken(String)
    /// The prefix or name means several people: these.
    case ambiguous([String])
    /// The inbox has not come that far.
    case ackBeyondNewest
    /// A consumer's name is empty or longer than 64 bytes.
    case badConsumer
    /// The client was closed.
    case closed
}

extension ClientError {
    /// Groups of errors, for programs: the raw value is the `sotto` command's exit code.
    public enum Category: Int, Sendable, CaseIterable {
        /// The caller asked for something that makes no sense.
        case usage = 1
        /// A mistake of ours.
        case `internal` = 2
        /// The relay was not reached.
        case network = 3
        /// Something is not who or what it claims to be.
        case notTrusted = 4
        /// A limit was met.
        case quota = 5
        /// There is no such thing.
        case notFound = 6
        /// It is not allowed.
        case refused = 7
        /// Only some of the peer's mailboxes took the message.
        case partlyDelivered = 8
    }

    /// The group of this error.
    public var category: Category {
        switch self {
        case .misuse: .usage
        case .internalFault: .internal
        case .network: .network
        case .notTrusted: .notTrusted
        case .limited: .quota
        case .notFound: .notFound
        case .refused: .refused
        case .partlyDelivered: .partlyDelivered
        }
    }

    /// Whether the same may succeed later without anything being changed.
    public var isRetryable: Bool {
        switch self {
        case .network, .limited, .partlyDelivered: true
        case .notTrusted(.recordExpired), .notFound(.keyPackages): true
        case .notTrusted, .notFound, .refused, .misuse, .internalFault: false
        }
    }
}
