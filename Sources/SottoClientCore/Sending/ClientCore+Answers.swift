// Which answer belongs to what.

import SottoIdentity
import SottoRelayProtocol

extension ClientCore {
    /// The relay answered an errand.
    mutating func answered(
        _ errand: Errand, _ answer: Answer, _ work: inout Workspace
    ) throws(Halt) {
        switch (errand, answer) {
        case (.peerRecord(let peer), .getRecord(let record)):
            try foundingRead(record, of: peer, &work)
        case (.keyPackage(let peer, let device), .takeStock(let taken)):
            try foundingTook(taken, of: peer, device: device, &work)
        case (.post(let peer, let id), .post(let accepted)):
            try posted(accepted, to: peer, post: id, &work)
        default: try published(errand, answer, &work)
        }
    }

    /// The relay refused an errand.
    mutating func refused(
        _ errand: Errand, _ refusal: RelayRefusal, _ work: inout Workspace
    ) throws(Halt) {
        switch errand {
        case .peerRecord(let peer):
            try giveUp(peer, refusal.obstacle(missing: .noRecord), after: refusal.wait, &work)
        case .keyPackage(let peer, _):
            try giveUp(peer, refusal.obstacle(missing: .noKeyPackage), after: refusal.wait, &work)
        case .post(let peer, let id): try postRefused(refusal, to: peer, post: id, &work)
        case .mint, .putRecord, .readRecord, .putName, .readName, .putStock, .countStock,
            .dropPackage:
            try publishingRefused(errand, refusal, &work)
        }
    }
}

extension RelayRefusal {
    /// What the refusal means for a conversation.
    fileprivate func obstacle(missing: ObstacleReason) -> ObstacleReason {
        switch retry {
        case .later: missing
        case .never: .refusedByRelay
        default: passingObstacle
        }
    }

    /// What a refusal means that is over after a while.
    var passingObstacle: ObstacleReason {
        switch self {
        case .unavailable, .draining: .relayUnavailable
        case .rateLimited, .tooManyRequests: .rateLimited
        // No honest relay says this to what we ask.
        default: .relayMisbehaves
        }
    }

    /// How long the relay asks to wait, if it says.
    fileprivate var wait: Duration? {
        switch retry {
        case .after, .onNewConnection: delay
        default: nil
        }
    }
}
