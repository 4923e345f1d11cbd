// Messages as an application shows them.

/// The number of a message in this home, which it keeps.
public struct MessageNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 1, 2, 3, ... in the order in which this home got to know them.
    public let value: Int64

    /// The message of this number.
    public init(_ value: Int64) { self.value = value }

    /// Whether the left message came to this home first.
    public static func < (left: MessageNumber, right: MessageNumber) -> Bool {
        left.value < right.value
    }

    /// The digits.
    public var description: String { String(value) }
}

/// A message of a conversation.
public struct Message: Sendable, Equatable {
    /// Its number in this home.
    public let number: MessageNumber
    /// The other account of its conversation.
    public let peer: PeerID
    /// When it was written or arrived, by this device's clock.
    public let time: Timestamp
    /// What it says.
    public let body: Body
    /// Which way it goes and how far it has come.
    public let direction: Direction
}

/// What a message says.
public enum Body: Sendable, Equatable {
    /// A text in Markdown.
    case text(String)
    /// Something that a newer Sotto shows; it is kept.
    case unsupported
}

/// Which way a message goes.
public enum Direction: Sendable, Equatable {
    /// The peer wrote it.
    case incoming(isRead: Bool)
    /// We wrote it.
    case outgoing(OutgoingState)
}

/// How far a message of ours can come. Each includes those before it.
public enum Stage: Int, Sendable, Comparable, CaseIterable {
    /// The relay keeps it for the peer.
    case sent
    /// A device of the peer has it.
    case delivered
    /// The peer has read it.
    case read

    /// Whether the right one is further.
    public static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
}

/// How far a message of ours has come.
public enum OutgoingState: Sendable, Equatable {
    /// The relay has not accepted it yet.
    case waiting
    /// It has come this far; `missed` mailboxes of the peer were full or refused it.
    case reached(Stage, missed: Int)
    /// It will not be sent.
    case failed(ClientError)
}

/// A message in the durable inbox.
public struct InboxEntry: Sendable, Equatable {
    /// 1, 2, 3, ... in the order in which messages arrived.
    public let sequence: Int64
    /// The message.
    public let message: Message
    /// What to call its sender.
    public let displayName: String
}
