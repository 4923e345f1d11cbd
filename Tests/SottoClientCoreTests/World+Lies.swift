// What a relay or a peer can do that an honest one does not.

import SottoClientCore
import SottoCrypto
import SottoEnvelope
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire
import Testing

extension World {
    /// Posts application data as a member would whose program is not ours.
    mutating func say(
        _ data: [UInt8], as who: Who, to other: Who, seen: [UInt8] = []
    ) throws {
        let laneID = try lane(who, with: other)
        let lane = try home(who).lane(laneID)
        var group = try home(who).group(lane.group)
        var entropy = Entropy(seed: Secret(copying: data + seen))
        let message = try group.protect(data, authenticatedData: seen, using: &entropy).message
        try post(message, .message, in: lane, laneID, as: who, using: &entropy)
    }

    /// The relay shows somebody another entry of the number that their conversation's newest has,
    /// whose head this answers.
    @discardableResult
    mutating func fork(before who: Who) throws -> LaneHead {
        let lane = try lane(who, with: who == .alice ? .bob : .alice)
        let held = try #require(try home(who).lane(lane).head)
        let record = try home(who).record(.laneHead(lane, held.number - 1))
        guard case .laneHead(let before)? = record else {
            Issue.record("no head before the last")
            return held
        }
        let rival = entry(after: before.head.claim, Array(repeating: 7, count: 300))
        #expect(rival.head.claim.number == held.number)
        _ = relay.put(.lane(rival), into: try home(who).account().mailbox)
        try deliver(to: who)
        return held
    }

    /// Posts an MLS message in a lane.
    mutating func post(
        _ message: [UInt8], _ kind: LaneEnvelopeKind, in lane: LaneRecord, _ id: LaneID,
        as who: Who, next: LaneToken? = nil, using entropy: inout Entropy
    ) throws {
        let keys = try #require(lane.epochs.first)
        let envelope = try LaneEnvelope.seal(
            message, kind: kind, lane: id.bytes, key: keys.envelopeKey, using: &entropy)
        let everybody = try recipients(of: lane, as: who)
        let post = Post(
            id: PostID(made: entropy.bytes(16)), lane: id, laneToken: keys.token,
            commit: next.map {
                CommitPart(nextTokenHash: $0.hash, welcomes: [])
            }, envelope: envelope, recipients: everybody)
        guard case .success = relay.accept(post) else {
            Issue.record("the relay refused what a test posted")
            return
        }
    }

    private func recipients(of lane: LaneRecord, as who: Who) throws -> [Recipient] {
        let group = try home(who).group(lane.group)
        return try group.members.map { member in
            let data = try #require(group.leafNode(at: member.index)?.extensions[.mailbox])
            let mailbox = try MailboxExtension(wireBytes: data)
            return Recipient(
                mailbox: mailbox.address.mailbox.renamed(),
                token: try DeliveryToken(mailbox.token))
        }
    }

    /// Commits proposals, or only new keys of one's own leaf, as a member may at any time.
    ///
    /// - Returns: The group in its next epoch.
    @discardableResult
    mutating func commit(
        as who: Who, to other: Who, _ proposals: [Proposal] = [],
        as framing: HandshakeFraming = .privateMessage
    ) throws -> Group {
        let laneID = try lane(who, with: other)
        let lane = try home(who).lane(laneID)
        var group = try home(who).group(lane.group)
        var entropy = Entropy(seed: Secret(copying: [7]))
        let policy = LeafPolicy(
            now: UnixTime(seconds: home(who).now.milliseconds / 1_000), tolerance: 3_600,
            lifetimeMax: 100 * 24 * 3_600, judge: { _, _ in .accepted })
        var options = CommitOptions()
        options.framing = framing
        let commit = try group.commit(
            proposals, options: options, policy: policy, using: &entropy)
        _ = try group.mergePendingCommit(now: policy.time)
        let token = try group.export(label: "sotto lane token", context: laneID.bytes, length: 32)
        try post(
            commit.message, .commit, in: lane, laneID, as: who,
            next: LaneToken(made: token.withBytes { Array($0) }), using: &entropy)
        return group
    }

    /// Changes the newest entry of a mailbox before it is delivered.
    mutating func forge(
        newestOf who: Who, _ change: (LaneEntry) -> LaneEntry?
    ) throws {
        let mailbox = try home(who).account().mailbox
        let popped = relay.mailboxes[mailbox]?.entries.popLast()
        let entry = try #require(popped)
        guard case .lane(let old) = entry.entry.content else {
            Issue.record("the newest entry is no lane's")
            return
        }
        guard let new = change(old) else { return }
        let forged = MailboxEntry(previous: entry.entry.previous, content: .lane(new))
        relay.mailboxes[mailbox]?.entries.append((entry.sequence, forged))
    }

    /// A signed entry that the relay makes up after a head.
    func entry(after head: LaneHead, kind: PostKind = .message, _ envelope: [UInt8]) -> LaneEntry {
        let next = head.following(kind: kind, nextTokenHash: .zero, envelope: .of(envelope))
        return LaneEntry(
            head: relay.sign(next), kind: kind, nextTokenHash: .zero, previousHead: head.hash,
            envelope: envelope)
    }
}
