// Each error in words: a name for programs, what happened, and what to do.

extension ClientError {
    /// A stable name in snake case.
    public var code: String { facts.code }

    /// One sentence: what happened.
    public var message: String { facts.message }

    /// One sentence: what to do.
    public var hint: String { facts.hint }

    private typealias Facts = (code: String, message: String, hint: String)

    private var facts: Facts {
        switch self {
        case .network(let fault): fault.facts
        case .notTrusted(let fault): fault.facts
        case .limited(let fault, let retryAfter): fault.facts(retryAfter)
        case .notFound(let missing): missing.facts
        case .refused(let refused): refused.facts
        case .partlyDelivered(let reached, let all):
            (
                "partly_delivered",
                "The relay accepted the message, but only \(reached) of \(all) mailboxes took it.",
                "The other mailboxes are full or closed; their owner has to open Sotto there."
            )
        case .misuse(let misuse): misuse.facts
        case .internalFault(let text):
            ("internal", "Something went wrong inside Sotto: \(text).", "Please report this.")
        }
    }
}

extension NetworkFault {
    fileprivate var facts: (code: String, message: String, hint: String) {
        switch self {
        case .unreachable(let why):
            (
                "relay_unreachable", "The relay cannot be reached: \(why).",
                "Check the network and that the relay is running; what waits is sent later."
            )
        case .timedOut(let what):
            (
                "timed_out", "The time was over before this was done: \(what).",
                "Try again, or allow more time; nothing is lost."
            )
        case .closedByRelay:
            (
                "closed_by_relay", "The relay ended the connection.",
                "Try again; if it stays so, ask who runs the relay."
            )
        case .connectionLost:
            (
                "connection_lost", "The connection to the relay was lost.",
                "Check the network; what waits is sent later."
            )
        }
    }
}

extension TrustFault {
    fileprivate var facts: (code: String, message: String, hint: String) {
        switch self {
        case .relayKeyWrong:
            (
                "relay_key_wrong",
                "The relay at this address shows another key than the one this home trusts.",
                "Nothing was sent to it. Ask who runs the relay whether its key was lost."
            )
        case .helloReplayed:
            (
                "hello_replayed", "The relay's greeting is a replay of an old one.",
                "Somebody stands between you and the relay; use another network."
            )
        case .relayMisbehaves:
            (
                "relay_misbehaves", "The relay answered what no relay may answer.",
                "Nothing was taken from it. Ask who runs the relay."
            )
        case .recordInvalid:
            (
                "record_invalid", "What lies under this link is not what its owner signed.",
                "Ask the owner for the link again, on another way."
            )
        case .recordExpired:
            (
                "record_expired", "The owner of this link has not been online for two weeks.",
                "A first message can be sent once the owner has opened Sotto again."
            )
        case .accountForked:
            (
                "account_forked", "The account shows a device log that contradicts the known one.",
                "Compare safety numbers with its owner before writing anything."
            )
        case .homeDoesNotOpen:
            (
                "home_does_not_open",
                "This home does not open: its key or its content was changed.",
                "Put back the key file that belongs to it."
            )
        }
    }
}

extension LimitFault {
    fileprivate func facts(
        _ retryAfter: Duration?
    ) -> (code: String, message: String, hint: String) {
        let later = retryAfter.map { "Try again in \($0.components.seconds + 1) seconds." }
        switch self {
        case .rateLimited:
            return (
                "rate_limited", "The relay takes no more requests of this kind now.",
                later ?? "Try again later."
            )
        case .mailboxFull:
            return (
                "mailbox_full", "The mailbox of the receiver has no room.",
                "Your message is kept, and goes out by itself once the receiver has opened Sotto."
            )
        case .diskFull:
            return (
                "disk_full",
                "This home's disk takes nothing more: it is full, over a quota, or failing.",
                "Make room and try again; what was stored before is still there."
            )
        case .relayUnavailable:
            return (
                "relay_unavailable", "The relay takes nothing now: it is shutting down or full.",
                later ?? "Try again later; what waits is sent then."
            )
        case .tooManyWaiting:
            return (
                "too_many_waiting", "Too much waits to be sent already.",
                "Connect to the relay so that it can be sent."
            )
        }
    }
}

