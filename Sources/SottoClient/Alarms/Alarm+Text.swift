// Each alarm in words: a name for programs, what happened, and what to do.

extension Alarm {
    /// A stable name in snake case.
    public var code: String { facts.code }

    /// One sentence: what happened.
    public var message: String { facts.message }

    /// One sentence: what to do.
    public var hint: String { facts.hint }

    private typealias Facts = (code: String, message: String, hint: String)

    private var facts: Facts {
        switch self {
        case .relayKeyWrong:
            (
                "relay_key_wrong",
                "The relay shows another key than this home trusts; nothing was sent to it.",
                "Ask who runs the relay whether its key was lost."
            )
        case .helloReplayed:
            (
                "hello_replayed",
                "The relay's greeting is not an answer to ours: somebody replays an old one.",
                "Somebody stands between you and the relay; use another network."
            )
        case .headNotSigned, .headDoesNotFollow, .fork, .viewsDiffer, .gap: orderFacts
        case .accountForked:
            (
                "account_forked", "An account shows a device log that contradicts the one known.",
                "Compare safety numbers with its owner before writing anything."
            )
        case .relayRestored:
            (
                "relay_restored",
                "The relay was restored from a backup; what came after that backup is gone.",
                "Ask those you talk with whether something is missing."
            )
        case .userNameLost:
            (
                "user_name_lost",
                "Your user name leads to somebody else since the relay was restored from a backup.",
                "Take another with `sotto username`, and tell those who know the old one."
            )
        case .entriesLost:
            (
                "entries_lost", "Messages to this device were dropped before they reached it.",
                "They lay at the relay for too long; ask those you talk with what they wrote."
            )
        case .putAside(_, let cause):
            (
                "put_aside",
                "Something arrived that could not be processed (\(cause.rawValue)); it is kept.",
                "Nothing else is held up by it; if it comes from somebody you know, ask them."
            )
        }
    }

    /// What is wrong with the order that the relay gives to conversations.
    private var orderFacts: Facts {
        switch self {
        case .headDoesNotFollow:
            (
                "head_does_not_follow",
                "The relay changed something in a conversation, or its order.",
                "What it changed was not taken in; ask who runs the relay."
            )
        case .fork:
            (
                "fork", "The relay signed two different histories of a conversation.",
                "The proof is kept; do not rely on this relay any more."
            )
        case .viewsDiffer:
            (
                "views_differ",
                "Somebody you talk with says that the relay showed them another history.",
                "Compare by another way what was said; the relay, or they, do not tell the truth."
            )
        case .gap:
            (
                "gap", "Something said in a conversation did not reach this device.",
                "Your mailbox was full, or the relay left it out; what they still have comes again."
            )
        default:
            (
                "head_not_signed", "The relay delivered something whose order it did not sign.",
                "It was not taken in; ask who runs the relay."
            )
        }
    }
}
