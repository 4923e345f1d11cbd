// What is forwarded to who is there and kept nowhere (spec/relay.md section 4, Ephemeral posts).

import SottoCrypto
import SottoRelayProtocol
import SottoWire

extension RelayCore {
    /// Forwards an envelope to those of its recipients that are subscribed [EPH-1].
    mutating func forward(
        _ ephemeral: Ephemeral, _ now: Timestamp, _ entropy: inout Entropy
    ) throws(Pending) {
        let found = Result { () throws(Pending) in
            try row(rows.lanes.find(ephemeral.lane), .lane(ephemeral.lane))
        }
        let present = ephemeral.recipients.filter { subscribers[$0.mailbox] != nil }
        for recipient in present { lookUp(recipient) }
        try checkOpen(ephemeral.laneToken, of: ephemeral.lane, try found.get(), now)
        guard batch.missing.isEmpty else { throw .missingRows }
        try count(ephemeral.lane, now)
        let entry = EphemeralEntry(lane: ephemeral.lane, envelope: ephemeral.envelope).wireBytes
        for recipient in present {
            guard let row = rows.mailboxes[recipient.mailbox],
                isAdmitted(recipient, row, in: ephemeral.lane, now),
                let connection = subscribers[recipient.mailbox],
                isInBudget(recipient.mailbox, now),
                let key = try? sealer.key(
                    for: recipient.mailbox, sealingKey: row.sealingKey, now: now,
                    using: &entropy)
            else { continue }
            let sealed = key.seal(
                entry, sequence: MailboxSealingKey.ephemeralSequence, using: &entropy)
            batch.notices.append(
                RelayReply(
                    connection: connection,
                    event: .forwarded(EphemeralDelivery(sealed: sealed))))
        }
    }

    /// Whether a recipient's token admits posts of this lane already: an ephemeral post pins
    /// nothing and writes nothing.
    private mutating func isAdmitted(
        _ recipient: Recipient, _ row: MailboxRow, in lane: LaneID, _ now: Timestamp
    ) -> Bool {
        let token = recipient.token
        guard deliverySecret(of: recipient.mailbox, row).admits(token),
            !isDenied(token.label, by: recipient.mailbox, row)
        else { return false }
        switch token.label.kind {
        case .lastResort: return true
        case .open: return false
        case .conversation:
            guard let known = rows.pins[token], known.row.day >= oldestPinDay(at: now) else {
                return false
            }
            return known.lane.map { $0 == lane } ?? (known.row.lane == token.pinned(to: lane))
        }
    }

    private mutating func count(_ lane: LaneID, _ now: Timestamp) throws(Pending) {
        var window = rows.ephemeralsOfLane[lane] ?? RateWindow()
        let wait = window.take(
            max: RelayLimits.ephemeralsOfLaneMax, per: RelayCoreLimits.ephemeralWindow, at: now)
        if let wait { throw .refused(.rateLimited(retryAfter: wait)) }
        rows.ephemeralsOfLane.change(lane, to: window)
    }

    private mutating func isInBudget(_ id: MailboxID, _ now: Timestamp) -> Bool {
        var window = rows.ephemeralsOfMailbox[id] ?? RateWindow()
        let wait = window.take(
            max: RelayLimits.ephemeralsOfMailboxMax, per: RelayCoreLimits.ephemeralWindow,
            at: now)
        rows.ephemeralsOfMailbox.change(id, to: window)
        return wait == nil
    }
}
