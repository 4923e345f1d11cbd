// A store with as many mailboxes and lanes as one likes, made without asking a relay.

import Foundation
import SottoCrypto
import SottoRelayCore
import SottoRelayProtocol
import SottoRelaySQLite
import SottoWire

/// Mailboxes with a lane each, all made from their number.
struct GrowthWorld {
    let count: Int
    private let masterKey: Secret
    private let key: SignaturePrivateKey
    private let sealingKey: SealingKey
    private let seed: Secret

    /// Fills a fresh data folder.
    init(filling folder: String, count: Int) throws {
        var entropy = Entropy.system()
        self.count = count
        key = try .random(using: &entropy)
        sealingKey = try SealingKey(X25519.PrivateKey.random(using: &entropy).publicKey)
        seed = entropy.secret(32)
        let home = try RelayHome.open(folder: folder)
        masterKey = home.secrets.master
        for start in stride(from: 0, to: count, by: Self.batch) {
            try home.store.write(
                (start..<min(start + Self.batch, count)).flatMap { number -> [RelayWrite] in
                    let row = LaneRow(
                        epoch: 1, tokenHash: token(number).hash, number: 1, head: .zero,
                        day: Self.today)
                    let box = MailboxRow(
                        mailboxKey: MailboxKey(made: key.publicKey), sealingKey: sealingKey)
                    return [.mailbox(mailbox(number), box), .lane(lane(number), row)]
                })
        }
        try home.store.fold()
    }

    /// A post to the mailbox with this number, in its own lane.
    func post(to number: Int, _ envelope: [UInt8], using entropy: inout Entropy) -> Post {
        let id = mailbox(number)
        let secret = DeliverySecret(masterKey: masterKey, mailbox: id, generation: 1)
        return Post(
            id: .random(using: &entropy), lane: lane(number), laneToken: token(number),
            envelope: envelope,
            recipients: [Recipient(mailbox: id, token: secret.mint(using: &entropy))])
    }

    /// Makes a connection the owner's of the mailbox with this number.
    func authenticate(_ number: Int, on connection: LoadConnection) throws {
        let proof = Authenticate(mailbox: mailbox(number), signedBy: key, on: connection.binding)
        _ = try connection.ask(.authenticate(proof))
    }

    private func mailbox(_ number: Int) -> MailboxID {
        MailboxID(made: bytes("mailbox", number, 16))
    }
    private func lane(_ number: Int) -> LaneID { LaneID(made: bytes("lane", number, 32)) }
    private func token(_ number: Int) -> LaneToken { LaneToken(made: bytes("token", number, 32)) }

    private func bytes(_ name: String, _ number: Int, _ count: Int) -> [UInt8] {
        let derived = Labelled.derive(
            seed, name, context: UInt64(number).wireBytes, count: count)
        return derived.withBytes { Array($0) }
    }

    private static let batch = 10_000

    private static var today: UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return UInt64(now.tv_sec) / 86_400
    }
}
