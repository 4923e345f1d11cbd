// A new direct group after its first commit, and the post that opens its lane.

import SottoCrypto
import SottoEnvelope
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire

/// A group that was just founded.
struct Opening {
    /// The group, its first commit merged.
    let group: Group
    /// The keys of the epoch that the founder was alone in.
    let first: EpochKeys
    /// The keys of the epoch that the commit began.
    let second: EpochKeys
    private let account: OwnAccount
    private let commit: [UInt8]
    private let welcome: [UInt8]

    /// Why a group could not be founded.
    enum Fault: Error {
        case mls
    }

    /// Creates the group and adds every device of the peer by one commit.
    init(
        account: OwnAccount, token: DeliveryToken, peer: AccountID, lane: LaneID,
        packages: [KeyPackage], now: Timestamp, using entropy: inout Entropy
    ) throws(Fault) {
        let policy = DirectLeaves(accounts: [account.id, peer], relay: account.relayKey.id)
            .policy(at: now)
        do {
            var group = try Group.create(
                id: .random(using: &entropy), suite: .mlkem768X25519AES128,
                leaf: account.leaf(token: token), lifetime: Lifetime(now: now),
                extensions: DirectContext.extensions(lane: lane, relayKey: account.relayKey),
                signer: account.deviceKey, using: &entropy)
            first = try EpochKeys(of: group, lane: lane)
            var options = CommitOptions()
            options.authenticatedData = SeenHead(nil).wireBytes
            let outbound = try group.commit(
                packages.map { .add($0) }, options: options, policy: policy, using: &entropy)
            guard let welcome = outbound.welcome else { throw Fault.mls }
            _ = try group.mergePendingCommit(now: policy.time)
            second = try EpochKeys(of: group, lane: lane)
            _ = group.wipeExporter()
            self.group = group
            self.account = account
            commit = outbound.message
            self.welcome = welcome
        } catch {
            throw .mls
        }
    }

    /// The commit for our own mailbox, and the Welcome for each device of the peer.
    func post(
        to devices: [RecordDevice], lane: LaneID, using entropy: inout Entropy
    ) throws(Halt) -> Post {
        do {
            let envelope = try LaneEnvelope.seal(
                commit, kind: .commit, lane: lane.bytes, key: first.envelopeKey, using: &entropy)
            var welcomes: [SottoRelayProtocol.Welcome] = []
            for device in devices {
                guard
                    let recipient = group.recipients.first(where: {
                        $0.mailbox == device.mailbox.mailbox.renamed()
                    })
                else { throw Halt.impossible }
                welcomes.append(
                    SottoRelayProtocol.Welcome(
                        recipient: recipient,
                        envelope: try DeviceEnvelope.seal(
                            .welcome(welcome), to: device.sealingKey,
                            mailbox: recipient.mailbox.bytes, using: &entropy)))
            }
            let ours = group.recipients.filter { $0.mailbox == account.mailbox }
            return Post(
                id: PostID(made: entropy.bytes(PostID.byteCount)), lane: lane,
                laneToken: first.token,
                commit: CommitPart(
                    .opensLane, nextTokenHash: second.token.hash, welcomes: welcomes),
                envelope: envelope, recipients: ours)
        } catch {
            throw .impossible
        }
    }
}

extension EpochKeys {
    /// What a member exports at the start of an epoch [CONV-4].
    init(of group: Group, lane: LaneID) throws(ExportError) {
        epoch = group.epoch
        let token = try group.export(
            label: "sotto lane token", context: lane.bytes, length: LaneToken.byteCount)
        self.token = LaneToken(made: token.withBytes { Array($0) })
        envelopeKey = try group.export(
            label: "sotto lane envelope", context: lane.bytes, length: 32)
    }
}