extension Missing {
    fileprivate var facts: (code: String, message: String, hint: String) {
        switch self {
        case .home:
            ("no_home", "There is no Sotto home in this folder.", "Make one with `sotto init`.")
        case .contact:
            (
                "no_contact", "Nobody of this name or id is known here.",
                "See `sotto contact list` and `sotto list`, or add a link."
            )
        case .record:
            (
                "no_record", "The relay knows nothing under this link.",
                "Ask the owner whether the link is still the right one."
            )
        case .userName:
            (
                "no_user_name", "Nobody at your relay has this user name.",
                "Ask how it is spelled; names count at one relay alone."
            )
        case .message:
            ("no_message", "There is no message of this number.", "See `sotto log`.")
        case .keyPackages:
            (
                "no_key_packages", "The receiver has left no usable key on the relay.",
                "A first message can be sent once the receiver has opened Sotto again."
            )
        }
    }
}

extension Refused {
    fileprivate var facts: (code: String, message: String, hint: String) {
        switch self {
        case .byRelay:
            (
                "refused_by_relay", "The relay refuses this for good.",
                "Send it again: a new conversation is begun for it."
            )
        case .byMailbox:
            (
                "refused_by_mailbox",
                "The receiver's mailbox takes nothing of this conversation any more.",
                "Ask the receiver by another way; they may have closed it."
            )
        case .otherRelay:
            (
                "other_relay", "The owner of this link is at another relay.",
                "Both have to use the same relay."
            )
        case .ownLink: ("own_link", "This is your own link.", "Add the other's link.")
        case .homeOfNewerVersion:
            (
                "home_of_newer_version", "A newer Sotto made this home; it was left as it is.",
                "Use the newer Sotto."
            )
        case .homeExists:
            (
                "home_exists", "There is a home, or something else, in this folder already.",
                "Choose an empty folder, or go on with the account in it: `sotto me` shows it."
            )
        case .userNameTaken:
            ("user_name_taken", "Somebody else has this user name.", "Choose another one.")
        case .noLink:
            (
                "no_link", "There is no conversation with this person, and no link to begin one.",
                "Ask for the link and add it."
            )
        case .relayOfOtherVersion:
            (
                "relay_of_other_version", "The relay and this Sotto have no version in common.",
                "Update whichever is older."
            )
        case .notInvited:
            (
                "not_invited", "The relay opens no mailbox without an invitation that holds.",
                "Ask whoever runs the relay for one, and run `sotto invited CODE`."
            )
        }
    }
}

extension Misuse {
    fileprivate var facts: (code: String, message: String, hint: String) {
        switch self {
        case .badLink(let why):
            ("bad_link", "This is no contact link: \(why).", "Copy the whole link.")
        case .badRelayAddress(let why):
            (
                "bad_relay_address", "This is no relay's address: \(why).",
                "Write wss://HOST[:PORT], or ws://localhost:PORT."
            )
        case .badRelayID:
            ("bad_relay_id", "This is no relay's id.", "It has 64 hexadecimal digits.")
        case .badInvitation:
            (
                "bad_invitation", "This is no invitation.",
                "It has 16 letters and digits, in groups of four."
            )
        case .badName:
            (
                "bad_name", "A name has 1 to 64 printable characters.",
                "Choose another name."
            )
        case .badUserName:
            (
                "bad_user_name",
                "A user name has 3 to 32 of the letters a to z, digits, '.', '_' and '-'.",
                "Choose another one."
            )
        case .emptyText: ("empty_text", "There is no text to send.", "Write something.")
        case .textTooLong(let bytesMax):
            (
                "text_too_long", "The text is longer than \(bytesMax) bytes.",
                "Send it in parts."
            )
        case .nameTaken(let name):
            ("name_taken", "Another contact is called \(name).", "Choose another name.")
        case .ambiguous(let names):
            (
                "ambiguous", "This means several people: \(names.joined(separator: ", ")).",
                "Write more of the name or id."
            )
        case .ackBeyondNewest:
            (
                "ack_beyond_newest", "The inbox has no entry of this number yet.",
                "Acknowledge what `inbox next` gave."
            )
        case .badConsumer:
            (
                "bad_consumer", "A consumer's name has 1 to 64 bytes.",
                "Choose another name."
            )
        case .closed: ("closed", "The client was closed.", "Open the home again.")
        }
    }
}
