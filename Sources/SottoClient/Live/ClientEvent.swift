// What happens while a client is open.

import SottoClientCore

/// Something that happened in a home, whichever process did it.
public enum ClientEvent: Sendable, Equatable {
    /// A message arrived and is stored.
    case arrived(Message)
    /// A message of ours has come further, or failed.
    case advanced(Message)
    /// A peer suggests a name for itself; seen only by the process that receives.
    case named(PeerID, String)
    /// Something that the user must be told.
    case alarm(Alarm)
    /// The connection to the relay changed.
    case connection(ConnectionState)
    /// The reader was too slow and events were dropped. The home still has everything.
    case missed
}

/// Whether the relay can be reached.
public enum ConnectionState: Sendable, Equatable {
    /// Not now; why, and when the next attempt is due.
    case offline(because: ClientError?, retryIn: Duration?)
    /// An attempt is under way.
    case connecting
    /// Messages go and come.
    case online
}

/// Something that the user must be told: the relay or a peer did what it must not do.
public enum Alarm: Sendable, Equatable {
    /// The relay shows another key than the one that this home trusts. It was given nothing.
    case relayKeyWrong
    /// The relay's greeting does not answer ours: somebody replays an old one.
    case helloReplayed
    /// The relay did not sign what it must.
    case headNotSigned
    /// An entry does not follow from the one before: the relay left something out or changed it.
    case headDoesNotFollow(PeerID?)
    /// The relay shows the members of a conversation different histories. The proof is kept.
    case fork(PeerID?)
    /// An account shows a device log that contradicts the one known.
    case accountForked(PeerID)
    /// The relay was restored from a backup: what came after it is gone.
    case relayRestored
    /// Messages for us were dropped before they reached this device.
    case entriesLost
    /// Something arrived that could not be processed. It is kept whole.
    case putAside(PeerID?, PutAsideCause)
}

/// An alarm that is kept.
public struct RaisedAlarm: Sendable, Equatable {
    /// What happened.
    public let alarm: Alarm
    /// When, by this device's clock.
    public let time: Timestamp
}

/// Why something that arrived could not be processed.
public enum PutAsideCause: String, Sendable, CaseIterable {
    /// It does not open or decode.
    case undecodable
    /// It belongs to a conversation that this device is not in.
    case unknownLane
    /// It does not follow from what came before.
    case headDoesNotFollow
    /// It could not be decrypted, or breaks the rules of the group.
    case notDecryptable
    /// What it says breaks its format.
    case invalidContent
    /// It invites to a group that is no direct conversation of ours.
    case refusedGroup
}

extension Alarm {
    /// A stable name in snake case.
    public var code: String {
        switch self {
        case .relayKeyWrong: "relay_key_wrong"
        case .helloReplayed: "hello_replayed"
        case .headNotSigned: "head_not_signed"
        case .headDoesNotFollow: "head_does_not_follow"
        case .fork: "fork"
        case .accountForked: "account_forked"
        case .relayRestored: "relay_restored"
        case .entriesLost: "entries_lost"
        case .putAside: "put_aside"
        }
    }

    /// One sentence: what happened.
    public var message: String {
        switch self {
        case .relayKeyWrong:
            "The relay shows another key than the one this home trusts; nothing was sent to it."
        case .helloReplayed:
            "The relay's greeting is not an answer to ours: somebody replays an old one."
        case .headNotSigned: "The relay delivered something whose order it did not sign."
        case .headDoesNotFollow:
            "The relay left something out of a conversation, or changed its order."
        case .fork: "The relay shows the members of a conversation different histories."
        case .accountForked: "An account shows a device log that contradicts the one known."
        case .relayRestored:
            "The relay was restored from a backup; what came after that backup is gone."
        case .entriesLost: "Messages to this device were dropped before they reached it."
        case .putAside(_, let cause):
            "Something arrived that could not be processed (\(cause.rawValue)); it is kept."
        }
    }

    /// With whom it happened, where that is known.
    public var peer: PeerID? {
        switch self {
        case .headDoesNotFollow(let peer), .fork(let peer), .putAside(let peer, _): peer
        case .accountForked(let peer): peer
        case .relayKeyWrong, .helloReplayed, .headNotSigned, .relayRestored, .entriesLost: nil
        }
    }

    init?(_ record: AlarmRecord) {
        let peer = record.peer.map { PeerID($0) }
        switch record.kind {
        case .headNotSigned: self = .headNotSigned
        case .headDoesNotFollow: self = .headDoesNotFollow(peer)
        case .fork: self = .fork(peer)
        case .accountForked:
            guard let peer else { return nil }
            self = .accountForked(peer)
        case .relayRestored: self = .relayRestored
        case .entriesLost: self = .entriesLost
        case .putAside:
            guard let cause = record.cause else { return nil }
            self = .putAside(peer, PutAsideCause(cause))
        }
    }
}

extension PutAsideCause {
    init(_ cause: SottoClientCore.PutAsideCause) {
        switch cause {
        case .undecodable: self = .undecodable
        case .unknownLane: self = .unknownLane
        case .headDoesNotFollow: self = .headDoesNotFollow
        case .notDecryptable: self = .notDecryptable
        case .invalidContent: self = .invalidContent
        case .refusedGroup: self = .refusedGroup
        }
    }
}
