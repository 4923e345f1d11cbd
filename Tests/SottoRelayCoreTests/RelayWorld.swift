// A relay over a store in memory, and the devices and lanes that tests play with it.

import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoSimulation
import SottoWire
import Testing

/// A device as the relay knows it.
struct Device {
    let connection: ConnectionID
    let mailbox: MailboxID
    let keyPair: SignaturePrivateKey
    let sealing: X25519.PrivateKey
    var opener: MailboxOpener
    var token: DeliveryToken?

    var recipient: Recipient? { token.map { Recipient(mailbox: mailbox, token: $0) } }
}

/// One conversation's side of a lane.
struct Lane {
    let id: LaneID
    var token: LaneToken
}

/// A relay without network, and what came of the last batch.
struct RelayWorld {
    var entropy = Entropy(seed: Secret(copying: [UInt8](repeating: 5, count: 32)))
    var store: MemoryRelayStore
    var engine: RelayEngine
    var now = Timestamp(milliseconds: 1_790_000_000_000)
    var nextConnection: UInt64 = 1
    var nextRequest: UInt32 = 1
    var replies: [RelayReply] = []
    let privateKey: SignaturePrivateKey
    let secrets: RelaySecrets
    let quotas: RelayQuotas

    init(quotas: RelayQuotas = RelayQuotas()) throws {
        self.quotas = quotas
        store = MemoryRelayStore(incarnation: .random(using: &entropy))
        privateKey = try .random(using: &entropy)
        secrets = try RelaySecrets(master: entropy.secret(32), names: entropy.secret(32))
        engine = try RelayEngine(
            privateKey: privateKey, secrets: secrets, quotas: quotas, store: store,
            now: now, entropy: entropy)
        _ = entropy.next()
    }

    /// A new process over the same store and keys.
    mutating func restart() throws {
        engine = try RelayEngine(
            privateKey: privateKey, secrets: secrets, quotas: quotas, store: store,
            now: now, entropy: Entropy(seed: entropy.secret(32)))
        replies = []
    }

    /// What the store holds now, as a backup has it.
    mutating func backup() -> MemoryRelayStore {
        MemoryRelayStore(restoring: store, incarnation: .random(using: &entropy))
    }

    /// A new process with the same keys over a store that was put back.
    mutating func restore(_ backup: MemoryRelayStore) throws {
        store = backup
        try restart()
    }

    var verifier: HeadVerifier { HeadVerifier(relayKey: engine.identity.relayKey) }

    mutating func binding() -> ConnectionBinding {
        ConnectionBinding(
            relayKey: engine.identity.relayKey, relayNonce: .random(using: &entropy),
            clientNonce: .random(using: &entropy))
    }

    mutating func connect() -> ConnectionID {
        nextConnection += 1
        return ConnectionID(nextConnection)
    }

    mutating func pass(_ seconds: UInt64) {
        now = Timestamp(milliseconds: now.milliseconds + seconds * 1_000)
    }

    /// Sweeps until the relay says that nothing is left.
    mutating func sweep() throws {
        for _ in 0..<10 {
            let mayHaveMore = engine.sweep(now: now)
            if !mayHaveMore { return }
        }
        throw WorldError()
    }

    // MARK: Asking

    mutating func operation(
        _ asked: RelayOperation.Asked, on connection: ConnectionID
    ) -> RelayOperation {
        nextRequest += 1
        return RelayOperation(
            connection: connection, body: .request(id: nextRequest, asked))
    }

    /// Runs a batch of one request each and returns the results in order.
    mutating func ask(
        _ asked: [(RelayOperation.Asked, ConnectionID)]
    ) -> [Result<Answer, RelayRefusal>] {
        let operations = asked.map { operation($0.0, on: $0.1) }
        replies = engine.run(operations, now: now).replies
        return results(of: operations)
    }

    func results(of operations: [RelayOperation]) -> [Result<Answer, RelayRefusal>] {
        operations.compactMap { operation in
            guard case .request(let id, _) = operation.body else { return nil }
            for reply in replies {
                switch reply.event {
                case .response(id, let result): return result
                case .subscribed(id, let owned): return .success(.authenticate(owned))
                default: continue
                }
            }
            return nil
        }
    }

    mutating func ask(
        _ asked: RelayOperation.Asked, on connection: ConnectionID? = nil
    ) throws -> Result<Answer, RelayRefusal> {
        let connection = connection ?? connect()
        return try #require(ask([(asked, connection)]).first)
    }

    // MARK: Devices

    mutating func register(
        _ mailbox: MailboxID? = nil, _ keyPair: SignaturePrivateKey? = nil,
        _ sealing: X25519.PrivateKey? = nil, pass: RegistrationPass = RegistrationPass()
    ) throws -> (Device, Result<Answer, RelayRefusal>) {
        let keyPair = try keyPair ?? .random(using: &entropy)
        let sealing = try sealing ?? .random(using: &entropy)
        let mailbox = mailbox ?? .random(using: &entropy)
        let binding = binding()
        let register = Register(
            mailbox: mailbox, mailboxKey: try MailboxKey(keyPair.publicKey),
            sealingKey: try SealingKey(sealing.publicKey), pass: pass, signedBy: keyPair,
            on: binding)
        let device = Device(
            connection: connect(), mailbox: mailbox, keyPair: keyPair, sealing: sealing,
            opener: MailboxOpener(mailbox: mailbox, privateKey: sealing))
        let verified = try Verified(register, on: binding)
        let result = try ask(.register(verified), on: device.connection)
        return (device, result)
    }

