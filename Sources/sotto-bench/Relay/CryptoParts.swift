// The hashes, checks and seals of a message, on one thread.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

struct CryptoParts {
    private let post: Post
    private let secret: DeliverySecret
    private let token: DeliveryToken
    private let key: MailboxSealingKey
    private let relayKey: SignaturePrivateKey
    private let incarnation: Incarnation
    private let start: LaneHead
    private let entry: [UInt8]
    private let batch: Int

    init(bytes: Int, batch: Int) throws {
        var entropy = Entropy.system()
        self.batch = batch
        let mailbox = MailboxID.random(using: &entropy)
        secret = DeliverySecret(masterKey: entropy.secret(32), mailbox: mailbox, generation: 1)
        token = secret.mint(using: &entropy)
        let now = Timestamp(milliseconds: 1)
        var sealer = try MailboxSealer(now: now, using: &entropy)
        let sealingKey = try SealingKey(X25519.PrivateKey.random(using: &entropy).publicKey)
        key = try sealer.key(for: mailbox, sealingKey: sealingKey, now: now, using: &entropy)
        relayKey = try .random(using: &entropy)
        incarnation = .random(using: &entropy)
        post = Post(
            id: .random(using: &entropy), lane: .random(using: &entropy),
            laneToken: .random(using: &entropy), envelope: entropy.bytes(bytes),
            recipients: [Recipient(mailbox: mailbox, token: token)])
        start = LaneHead(
            lane: post.lane, incarnation: incarnation, number: 1, hash: .random(using: &entropy))
        entry = entropy.bytes(bytes + 500)
    }

    /// The hashes of one post and its share of a batch's tree and signature.
    func hashes() -> Duration {
        let one = CPUTime.ofCall {
            use(post.bodyHash)
            use(post.laneToken.hash)
            use(following())
        }
        let heads = Array(repeating: following(), count: batch)
        let tree = CPUTime.ofCall {
            use(
                try? HeadBatch.sign(
                    heads, incarnation: incarnation, at: Timestamp(milliseconds: 1), with: relayKey)
            )
        }
        return one + tree / batch
    }

    func checks() -> Duration { CPUTime.ofCall { use(secret.admits(token)) } }

    func seals() -> Duration {
        var entropy = Entropy.system()
        return CPUTime.ofCall { use(key.seal(entry, sequence: 1, using: &entropy)) }
    }

    private func following() -> LaneHead {
        start.following(kind: .message, nextTokenHash: .zero, envelope: .of(post.envelope))
    }
}
