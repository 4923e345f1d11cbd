// A relay in memory that keeps its promises unless a test makes it lie.

import SottoClientCore
import SottoCrypto
import SottoRelayProtocol
import SottoWire

/// Lanes, mailboxes, records and stocks, without quotas.
struct ScriptedRelay {
    struct Lane {
        var head: LaneHead
        var token: LaneTokenHash
        var past: [LaneTokenHash] = []
    }

    struct Mailbox {
        let sealingKey: SealingKey
        var entries: [(sequence: UInt64, entry: MailboxEntry)] = []
        var newest: UInt64 = 0
        var acknowledged: UInt64 = 0
    }

    let key: SignaturePrivateKey
    var incarnation: Incarnation
    var lanes: [LaneID: Lane] = [:]
    var mailboxes: [MailboxID: Mailbox] = [:]
    var records: [Locator: Record] = [:]
    /// Where somebody else may write.
    var foreign: Set<Locator> = []
    var stocks: [Locator: (version: UInt64, packages: [SealedPackage], last: SealedPackage?)] = [:]
    /// The post ids that were accepted, with their answers.
    var posts: [PostID: Accepted] = [:]
    /// The statuses that are answered instead of `stored`.
    var statuses: [MailboxID: RecipientStatus] = [:]
    /// Refusals that come before anything else, each once.
    var refusals: [RequestType: RelayRefusal] = [:]
    private var entropy = Entropy(seed: Secret(copying: [UInt8](repeating: 99, count: 32)))
    private var sealer: MailboxSealer

    init() throws {
        key = try SignaturePrivateKey.random(using: &entropy)
        incarnation = Incarnation(made: entropy.bytes(16))
        sealer = try MailboxSealer(now: Timestamp(milliseconds: 0), using: &entropy)
    }

    var relayKey: RelayKey { RelayKey(made: key.publicKey) }

    mutating func register(_ account: OwnAccount) {
        let key = SealingKey(made: account.mailboxSealing.publicKey)
        if mailboxes[account.mailbox] == nil {
            mailboxes[account.mailbox] = Mailbox(sealingKey: key)
        }
    }

    mutating func answer(
        _ body: Request.Body, for mailbox: MailboxID
    ) -> Result<Answer, RelayRefusal> {
        if let refusal = refusals.removeValue(forKey: body.type) { return .failure(refusal) }
        switch body {
        case .mint(let mint): return .success(.mint(minted(mint, for: mailbox)))
        case .putRecord(let put):
            guard !foreign.contains(put.locator) else { return .failure(.notPermitted) }
            guard put.record.version == (records[put.locator]?.version ?? 0) + 1 else {
                return .failure(.conflict)
            }
            records[put.locator] = put.record
            return .success(.putRecord)
        case .getRecord(let locator):
            return records[locator].map { .success(.getRecord($0)) } ?? .failure(.notFound)
        case .putStock(let put): return add(put)
        case .takeStock(let locator): return takePackage(locator)
        case .countStock(let locator):
            guard let stock = stocks[locator] else { return .failure(.notFound) }
            return .success(
                .countStock(
                    StockCount(
                        version: stock.version, count: UInt32(stock.packages.count),
                        hasLastResort: stock.last != nil)))
        case .post(let post): return accept(post)
        default: return .failure(.malformed)
        }
    }

    private mutating func minted(_ mint: Mint, for mailbox: MailboxID) -> Minted {
        let secret = DeliverySecret(masterKey: .zero(32), mailbox: mailbox, generation: 0)
        return Minted(tokens: (0..<mint.count).map { _ in secret.mint(mint.kind, using: &entropy) })
    }

    private mutating func add(_ put: PutStock) -> Result<Answer, RelayRefusal> {
        var stock = stocks[put.locator] ?? (0, [], nil)
        guard put.version == stock.version + 1 else { return .failure(.conflict) }
        stock.version = put.version
        stock.packages += put.addition.packages
        stock.last = put.addition.lastResort ?? stock.last
        stocks[put.locator] = stock
        return .success(.putStock)
    }

    private mutating func takePackage(_ locator: Locator) -> Result<Answer, RelayRefusal> {
        guard var stock = stocks[locator] else { return .failure(.notFound) }
        defer { stocks[locator] = stock }
        if !stock.packages.isEmpty {
            let package = stock.packages.removeFirst()
            return .success(.takeStock(Taken(package: package, isLastResort: false)))
        }
        guard let last = stock.last else { return .failure(.notFound) }
        return .success(.takeStock(Taken(package: last, isLastResort: true)))
    }
}

// MARK: - Lanes

extension ScriptedRelay {
    mutating func accept(_ post: Post) -> Result<Answer, RelayRefusal> {
        if let answer = posts[post.id] { return .success(.post(answer)) }
        var lane: Lane
        if let known = lanes[post.lane] {
            guard post.laneToken.hash == known.token else {
                return .failure(known.past.contains(post.laneToken.hash) ? .stale : .notPermitted)
            }
            lane = known
        } else {
            guard post.commit?.form == .opensLane else { return .failure(.notPermitted) }
            lane = Lane(
                head: .start(of: post.lane, at: relayKey, incarnation: incarnation),
                token: post.laneToken.hash)
        }
        let before = lane.head
        let next = post.commit?.nextTokenHash ?? .zero
        lane.head = before.following(
            kind: post.kind, nextTokenHash: next, envelope: .of(post.envelope))
        if post.commit != nil {
            lane.past.append(lane.token)
            lane.token = next
        }
        lanes[post.lane] = lane
        let signed = sign(lane.head)
        let entry = LaneEntry(
            head: signed, kind: post.kind, nextTokenHash: next, previousHead: before.hash,
            envelope: post.envelope)
        var answers: [RecipientStatus] = []
        for recipient in post.recipients {
            answers.append(put(.lane(entry), into: recipient.mailbox))
        }
        for welcome in post.commit?.welcomes ?? [] {
            let entry = WelcomeEntry(head: signed, envelope: welcome.envelope)
            answers.append(put(.welcome(entry), into: welcome.recipient.mailbox))
        }
        let accepted = Accepted(head: signed, statuses: answers)
        posts[post.id] = accepted
        return .success(.post(accepted))
    }

    func sign(_ head: LaneHead) -> SignedHead {
        let signed = try? HeadBatch.sign(
            [head], incarnation: head.incarnation, at: Timestamp(milliseconds: 1), with: key)
        guard let signed = signed?.first else { preconditionFailure("one head is a batch") }
        return signed
    }

    mutating func put(_ content: MailboxContent, into mailbox: MailboxID) -> RecipientStatus {
        if let status = statuses[mailbox], status != .stored { return status }
        guard mailboxes[mailbox] != nil else { return .refused }
        let previous = mailboxes[mailbox]?.newest ?? 0
        mailboxes[mailbox]?.newest = previous + 1
        mailboxes[mailbox]?.entries.append(
            (previous + 1, MailboxEntry(previous: previous, content: content)))
        return .stored
    }

    /// What lies in a mailbox, sealed for its owner.
    mutating func deliveries(of mailbox: MailboxID) throws -> [Delivery] {
        guard let box = mailboxes[mailbox] else { return [] }
        let now = Timestamp(milliseconds: 0)
        let key = try sealer.key(
            for: mailbox, sealingKey: box.sealingKey, now: now, using: &entropy)
        return box.entries.map { sequence, entry in
            Delivery(
                sequence: sequence,
                sealed: key.seal(entry.wireBytes, sequence: sequence, using: &entropy))
        }
    }
}
