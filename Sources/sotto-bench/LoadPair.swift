// Two devices and a lane between them, as a relay sees a conversation.

import SottoCrypto
import SottoRelayLink
import SottoRelayProtocol
import SottoWire

/// A mailbox with its owner's connection, subscribed.
struct LoadMailbox: Sendable {
    let connection: RelayConnection
    let recipient: Recipient
    let deliveries: RelayDeliveries
    let opener: MailboxOpener

    init(on connection: RelayConnection, entropy: inout Entropy) async throws {
        let mailbox = MailboxID.random(using: &entropy)
        let key = try SignaturePrivateKey.random(using: &entropy)
        let sealing = try X25519.PrivateKey.random(using: &entropy)
        _ = try await connection.register(
            mailbox, mailboxKey: key, sealingKey: try SealingKey(sealing.publicKey))
        guard let token = try await connection.mint(1).first else { throw BenchError.noToken }
        self.connection = connection
        recipient = Recipient(mailbox: mailbox, token: token)
        deliveries = try await connection.subscribe(credit: 512)
        opener = MailboxOpener(mailbox: mailbox, privateKey: sealing)
    }
}

/// One conversation of two devices. Every post goes to both.
struct LoadPair: Sendable {
    let mailboxes: [LoadMailbox]
    private let poster: RelayConnection
    private let lane: LaneID
    private let token: LaneToken

    /// Registers both mailboxes and opens the lane; each mailbox gets the opening commit.
    init(
        connect: @Sendable () async throws -> RelayConnection, bytes: Int
    ) async throws {
        var entropy = Entropy.system()
        mailboxes = [
            try await LoadMailbox(on: try await connect(), entropy: &entropy),
            try await LoadMailbox(on: try await connect(), entropy: &entropy),
        ]
        poster = try await connect()
        lane = .random(using: &entropy)
        token = .random(using: &entropy)
        let opening = Post(
            id: .random(using: &entropy), lane: lane, laneToken: .random(using: &entropy),
            commit: CommitPart(.opensLane, nextTokenHash: token.hash, welcomes: []),
            envelope: entropy.bytes(bytes), recipients: mailboxes.map(\.recipient))
        let accepted = try await poster.post(opening)
        guard accepted.statuses.allSatisfy({ $0 == .stored }) else { throw BenchError.notStored }
    }

    /// Posts a message to both mailboxes and waits for its acceptance.
    func post(_ id: PostID, _ envelope: [UInt8]) async throws {
        let post = Post(
            id: id, lane: lane, laneToken: token, envelope: envelope,
            recipients: mailboxes.map(\.recipient))
        let accepted = try await poster.post(post)
        guard accepted.statuses.allSatisfy({ $0 == .stored }) else { throw BenchError.notStored }
    }

    func close() {
        for connection in mailboxes.map(\.connection) + [poster] { connection.close() }
    }
}
