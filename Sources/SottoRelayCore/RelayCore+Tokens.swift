// Delivery tokens: minting them, taking them back, and what each admits (spec/relay.md section 3).

import SottoCrypto
import SottoRelayProtocol
import SottoWire

// MARK: - What an owner asks

extension RelayCore {
    /// Fresh delivery tokens, each of its own label [TOK-3].
    mutating func mint(
        _ mint: Mint, for connection: ConnectionID, _ entropy: inout Entropy
    ) throws(Pending) -> Minted {
        let (id, row) = try owned(by: connection)
        let secret = deliverySecret(of: id, row)
        return Minted(
            tokens: (0..<mint.count).map { _ in secret.mint(mint.kind, using: &entropy) })
    }

    /// Denies labels of the present generation; of another none admits anything anyway [TOK-8].
    mutating func deny(_ labels: [TokenLabel], for connection: ConnectionID) throws(Pending) {
        var (id, row) = try owned(by: connection)
        var denied = try deniedLabels(of: id, row)
        for label in labels
        where label.generation == row.tokenGeneration && !denied.contains(label) {
            denied.append(label)
        }
        guard denied.count <= RelayLimits.deniedLabelsMax else { throw .refused(.tooLarge) }
        guard denied.count > row.denied else { return }
        row.denied = denied.count
        change(id, denied: denied)
        change(id, to: row)
    }

    /// Begins the next generation: every token before admits nothing any more [TOK-9].
    mutating func begin(_ generation: UInt32, for connection: ConnectionID) throws(Pending) {
        var (id, row) = try owned(by: connection)
        guard generation != row.tokenGeneration else { return }
        guard row.tokenGeneration < .max, generation == row.tokenGeneration + 1 else {
            throw .refused(.conflict)
        }
        if row.denied > 0 { change(id, denied: []) }
        row.tokenGeneration = generation
        row.denied = 0
        change(id, to: row)
    }

    /// Switches open tokens on or off [TOK-7].
    mutating func setOpen(_ isOpen: Bool, for connection: ConnectionID) throws(Pending) {
        var (id, row) = try owned(by: connection)
        guard row.isOpen != isOpen else { return }
        row.isOpen = isOpen
        change(id, to: row)
    }

    private mutating func change(_ id: MailboxID, denied: [TokenLabel]) {
        rows.denied.change(id, to: denied)
        batch.writes.append(.denied(id, denied))
    }

    private mutating func deniedLabels(
        of id: MailboxID, _ row: MailboxRow
    ) throws(Pending) -> [TokenLabel] {
        guard row.denied > 0 else { return [] }
        return try self.row(rows.denied.find(id), .denied(id)) ?? []
    }

    /// The delivery secret of a mailbox, remembered.
    mutating func deliverySecret(of id: MailboxID, _ row: MailboxRow) -> DeliverySecret {
        if let known = deliverySecrets[id], known.generation == row.tokenGeneration {
            return known
        }
        let secret = DeliverySecret(
            masterKey: secrets.master, mailbox: id, generation: row.tokenGeneration)
        deliverySecrets[id] = secret
        return secret
    }
}

// MARK: - What a token admits

/// What is posted to one mailbox, as far as its token is concerned.
struct Admittance {
    /// The lane of the post.
    let lane: LaneID
    /// The number that the post gets in it.
    let number: UInt64
    /// Whether it is a Welcome.
    let isWelcome: Bool
    /// The bytes of its envelope.
    let bytes: Int
}

extension RelayCore {
    /// Notes what has to be known of a recipient, so that one round brings all of it.
    mutating func lookUp(_ recipient: Recipient) {
        let id = recipient.mailbox
        let token = recipient.token
        if token.label.kind == .conversation {
            _ = try? row(rows.pins.find(token), .pin(token))
        }
        guard let mailbox = try? row(rows.mailboxes.find(id), .mailbox(id)) else { return }
        _ = try? deniedLabels(of: id, mailbox)
        _ = try? gaps(of: id, mailbox)
    }

    /// The row of a recipient's mailbox if its token admits this, the admission counted in it.
    mutating func admit(
        _ recipient: Recipient, to admittance: Admittance, _ now: Timestamp
    ) -> MailboxRow? {
        let (id, token) = (recipient.mailbox, recipient.token)
        guard var row = rows.mailboxes[id] else {
            // An unknown mailbox costs a check too: how long it takes must not tell it apart.
            _ = decoy.admits(token)
            return nil
        }
        guard deliverySecret(of: id, row).admits(token), !isDenied(token.label, by: id, row) else {
            return nil
        }
        switch token.label.kind {
        case .lastResort: return row
        case .open:
            let isCounted =
                admittance.isWelcome && row.isOpen
                && row.openWelcomes.take(
                    max: RelayLimits.openWelcomesHourlyMax, per: RelayCoreLimits.openWindow,
                    at: now) == nil
            return isCounted ? row : nil
        case .conversation:
            if pin(token, to: admittance.lane, now) { return row }
            let isCounted =
                admittance.isWelcome && admittance.bytes <= RelayLimits.strayWelcomeBytesMax
                && row.strayWelcomes.take(
                    max: RelayLimits.strayWelcomesDailyMax, per: RelayCoreLimits.strayWindow,
                    at: now) == nil
            return isCounted ? row : nil
        }
    }

    func isDenied(_ label: TokenLabel, by id: MailboxID, _ row: MailboxRow) -> Bool {
        row.denied > 0 && rows.denied[id]?.contains(label) ?? true
    }

    /// Whether a lane is the token's own, which it becomes if the token had none [TOK-5].
    private mutating func pin(
        _ token: DeliveryToken, to lane: LaneID, _ now: Timestamp
    ) -> Bool {
        if var known = rows.pins[token], known.row.day >= oldestPinDay(at: now) {
            guard known.lane.map({ $0 == lane }) ?? (known.row.lane == token.pinned(to: lane))
            else { return false }
            let isWritten = now.day >= known.row.day + RelayCoreLimits.usedDaysLag
            guard isWritten || known.lane == nil else { return true }
            if isWritten { known.row.day = now.day }
            known.lane = lane
            rows.pins.change(token, to: known)
            if isWritten { batch.writes.append(.pin(token, known.row)) }
            return true
        }
        let row = PinRow(lane: token.pinned(to: lane), day: now.day)
        rows.pins.change(token, to: RelayRows.KnownPin(row: row, lane: lane))
        batch.writes.append(.pin(token, row))
        return true
    }

    /// The first day on which a token must have been shown to keep its lane: a token keeps it for
    /// as long as the lane is kept, and a little longer.
    func oldestPinDay(at now: Timestamp) -> UInt64 {
        let oldest = oldestLaneDay(at: now)
        return oldest - min(oldest, RelayCoreLimits.usedDaysLag)
    }

    /// The first day on which a lane must have been used to be kept [LANE-8].
    func oldestLaneDay(at now: Timestamp) -> UInt64 {
        now.day - min(now.day, quotas.laneDays + RelayCoreLimits.usedDaysLag)
    }
}
