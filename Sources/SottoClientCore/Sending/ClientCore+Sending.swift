// From what a user says to a post that waits for the relay.

import SottoContent
import SottoCrypto
import SottoEnvelope
import SottoIdentity
import SottoMLS
import SottoRelayProtocol
import SottoWire

extension ClientCore {
    /// Stores a text and sends it as soon as may be; the conversation is accepted by that
    /// [CHAT-5].
    mutating func send(
        _ text: String, to peer: AccountID, _ work: inout Workspace
    ) throws(Halt) -> Reply {
        guard !text.isEmpty else { throw .refused(.emptyText) }
        guard text.utf8.count <= ClientLimits.textBytesMax else {
            throw .refused(.textTooLong(bytesMax: ClientLimits.textBytesMax))
        }
        try work.need([.account, .conversation(peer), .counters, .worklist])
        guard var conversation = try work.conversation(peer) else {
            throw .refused(.unknownPeer)
        }
        guard conversation.queue.count < ClientLimits.waitingMessagesMax else {
            throw .refused(.tooManyWaiting)
        }
        let number = try work.next(\.message)
        let message = MessageRecord(
            number: number, conversation: conversation.row, peer: peer, time: work.time,
            body: .text(text), course: .waiting)
        work.put(.message(message), under: .message(number))
        conversation.queue.append(number)
        conversation.isAccepted = true
        work.put(.conversation(conversation), under: .conversation(peer))
        session.hurry(.peerRecord(peer))
        try hurry(peer, &work)
        try pump(peer, &work)
        return .message(number)
    }

    /// Encrypts one thing in a group and keeps it with its post until the relay answers [ONCE-3].
    ///
    /// - Returns: Whether something is under way in the group now.
    mutating func send(
        _ cargo: Cargo, in index: Int, of conversation: inout ConversationRecord,
        _ account: OwnAccount, _ work: inout Workspace
    ) throws(Halt) -> Bool {
        let group = conversation.groups[index]
        guard try work.flight(group.id) == nil else { return true }
        guard let lane = try work.lane(group.lane), let keys = lane.epochs.first else {
            throw .damaged
        }
        if let stale = group.staleEpoch, keys.epoch <= stale {
            let since = group.staleSince ?? work.time
            if since.adding(ClientLimits.staleGroupKept) <= work.time {
                // The commit does not come, or did not process: a new group takes over.
                try close(group, of: &conversation, &work)
                work.emit(.resume(from: 0))
            }
            return false
        }
        conversation.groups[index].staleEpoch = nil
        conversation.groups[index].staleSince = nil
        guard let data = try write(cargo, in: group, account, &work) else {
            conversation.queue.removeAll { cargo == .message($0) }
            return false
        }
        let message = try protect(
            data, in: group, seen: SeenHead(lane.head), signer: account.deviceKey, &work)
        let envelope: [UInt8]
        do {
            envelope = try LaneEnvelope.seal(
                message, kind: .message, lane: group.lane.bytes, key: keys.envelopeKey,
                using: &work.entropy)
        } catch {
            throw .impossible
        }
        let post = Post(
            id: PostID(made: work.entropy.bytes(PostID.byteCount)), lane: group.lane,
            laneToken: keys.token, envelope: envelope,
            recipients: try work.group(group.id, signer: account.deviceKey).recipients)
        take(cargo, from: &conversation)
        launch(post, epoch: keys.epoch, cargo, in: group.id, &work)
        ask(.post(conversation.peer, post.id), .post(post), &work)
        return true
    }

    /// Keeps a post until it is answered, and its envelope's hash until it comes back.
    func launch(
        _ post: Post, epoch: UInt64, _ cargo: Cargo, in group: GroupID, _ work: inout Workspace
    ) {
        let flight = FlightRecord(
            post: post, epoch: epoch, cargo: cargo, since: work.time)
        work.put(.flight(flight), under: .flight(group))
        let echo = EchoRecord(cargo: cargo)
        work.put(.echo(echo), under: .echo(.of(post.envelope)))
    }

    /// Takes what is under way out of what waits.
    private func take(_ cargo: Cargo, from conversation: inout ConversationRecord) {
        switch cargo {
        case .message(let number): conversation.queue.removeAll { $0 == number }
        case .receipts(let receipts):
            conversation.receipts.removeAll { receipts.contains($0) }
        case .opening, .profile: break
        }
    }

    /// What a cargo is as MLS application data; `nil` for a message that cannot be sent, which is
    /// then marked so.
    private func write(
        _ cargo: Cargo, in group: DirectGroup, _ account: OwnAccount, _ work: inout Workspace
    ) throws(Halt) -> [UInt8]? {
        switch cargo {
        case .opening: throw .impossible
        case .receipts(let receipts):
            let entries = receipts.map { receipt in
                MessageStatusReport.Entry(
                    receipt.content, receipt.stage == .read ? .read : .delivered)
            }
            do {
                return ApplicationData.status(try MessageStatusReport(entries).encoded).wireBytes
            } catch { throw .impossible }
        case .profile(let name):
            let salt = ContentSalt(made: work.entropy.bytes(ContentSalt.byteCount))
            do {
                let content = MIMIContent.profile(Profile(name: try DisplayName(name)), salt: salt)
                return ApplicationData.content(content.encoded).wireBytes
            } catch { throw .impossible }
        case .message(let number):
            return try write(message: number, in: group, account, &work)
        }
    }

    private func write(
        message number: Int64, in group: DirectGroup, _ account: OwnAccount,
        _ work: inout Workspace
    ) throws(Halt) -> [UInt8]? {
        guard var message = try work.message(number), case .text(let text) = message.body else {
            throw .damaged
        }
        let salt = ContentSalt(made: work.entropy.bytes(ContentSalt.byteCount))
        let origin = MessageOrigin(account: account.id.bytes, group: group.id.bytes)
        do {
            let content = try ContentMessage(try .text(text, salt: salt), from: origin)
            message.content = content.id
            work.put(.message(message), under: .message(number))
            return ApplicationData.content(content.bytes).wireBytes
        } catch {
            try fail(&message, .tooLarge, &work)
            return nil
        }
    }

    /// Encrypts application data; the ratchet's new state is kept with what it encrypted.
    private func protect(
        _ data: [UInt8], in group: DirectGroup, seen: SeenHead, signer: SignaturePrivateKey,
        _ work: inout Workspace
    ) throws(Halt) -> [UInt8] {
        var state = try work.group(group.id, signer: signer)
        for _ in 0..<ClientLimits.groupRoundsMax {
            var missing: [GroupRecordKey] = []
            do throws(ProtectError) {
                let outbound = try state.protect(
                    data, authenticatedData: seen.wireBytes, using: &work.entropy)
                work.keep(state, changes: outbound.changes)
                return outbound.message
            } catch {
                guard case .missing(let keys) = error else { throw .damaged }
                missing = keys
            }
            try work.load(missing, into: &state)
        }
        throw .damaged
    }
}

extension Group {
    /// Every mailbox in the tree, each once: the delivery list of the present epoch.
    var recipients: [Recipient] {
        var recipients: [Recipient] = []
        for member in members {
            guard let data = leafNode(at: member.index)?.extensions[.mailbox],
                let mailbox = try? MailboxExtension(wireBytes: data),
                let token = try? DeliveryToken(mailbox.token)
            else { continue }
            let id: MailboxID = mailbox.address.mailbox.renamed()
            guard !recipients.contains(where: { $0.mailbox == id }) else { continue }
            recipients.append(Recipient(mailbox: id, token: token))
        }
        return recipients
    }
}
