// All that a relay decides, a batch at a time: no clock, no entropy of its own, no disk, no net.

package import SottoCrypto
package import SottoRelayProtocol
import SottoWire

/// The relay's state in memory and its decisions.
///
/// A batch of operations is decided with `decide`, which asks for rows until it has what it
/// needs. When its writes are on disk, `committed` makes the decision the truth; if they could not
/// be written, `abandoned` leaves everything as it was before.
package struct RelayCore: Sendable {
    let identity: RelayIdentity
    let secrets: RelaySecrets
    var quotas: RelayQuotas
    var terms = RegistrationTerms()
    var rows = RelayRows()
    var owners = RowSet<ConnectionID, MailboxID>()
    var subscribers = RowSet<MailboxID, ConnectionID>()
    var sealer: MailboxSealer
    var deliverySecrets: [MailboxID: DeliverySecret] = [:]
    /// The delivery secret of nobody.
    let decoy: DeliverySecret
    /// How many names each connection had evaluated. Forgotten with the connection.
    var questions = RowSet<ConnectionID, RateWindow>()
    var batch = RelayBatch(operations: 0)

    /// A relay that has decided nothing yet.
    package init(
        identity: RelayIdentity, secrets: RelaySecrets, quotas: RelayQuotas, now: Timestamp,
        using entropy: inout Entropy
    ) throws(CryptoError) {
        self.identity = identity
        self.secrets = secrets
        self.quotas = quotas
        decoy = DeliverySecret(masterKey: entropy.secret(32), mailbox: .zero, generation: 1)
        sealer = try MailboxSealer(now: now, using: &entropy)
    }

    /// Takes over rows that a store has found for `missing`.
    package mutating func learn(_ found: [FoundRow]) { rows.learn(found) }

    /// Decides a batch, or says what it needs to know first.
    ///
    /// Answers leave in the order of the operations, then deliveries, each mailbox's in order.
    package mutating func decide(
        _ operations: [RelayOperation], now: Timestamp, using entropy: inout Entropy
    ) -> RelayDecision {
        abandoned()
        batch = RelayBatch(operations: operations.count)
        for (index, operation) in operations.enumerated() {
            decide(operation, at: index, now: now, using: &entropy)
        }
        guard batch.missing.isEmpty else { return .missing(batch.missing) }
        finishPosts(operations, now: now, using: &entropy)
        finishMailboxes()
        return .effects(
            writes: batch.writes,
            replies: batch.answers.compactMap { $0 } + batch.notices.filter(isOfUse))
    }

    /// Whether a notice still holds at the end of its batch: who was superseded in it and has
    /// subscribed again since is the newest once more [MBX-6].
    private func isOfUse(_ notice: RelayReply) -> Bool {
        guard case .superseded = notice.event, let id = owners[notice.connection] else {
            return true
        }
        return subscribers[id] != notice.connection
    }

    /// What the last decision wrote is on disk.
    package mutating func committed() {
        rows.commit()
        owners.commit(remembersAbsence: false)
        subscribers.commit(remembersAbsence: false)
        questions.commit(remembersAbsence: false)
        batch = RelayBatch(operations: 0)
        if deliverySecrets.count > RelayCoreLimits.rowsRememberedMax { deliverySecrets = [:] }
    }

    /// What the last decision would have written is not on disk; nothing of it happened.
    package mutating func abandoned() {
        rows.abandon()
        owners.abandon()
        subscribers.abandon()
        questions.abandon()
        batch = RelayBatch(operations: 0)
    }

    private mutating func decide(
        _ operation: RelayOperation, at index: Int, now: Timestamp,
        using entropy: inout Entropy
    ) {
        switch operation.body {
        case .request(let id, let asked):
            guard let event = answer(asked, of: operation, at: index, id, now, &entropy) else {
                return
            }
            batch.answers[index] = RelayReply(connection: operation.connection, event: event)
        case .fetch(let request):
            guard let fetched = fetch(request, for: operation.connection) else { return }
            batch.answers[index] = RelayReply(
                connection: operation.connection, event: .fetched(fetched))
        case .disconnect: disconnect(operation.connection)
        case .probe: batch.writes.append(.probe)
        }
    }

    /// The answer to a request; nothing while rows are missing or a post waits for its head.
    private mutating func answer(
        _ asked: RelayOperation.Asked, of operation: RelayOperation, at index: Int,
        _ id: UInt32, _ now: Timestamp, _ entropy: inout Entropy
    ) -> ConnectionEvent? {
        let connection = operation.connection
        do throws(Pending) {
            let answer: Answer
            switch asked {
            case .register(let verified):
                answer = .register(
                    try register(verified, on: connection, now, &entropy))
            case .authenticate(let proof, let binding):
                answer = .authenticate(try authenticate(proof, binding, on: connection))
            case .mint(let mint): answer = .mint(try self.mint(mint, for: connection, &entropy))
            case .deny(let labels):
                try deny(labels, for: connection)
                answer = .deny
            case .newGeneration(let generation):
                try begin(generation, for: connection)
                answer = .newGeneration
            case .setOpen(let isOpen):
                try setOpen(isOpen, for: connection)
                answer = .setOpen
            case .subscribe:
                return .subscribed(request: id, try subscribe(connection))
            case .ack(let sequence):
                try acknowledge(sequence, for: connection)
                answer = .ack
            case .post(let post):
                try accept(post, at: index, now, &entropy)
            case .putRecord(let verified):
                try put(verified.request, now)
                answer = .putRecord
            case .getRecord(let locator): answer = .getRecord(try record(at: locator))
            case .putStock(let verified):
                try put(verified.request, now)
                answer = .putStock
            case .takeStock(let locator): answer = .takeStock(try take(from: locator, now))
            case .countStock(let locator): answer = .countStock(try count(at: locator))
            case .links(let links):
                answer = .links(try self.links(links, at: index, now))
            case .ephemeral(let ephemeral):
                try forward(ephemeral, now, &entropy)
                answer = .ephemeral
            case .closeMailbox:
                try closeMailbox(of: connection)
                answer = .closeMailbox
            case .remove(let verified):
                try remove(verified.request)
                answer = verified.request.kind == .record ? .removeRecord : .removeStock
            case .evaluate(let element):
                answer = .evaluate(try evaluate(element, for: connection, now))
            }
            return .response(request: id, .success(answer))
        } catch {
            guard case .refused(let refusal) = error else { return nil }
            return .response(request: id, .failure(refusal))
        }
    }
}

