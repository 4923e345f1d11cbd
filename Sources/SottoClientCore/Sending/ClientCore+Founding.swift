// The first message to somebody: record, key packages, group, commit, Welcome [CHAT-1].

import OrderedCollections
import SottoCrypto
import SottoEnvelope
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire

extension ClientCore {
    /// Begins to found a group with a peer, unless that is under way.
    mutating func found(_ conversation: ConversationRecord, _ work: inout Workspace) throws(Halt) {
        let peer = conversation.peer
        guard session.foundings[peer] == nil else { return try establish(peer, &work) }
        guard let card = conversation.card else { return try hinder(peer, .noLink, &work) }
        if let until = try obstacle(of: peer, &work)?.until, until > work.time {
            return session.wait(.peerRecord(peer), until: until)
        }
        guard session.canAsk(.peerRecord(peer), at: work.time) else { return }
        session.foundings[peer] = Founding()
        ask(.peerRecord(peer), .getRecord(card.locator.renamed()), &work)
    }

    /// The peer's record came: its devices' key packages are next.
    mutating func foundingRead(
        _ record: SottoRelayProtocol.Record, of peer: AccountID, _ work: inout Workspace
    ) throws(Halt) {
        let account = try work.account()
        guard var founding = session.foundings[peer],
            let conversation = try work.conversation(peer), let card = conversation.card
        else { return }
        let log = try conversation.validLog()
        let known: AccountRecord
        do throws(SottoIdentity.RecordError) {
            let unverified = try UnverifiedRecord(opening: record.sealed, with: card)
            known = try unverified.verified(
                at: work.time.milliseconds, known: log)
        } catch {
            if error == .forked { try raise(.accountForked, with: peer, &work) }
            return try giveUp(peer, error.obstacle, &work)
        }
        let relay: RelayIDField = account.relayKey.id.renamed()
        guard known.account == peer, known.devices.allSatisfy({ $0.mailbox.relay == relay }) else {
            return try giveUp(peer, .recordInvalid, &work)
        }
        founding.log = known.log
        founding.devices = known.devices.map { FoundingDevice(record: $0) }
        session.foundings[peer] = founding
        for (index, device) in known.devices.enumerated() {
            ask(
                .keyPackage(peer, device: index), .takeStock(device.stock.renamed()), &work)
        }
    }

    /// A key package came: with the last one the group can be made.
    mutating func foundingTook(
        _ taken: Taken, of peer: AccountID, device index: Int, _ work: inout Workspace
    ) throws(Halt) {
        guard var founding = session.foundings[peer], founding.devices.indices.contains(index),
            let card = try work.conversation(peer)?.card
        else { return }
        let account = try work.account()
        var device = founding.devices[index]
        device.attempts += 1
        device.package = usable(
            taken, for: device.record, of: peer, card: card, relay: account.relayKey.id,
            at: work.time)
        founding.devices[index] = device
        session.foundings[peer] = founding
        guard device.package != nil else {
            guard device.attempts < ClientLimits.packageAttemptsMax, !taken.isLastResort else {
                return try giveUp(peer, .noKeyPackage, &work)
            }
            return ask(
                .keyPackage(peer, device: index), .takeStock(device.record.stock.renamed()), &work)
        }
        try establish(peer, &work)
    }

    /// A key package that opens, is valid now, and belongs to the device it was taken for.
    private func usable(
        _ taken: Taken, for device: RecordDevice, of peer: AccountID, card: Card, relay: RelayID,
        at now: Timestamp
    ) -> KeyPackage? {
        guard let bytes = try? card.openKeyPackage(taken.package.sealed, stock: device.stock),
            let package = try? KeyPackage(encoded: bytes),
            package.suite == .mlkem768X25519AES128,
            package.leafNode.signatureKey == device.deviceKey.bytes,
            let mailbox = package.leafNode.extensions[.mailbox],
            (try? MailboxExtension(wireBytes: mailbox))?.address == device.mailbox
        else { return nil }
        let policy = DirectLeaves(accounts: [peer], relay: relay).policy(at: now)
        do { try package.validate(policy: policy) } catch { return nil }
        return package
    }

    /// Founds what was waiting for tokens only.
    mutating func establishWaiting(_ work: inout Workspace) throws(Halt) {
        for peer in Array(session.foundings.keys) { try establish(peer, &work) }
    }

    /// Stops founding; it is tried again later.
    mutating func giveUp(
        _ peer: AccountID, _ reason: ObstacleReason, after wait: Duration? = nil,
        _ work: inout Workspace
    ) throws(Halt) {
        session.foundings[peer] = nil
        let until = work.time.adding(wait ?? ClientLimits.foundingRetryDelay)
        session.wait(.peerRecord(peer), until: until)
        // Each attempt takes key packages: a full mailbox is not tried anew by each process.
        try hinder(peer, reason, until: reason == .mailboxFull ? until : nil, &work)
    }

    /// Makes the group once everything for it is here: one commit adds the peer's devices and opens
    /// the lane. Merged at once, since nobody else could have committed.
    private mutating func establish(_ peer: AccountID, _ work: inout Workspace) throws(Halt) {
        guard let founding = session.foundings[peer], !founding.devices.isEmpty else { return }
        let packages = founding.devices.compactMap(\.package)
        guard packages.count == founding.devices.count else { return }
        try work.need([.conversation(peer), .publication, .account])
        guard var conversation = try work.conversation(peer) else { return }
        guard conversation.activeIndex == nil else {
            session.foundings[peer] = nil
            return
        }
        var publication = try work.publication()
        guard let token = publication.takeToken(.conversation) else { return try publish(&work) }
        work.put(.publication(publication), under: .publication)
        session.foundings[peer] = nil

        let account = try work.account()
        let lane = LaneID(made: work.entropy.bytes(LaneID.byteCount))
        let opening: Opening
        do {
            opening = try Opening(
                account: account, token: token, peer: peer, lane: lane, packages: packages,
                now: work.time, using: &work.entropy)
        } catch {
            return try giveUp(peer, .noKeyPackage, &work)
        }
        let post = try opening.post(
            to: founding.devices.map(\.record), lane: lane, using: &work.entropy)
        work.keep(opening.group, changes: opening.group.allRecords)
        work.put(
            .lane(
                LaneRecord(
                    group: opening.group.id, peer: peer, number: 0, head: nil,
                    epochs: [opening.second, opening.first])), under: .lane(lane))
        conversation.log = founding.log?.unverified ?? conversation.log
        conversation.groups.append(
            DirectGroup(
                id: opening.group.id, lane: lane,
                rank: .of(opening.group.id, account.id, peer)))
        conversation.profileSent = nil
        work.put(.conversation(conversation), under: .conversation(peer))
        launch(post, epoch: opening.first.epoch, .opening, in: opening.group.id, &work)
        try hinder(peer, nil, &work)
        try pump(peer, &work)
        try publish(&work)
    }
}

extension GroupRank {
    /// `H("direct group", group id ‖ smaller account ‖ larger account)` [CHAT-3].
    static func of(_ group: GroupID, _ one: AccountID, _ other: AccountID) -> GroupRank {
        let accounts = min(one, other).bytes + max(one, other).bytes
        return GroupRank(made: Labelled.hash("direct group", group.bytes + accounts))
    }
}

extension SottoIdentity.RecordError {
    /// What the error means for a conversation.
    var obstacle: ObstacleReason {
        switch self {
        case .expired: .recordExpired
        case .forked: .accountForked
        default: .recordInvalid
        }
    }
}
