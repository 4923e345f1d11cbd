// The people of a home, ourselves included, as an application shows them.

/// Our own account.
public struct Me: Sendable, Equatable {
    /// Our account's id.
    public let account: PeerID
    /// The name that others are told, if there is one.
    public let name: String?
    /// The user name at the relay that leads to us, if we took one; without the `@`.
    public let userName: String?
    /// What others need to write to us first: whoever has it can. It says `sotto:`, the relay's
    /// address, `#`, and a secret.
    public let link: String
    /// Where our relay is reached.
    public let relay: String
    /// The hash of the relay's key that this home trusts, 64 hexadecimal digits.
    public let relayID: String
    /// Our half of every safety number, 30 digits.
    public let safetyNumber: String
    /// Whether others can find us: our record and key packages are on the relay.
    public let isPublished: Bool
    /// How many of our messages the relay has not accepted yet.
    public let waiting: Int
    /// The folder of this home.
    public let home: String
}

/// Somebody whose link the user added, or whose request the user took.
public struct Contact: Sendable, Equatable {
    /// Who it is.
    public let peer: PeerID
    /// The name that the user gave.
    public let name: String?
    /// The name that the contact suggests for itself.
    public let suggestedName: String?
    /// Whether the user compared safety numbers.
    public let isVerified: Bool

    /// The user's name for the contact, else its own suggestion, else the start of its id.
    public var displayName: String { name ?? suggestedName ?? peer.short }
}

/// What two people compare to know that nobody stands between them.
public struct SafetyNumber: Sendable, Equatable {
    /// 12 groups of 5 digits, the same on both sides.
    public let groups: [String]
    /// Whether the user said that they are the same.
    public let isVerified: Bool

    /// The 60 digits.
    public var digits: String { groups.joined() }
}

/// A conversation with one other account.
public struct Conversation: Sendable, Equatable {
    /// The other account.
    public let peer: PeerID
    /// What to call it: as ``Contact/displayName``.
    public let displayName: String
    /// Whether the user took it as a contact.
    public let isContact: Bool
    /// Whether the user accepted the conversation, by adding the contact or by writing. Until then
    /// it is a request: it can be read, and its sender learns nothing of that.
    public let isAccepted: Bool
    /// Whether the user compared safety numbers.
    public let isVerified: Bool
    /// The id of the MLS group that what is written goes to, 64 hexadecimal digits; `nil` before
    /// there is one.
    public let group: String?
    /// How many incoming messages are not read.
    public let unread: Int
    /// The newest message.
    public let last: Message?
}
