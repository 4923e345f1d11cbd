// A relay that listens on a free port, and devices that talk to it through the client's link.

import Logging
import MetricsTestKit
import SottoCrypto
import SottoRelayCore
import SottoRelayLink
import SottoRelayProtocol
import SottoRelayServer
import SottoSimulation
import SottoWire
import Testing

/// A running relay.
struct ServedRelay {
    let server: RelayServer
    let id: RelayID

    /// A relay over a store in memory, or over another one.
    static func start(
        mailboxEntriesMax: Int = 10_000, heldBytesMax: Int = 256 << 20,
        transport: TransportOptions = TransportOptions(), blobs: MemoryBlobs? = nil,
        options: BlobOptions = BlobOptions(), store: (any RelayStore)? = nil,
        metrics: TestMetrics = TestMetrics()
    ) async throws -> ServedRelay {
        var entropy = Entropy.system()
        let key = try SignaturePrivateKey.random(using: &entropy)
        let home = RelayHome(
            store: store ?? MemoryRelayStore(incarnation: .random(using: &entropy)),
            privateKey: key,
            secrets: try RelaySecrets(master: entropy.secret(32), names: entropy.secret(32)),
            blobs: blobs.map { BlobStore(index: $0, files: $0) })
        let server = try await RelayServer.start(
            home,
            RelayConfiguration(
                mailboxEntriesMax: mailboxEntriesMax, heldBytesMax: heldBytesMax,
                transport: transport, blobs: options),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            metrics: metrics)
        return ServedRelay(server: server, id: RelayKey(made: key.publicKey).id)
    }

    /// A relay over a store in memory, as configured; it counts for itself alone.
    static func start(configuration: RelayConfiguration) async throws -> ServedRelay {
        var entropy = Entropy.system()
        let key = try SignaturePrivateKey.random(using: &entropy)
        let home = RelayHome(
            store: MemoryRelayStore(incarnation: .random(using: &entropy)), privateKey: key,
            secrets: try RelaySecrets(master: entropy.secret(32), names: entropy.secret(32)))
        let server = try await RelayServer.start(
            home, configuration,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), metrics: nil)
        return ServedRelay(server: server, id: RelayKey(made: key.publicKey).id)
    }

    /// Runs `body` against a relay that is shut down afterwards.
    static func with(
        mailboxEntriesMax: Int = 10_000, heldBytesMax: Int = 256 << 20,
        transport: TransportOptions = TransportOptions(), blobs: MemoryBlobs? = nil,
        options: BlobOptions = BlobOptions(), store: (any RelayStore)? = nil,
        metrics: TestMetrics = TestMetrics(),
        _ body: (ServedRelay) async throws -> Void
    ) async throws {
        let relay = try await start(
            mailboxEntriesMax: mailboxEntriesMax, heldBytesMax: heldBytesMax,
            transport: transport, blobs: blobs, options: options, store: store,
            metrics: metrics)
        do {
            try await body(relay)
        } catch {
            await relay.server.shutdown()
            throw error
        }
        await relay.server.shutdown()
    }

    func connect() async throws -> SottoRelayLink.RelayConnection {
        try await SottoRelayLink.RelayConnection.connect(
            to: RelayOrigin("ws://127.0.0.1:\(server.port)"), trusting: .pinned(id),
            entropy: .system())
    }

    /// A connection on which hellos were exchanged, to go on by hand.
    func raw() async throws -> RawClient {
        try await RawClient.open(server.port, pinned: id)
    }

    /// A connection by hand that is this device's.
    func raw(of device: ServedDevice) async throws -> RawClient {
        let client = try await raw()
        let binding = try #require(client.binding)
        let proof = Authenticate(
            mailbox: device.mailbox, signedBy: device.key, on: binding)
        guard case .success = try await client.ask(.authenticate(proof)) else {
            throw RawClient.Unexpected(text: "not the owner")
        }
        return client
    }

    /// A device with a registered mailbox and one token.
    func device() async throws -> ServedDevice {
        var entropy = Entropy.system()
        let key = try SignaturePrivateKey.random(using: &entropy)
        let sealing = try X25519.PrivateKey.random(using: &entropy)
        let mailbox = MailboxID.random(using: &entropy)
        let connection = try await connect()
        _ = try await connection.register(
            mailbox, mailboxKey: key, sealingKey: SealingKey(sealing.publicKey))
        let token = try await connection.mint(1)[0]
        return ServedDevice(
            mailbox: mailbox, key: key, sealing: sealing, connection: connection,
            recipient: Recipient(mailbox: mailbox, token: token))
    }
}

/// A device as its owner's connection has it.
struct ServedDevice {
    let mailbox: MailboxID
    let key: SignaturePrivateKey
    let sealing: X25519.PrivateKey
    let connection: SottoRelayLink.RelayConnection
    let recipient: Recipient

    /// The next entries, opened.
    func entries(_ count: Int, credit: Int = 64) async throws -> [MailboxEntry] {
        var opener = MailboxOpener(mailbox: mailbox, privateKey: sealing)
        var entries: [MailboxEntry] = []
        for try await delivery in try await connection.subscribe(credit: credit) {
            entries.append(try opener.open(delivery))
            if entries.count == count { break }
        }
        return entries
    }
}

/// A lane and the posts of its members.
struct ServedLane {
    let id: LaneID
    var token: LaneToken
    private var entropy = Entropy.system()

    init() {
        id = .random(using: &entropy)
        token = .random(using: &entropy)
    }

    /// The same lane as another member has it.
    func asAnotherMember() -> ServedLane {
        var lane = self
        lane.entropy = Entropy.system()
        return lane
    }

    mutating func message(_ text: String, to devices: [ServedDevice]) -> Post {
        Post(
            id: .random(using: &entropy), lane: id, laneToken: token, envelope: text.utf8,
            recipients: devices.map(\.recipient))
    }

    /// A commit, after which the lane has another token.
    mutating func commit(
        to devices: [ServedDevice], opens: Bool = false, welcoming newcomers: [ServedDevice] = []
    ) -> Post {
        let next = LaneToken.random(using: &entropy)
        let welcomes = newcomers.map {
            Welcome(recipient: $0.recipient, envelope: Array("welcome".utf8))
        }
        defer { token = next }
        return Post(
            id: .random(using: &entropy), lane: id, laneToken: token,
            commit: CommitPart(
                opens ? .opensLane : .follows, nextTokenHash: next.hash, welcomes: welcomes),
            envelope: "commit".utf8, recipients: devices.map(\.recipient))
    }
}