/// Why a request has no answer in this round.
enum Pending: Error, Equatable {
    /// It is refused, which is an answer.
    case refused(RelayRefusal)
    /// Rows are missing; they were noted.
    case missingRows
    /// It is a post that gets its head when the batch is signed.
    case signature
}

extension RelayCore {
    /// The row of a lookup, or nothing when there is none. Notes what is missing.
    mutating func row<Row>(
        _ lookup: Lookup<Row>, _ key: @autoclosure () -> RowKey
    ) throws(Pending) -> Row? {
        switch lookup {
        case .found(let row): return row
        case .absent: return nil
        case .unknown:
            batch.missing.append(key())
            throw .missingRows
        }
    }

    /// The mailbox of an owner's connection and its row.
    mutating func owned(
        by connection: ConnectionID
    ) throws(Pending) -> (id: MailboxID, row: MailboxRow) {
        guard let id = owners[connection] else { throw .refused(.notPermitted) }
        guard let row = try row(rows.mailboxes.find(id), .mailbox(id)) else {
            throw .refused(.notPermitted)
        }
        return (id, row)
    }

    /// Makes a mailbox's row part of what the batch writes.
    mutating func change(_ id: MailboxID, to row: MailboxRow) {
        rows.mailboxes.change(id, to: row)
        batch.mailboxes.append(id)
    }

    /// Writes each changed mailbox once.
    mutating func finishMailboxes() {
        var written: Set<MailboxID> = []
        for id in batch.mailboxes where written.insert(id).inserted {
            guard let row = rows.mailboxes[id] else { continue }
            batch.writes.append(.mailbox(id, row))
        }
    }
}
