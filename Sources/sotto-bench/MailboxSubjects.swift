// What a relay's post costs in primitives: tokens, pins, sealing for mailboxes, signed heads.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

/// Calls that a relay makes for each recipient, and those of an owner.
struct MailboxSubjects {
    private var entropy = Entropy.system()
    private let now = Timestamp(milliseconds: 1_800_000_000_000)

    /// The calls, with keys ready.
    mutating func all() throws -> [Subject] { try sealing() + tokens() + heads() }

    /// A sealing key is agreed on once for each mailbox and ephemeral key, which is made anew every
    /// 10 minutes: what is cold in between is warm.
    private mutating func sealing() throws -> [Subject] {
        let mailbox = MailboxID.random(using: &entropy)
        let owner = try X25519.PrivateKey.random(using: &entropy)
        let sealingKey = try SealingKey(owner.publicKey)
        let cold = try MailboxSealer(now: now, using: &entropy)
        var warm = cold
        let key = try warm.key(
            for: mailbox, sealingKey: sealingKey, now: now, using: &entropy)
        let entry = entropy.bytes(1_024)
        let sealed = key.seal(entry, sequence: 1, using: &entropy)
        let delivery = Delivery(sequence: 1, sealed: sealed)
        var opener = MailboxOpener(mailbox: mailbox, privateKey: owner)
        let (now, fresh) = (now, opener)
        var entropy = entropy
        return [
            Subject("mailbox sealing key, cold") {
                var sealer = cold
                use(
                    try sealer.key(
                        for: mailbox, sealingKey: sealingKey, now: now, using: &entropy))
            },
            Subject("mailbox seal 1 KiB, warm") {
                use(key.seal(entry, sequence: 1, using: &entropy))
            },
            Subject("mailbox open 1 KiB, warm") { use(try? opener.open(delivery)) },
            Subject("mailbox open 1 KiB, cold") {
                var opener = fresh
                use(try? opener.open(delivery))
            },
        ]
    }

    private mutating func tokens() throws -> [Subject] {
        let (master, mailbox) = (entropy.secret(32), MailboxID.random(using: &entropy))
        let secret = DeliverySecret(masterKey: master, mailbox: mailbox, generation: 1)
        let token = secret.mint(using: &entropy)
        let lane = LaneID.random(using: &entropy)
        return [
            Subject("delivery secret") {
                use(DeliverySecret(masterKey: master, mailbox: mailbox, generation: 1))
            },
            Subject("delivery token check") { use(secret.admits(token)) },
            Subject("delivery token pin") { use((token.pin, token.pinned(to: lane))) },
        ]
    }

    private mutating func heads() throws -> [Subject] {
        let relay = try SignaturePrivateKey.random(using: &entropy)
        let incarnation = Incarnation.random(using: &entropy)
        let start = LaneHead.start(
            of: .random(using: &entropy), at: try RelayKey(relay.publicKey),
            incarnation: incarnation)
        let envelope = EnvelopeHash.of(entropy.bytes(1_024))
        let batch = (0..<64).map { _ in
            start.following(
                kind: .message, nextTokenHash: .zero,
                envelope: .of(entropy.bytes(32)))
        }
        let now = now
        return [
            Subject("lane head") {
                use(start.following(kind: .message, nextTokenHash: .zero, envelope: envelope))
            },
            Subject("head batch of 64") {
                use(
                    try HeadBatch.sign(batch, incarnation: incarnation, at: now, with: relay))
            },
        ]
    }
}
