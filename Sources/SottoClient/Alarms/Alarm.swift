// What the user must be told about the relay, a peer, or what arrived.

import SottoClientCore
import SottoRelayProtocol
import SottoWire

/// What the user must be told: something that an honest relay and honest peers do not do, or that
/// something is missing.
public enum Alarm: Sendable, Hashable {
    /// The relay shows another key than the one that this home trusts. It was given nothing.
    case relayKeyWrong
    /// The relay's greeting does not answer ours: somebody replays an old one.
    case helloReplayed
    /// The relay did not sign what it must.
    case headNotSigned
    /// An entry contradicts what came before it: the relay changed something or its order.
    case headDoesNotFollow(PeerID?)
    /// Entries of a conversation never reached this device, and the relay admits to it.
    case gap(PeerID?)
    /// The relay signed two histories of one conversation. The proof is kept.
    case fork(PeerID?)
    /// A peer says that the relay showed it another history of the conversation.
    case viewsDiffer(PeerID?)
    /// An account shows a device log that contradicts the one known.
    case accountForked(PeerID)
    /// The relay was restored from a backup: what came after it is gone.
    case relayRestored
    /// Somebody else took our user name while the relay had forgotten that it was ours.
    case userNameLost
    /// Messages for us were dropped before they reached this device.
    case entriesLost
    /// Something arrived that could not be processed. It is kept whole.
    case putAside(PeerID?, PutAsideCause)
}

/// An alarm that is kept.
public struct RaisedAlarm: Sendable, Hashable {
    /// Its number in this home: 1, 2, 3, ...
    public let number: Int64
    /// What happened.
    public let alarm: Alarm
    /// When, by this device's clock.
    public let time: Timestamp
    /// The signed heads that prove it, as `SignedHead` of spec/relay.md encodes them, in
    /// hexadecimal; for a third party to check. Empty where there is no such proof.
    public let evidence: [String]
    /// What the peer says it was shown instead: `SeenHead` of spec/conversation.md, in hexadecimal.
    public let claim: String?
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
    /// With whom it happened, where that is known.
    public var peer: PeerID? {
        switch self {
        case .headDoesNotFollow(let peer), .gap(let peer), .fork(let peer), .viewsDiffer(let peer),
            .putAside(let peer, _):
            peer
        case .accountForked(let peer): peer
        case .relayKeyWrong, .helloReplayed, .headNotSigned, .relayRestored, .userNameLost,
            .entriesLost:
            nil
        }
    }

    init?(_ record: AlarmRecord) {
        let peer = record.peer.map { PeerID($0) }
        switch record.kind {
        case .headNotSigned: self = .headNotSigned
        case .headDoesNotFollow: self = .headDoesNotFollow(peer)
        case .gap: self = .gap(peer)
        case .fork: self = .fork(peer)
        case .viewsDiffer: self = .viewsDiffer(peer)
        case .accountForked:
            guard let peer else { return nil }
            self = .accountForked(peer)
        case .relayRestored: self = .relayRestored
        case .entriesLost: self = .entriesLost
        case .userNameLost: self = .userNameLost
        case .putAside:
            guard let cause = record.cause else { return nil }
            self = .putAside(peer, PutAsideCause(cause))
        }
    }
}

extension RaisedAlarm {
    init?(_ record: AlarmRecord) {
        guard let alarm = Alarm(record) else { return nil }
        number = record.number
        self.alarm = alarm
        time = Timestamp(milliseconds: Int64(clamping: record.at.milliseconds))
        evidence = record.evidence.map { Hexadecimal.encode($0.wireBytes) }
        claim = record.claim.map { Hexadecimal.encode($0.wireBytes) }
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
