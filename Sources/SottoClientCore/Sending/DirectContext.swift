// What the GroupContext of a direct conversation holds: where it is ordered, and what members know.

import SottoCrypto
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire

/// The extensions of a direct group's context [ID-7].
enum DirectContext {
    /// How many bytes a group's id has [CONV-2].
    static let groupIDBytes = 32

    /// The extensions of a group whose lane is this one.
    static func extensions(lane: LaneID, relayKey: RelayKey) -> Extensions {
        [.requiredCapabilities: demands.encoded, .lane: place(lane, relayKey)]
    }

    /// Whether a group that somebody else made is one of ours by id, suite, lane and demands, and
    /// has no extension besides: one that lets strangers propose, for instance.
    static func isKept(by group: Group, lane: LaneID, relayKey: RelayKey) -> Bool {
        guard group.id.bytes.count == groupIDBytes, group.suite == .mlkem768X25519AES128,
            Set(group.extensions.types) == [.requiredCapabilities, .lane],
            group.extensions[.lane] == place(lane, relayKey),
            let bytes = group.extensions[.requiredCapabilities],
            let demanded = try? RequiredCapabilities(wireBytes: bytes)
        else { return false }
        return Set(demanded.extensions) == Set(demands.extensions)
            && demanded.credentials == demands.credentials && demanded.proposals.isEmpty
    }

    private static let demands = RequiredCapabilities(
        extensions: [.deviceLog, .mailbox, .lane], credentials: [.basic])

    private static func place(_ lane: LaneID, _ relayKey: RelayKey) -> [UInt8] {
        LaneExtension(lane: lane.renamed(), relayKey: relayKey.renamed()).wireBytes
    }
}