    /// A registration of somebody new, which shows work if some is wanted.
    mutating func registration(
        pass: RegistrationPass = RegistrationPass(), workBits: Int = 0
    ) throws -> RelayOperation.Asked {
        let keyPair = try SignaturePrivateKey.random(using: &entropy)
        let sealing = try X25519.PrivateKey.random(using: &entropy)
        let mailbox = MailboxID.random(using: &entropy)
        let mailboxKey = try MailboxKey(keyPair.publicKey)
        let binding = binding()
        var pass = pass
        if workBits > 0 {
            pass.work = RegistrationWork(mailbox: mailbox, mailboxKey: mailboxKey, on: binding)
                .find(bits: workBits, from: 0, tries: 1 << 20)
        }
        let register = Register(
            mailbox: mailbox, mailboxKey: mailboxKey,
            sealingKey: try SealingKey(sealing.publicKey), pass: pass, signedBy: keyPair,
            on: binding)
        return .register(try Verified(register, on: binding))
    }

    /// A registered device with a token to give away.
    mutating func device() throws -> Device {
        let (device, result) = try register()
        #expect(result == .success(.register(Owned(acked: 0, newest: 0))))
        return try renewed(device)
    }

    /// The device with another token to give away, which no lane has seen.
    mutating func renewed(_ device: Device, _ kind: TokenKind = .conversation) throws -> Device {
        var device = device
        let binding = binding()
        let proof = Authenticate(mailbox: device.mailbox, signedBy: device.keyPair, on: binding)
        _ = try ask(.authenticate(proof, binding), on: device.connection)
        let mint = Mint(kind: kind, count: 1)
        guard case .mint(let minted) = try ask(.mint(mint), on: device.connection).get() else {
            throw WorldError()
        }
        device.token = minted.tokens[0]
        return device
    }

    mutating func devices(_ count: Int) throws -> [Device] {
        try (0..<count).map { _ in try device() }
    }

    // MARK: Posts

    mutating func message(
        to lane: Lane, _ devices: [Device], _ envelope: [UInt8] = [1, 2, 3]
    ) -> Post {
        Post(
            id: .random(using: &entropy), lane: lane.id, laneToken: lane.token,
            envelope: envelope, recipients: devices.compactMap(\.recipient))
    }

    mutating func commit(
        to lane: Lane, next: LaneToken, _ devices: [Device], opens: Bool = false,
        _ form: CommitForm? = nil, welcomes: [Device] = [], _ envelope: [UInt8] = [9]
    ) -> Post {
        let part = CommitPart(
            form ?? (opens ? .opensLane : .follows), nextTokenHash: next.hash,
            welcomes: welcomes.compactMap(\.recipient).map {
                Welcome(recipient: $0, envelope: [7, 7])
            })
        return Post(
            id: .random(using: &entropy), lane: lane.id, laneToken: lane.token, commit: part,
            envelope: envelope, recipients: devices.compactMap(\.recipient))
    }

    /// A commit to a lane, stored; answers the token of the epoch that it begins.
    mutating func storeCommit(
        to lane: Lane, _ devices: [Device], _ form: CommitForm = .follows,
        _ envelope: [UInt8] = [9]
    ) throws -> LaneToken {
        let next = LaneToken.random(using: &entropy)
        _ = try post(commit(to: lane, next: next, devices, form, envelope))
        return next
    }

    mutating func newLane() -> Lane {
        Lane(id: .random(using: &entropy), token: .random(using: &entropy))
    }

    /// A lane whose first commit has reached these devices.
    mutating func openLane(_ devices: [Device]) throws -> Lane {
        var lane = newLane()
        let next = LaneToken.random(using: &entropy)
        let commit = commit(to: lane, next: next, devices, opens: true)
        _ = try post(commit)
        lane.token = next
        return lane
    }

    mutating func post(_ post: Post) throws -> Accepted {
        guard case .post(let accepted) = try ask(.post(post)).get() else {
            throw WorldError()
        }
        return accepted
    }

    // MARK: Mailboxes

    /// What lies in a device's mailbox, opened.
    mutating func entries(_ device: inout Device) throws -> [MailboxEntry] {
        let key = RowKey.entries(device.mailbox, after: 0, max: 1_000)
        guard case .entries(_, _, _, let deliveries) = try store.find([key]).first else {
            throw WorldError()
        }
        return try deliveries.map { try device.opener.open($0) }
    }

    func mailboxRow(_ device: Device) throws -> MailboxRow {
        guard case .mailbox(_, let row?) = try store.find([.mailbox(device.mailbox)]).first
        else { throw WorldError() }
        return row
    }

    /// What the last batch told a connection beside answers.
    func events(for connection: ConnectionID) -> [ConnectionEvent] {
        replies.filter { $0.connection == connection }.map(\.event)
    }
}

/// The relay answered something that the test did not ask for.
struct WorldError: Error {}

extension MailboxEntry {
    var lane: LaneEntry? {
        if case .lane(let entry) = content { entry } else { nil }
    }
}

extension Result<Answer, RelayRefusal> {
    var refusal: RelayRefusal? {
        if case .failure(let refusal) = self { refusal } else { nil }
    }

    var accepted: Accepted? {
        if case .success(.post(let accepted)) = self { accepted } else { nil }
    }
}
