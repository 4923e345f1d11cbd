// One value of every kind, made from a seed, for tests to take apart.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

/// What a relay and a device have, drawn from one number.
struct Samples {
    var entropy: Entropy
    let relayKeyPair: SignaturePrivateKey
    let relayKey: RelayKey
    let mailboxKeyPair: SignaturePrivateKey
    let mailboxKey: MailboxKey
    let sealingPrivateKey: X25519.PrivateKey
    let sealingKey: SealingKey
    let mailbox: MailboxID
    let incarnation: Incarnation
    let lane: LaneID
    let masterKey: Secret
    let now = Timestamp(milliseconds: 1_790_000_000_000)

    init(_ number: UInt8 = 1) throws {
        entropy = Entropy(seed: Secret(copying: [UInt8](repeating: number, count: 32)))
        relayKeyPair = try .random(using: &entropy)
        relayKey = try RelayKey(relayKeyPair.publicKey)
        mailboxKeyPair = try .random(using: &entropy)
        mailboxKey = try MailboxKey(mailboxKeyPair.publicKey)
        sealingPrivateKey = try .random(using: &entropy)
        sealingKey = try SealingKey(sealingPrivateKey.publicKey)
        mailbox = .random(using: &entropy)
        incarnation = .random(using: &entropy)
        lane = .random(using: &entropy)
        masterKey = entropy.secret(32)
    }

    var binding: ConnectionBinding {
        var entropy = entropy
        return ConnectionBinding(
            relayKey: relayKey, relayNonce: .random(using: &entropy),
            clientNonce: .random(using: &entropy))
    }

    mutating func token(
        _ kind: TokenKind = .conversation, for mailbox: MailboxID? = nil, generation: UInt32 = 1
    ) -> DeliveryToken {
        DeliverySecret(
            masterKey: masterKey, mailbox: mailbox ?? self.mailbox, generation: generation
        ).mint(kind, using: &entropy)
    }

    mutating func blobToken() -> BlobToken {
        BlobSecret(masterKey: masterKey).mint(bytesMax: 9, expires: 20_000, using: &entropy)
    }

    mutating func recipient() -> Recipient {
        let mailbox = MailboxID.random(using: &entropy)
        return Recipient(mailbox: mailbox, token: token(for: mailbox))
    }

    mutating func message(_ envelope: [UInt8] = [1, 2, 3]) -> Post {
        Post(
            id: .random(using: &entropy), lane: lane, laneToken: .random(using: &entropy),
            envelope: envelope, recipients: [recipient(), recipient()])
    }

    mutating func commit() -> Post {
        let part = CommitPart(
            .opensLane, nextTokenHash: .random(using: &entropy),
            welcomes: [Welcome(recipient: recipient(), envelope: [9, 8])])
        return Post(
            id: .random(using: &entropy), lane: lane, laneToken: .random(using: &entropy),
            commit: part, envelope: [4], recipients: [recipient()])
    }

    /// Heads of a lane after messages with the envelopes [1], [2], ...
    func chain(_ count: Int) -> [LaneHead] {
        var head = LaneHead.start(of: lane, at: relayKey, incarnation: incarnation)
        return (1...count).map { number in
            head = head.following(
                kind: .message, nextTokenHash: .zero,
                envelope: .of([UInt8(truncatingIfNeeded: number)]))
            return head
        }
    }

    func signedHeads(_ count: Int) -> [SignedHead] {
        let signed = try? HeadBatch.sign(
            chain(count), incarnation: incarnation, at: now, with: relayKeyPair)
        return signed ?? []
    }

    mutating func requests() -> [Request.Body] {
        let record = Record(version: 1, sealed: [5, 5])
        let addition = StockAddition(
            packages: [SealedPackage(sealed: [1]), SealedPackage(sealed: [2])],
            lastResort: SealedPackage(sealed: [3]))
        let locator = Locator.random(using: &entropy)
        let register = Register(
            mailbox: mailbox, mailboxKey: mailboxKey, sealingKey: sealingKey,
            signedBy: mailboxKeyPair, on: binding)
        let put = PutRecord(
            locator: locator, writeKey: writeKey, record: record, signedBy: mailboxKeyPair,
            at: relayKey)
        let putStock = PutStock(
            locator: locator, writeKey: writeKey, version: 7, addition: addition,
            signedBy: mailboxKeyPair, at: relayKey)
        return [
            .ping, .register(register),
            .authenticate(Authenticate(mailbox: mailbox, signedBy: mailboxKeyPair, on: binding)),
            .mint(Mint(count: 256)), .subscribe(credit: 64), .credit(3),
            .ack(sequence: 1 << 40), .deny(Deny(labels: [token().label, token(.open).label])),
            .newGeneration(7), .setOpen(true), .mintBlob(MintBlob(bytes: 1 << 30)),
            .mint(Mint(kind: .lastResort, count: 1)),
            .post(message()), .post(commit()), .putRecord(put),
            .getRecord(locator), .putStock(putStock), .takeStock(locator), .countStock(locator),
            .ephemeral(
                Ephemeral(
                    lane: lane, laneToken: .random(using: &entropy), envelope: [1, 2],
                    recipients: [recipient(), recipient()])),
            .links(
                GetLinks(lane: lane, laneToken: .random(using: &entropy), from: 1, to: 1 << 50)),
        ]
    }

    mutating func answers() -> [Answer] {
        let head = signedHeads(5)[3]
        return [
            .ping, .register(Owned(acked: 0, newest: 0)),
            .authenticate(Owned(acked: 3, newest: 9)),
            .mint(Minted(tokens: [token(), token()])), .mintBlob(blobToken()), .subscribe, .credit,
            .ack,
            .deny, .newGeneration, .setOpen,
            .post(Accepted(head: head, statuses: [.stored, .full, .refused])), .putRecord,
            .getRecord(Record(version: 2, sealed: [7])), .putStock,
            .takeStock(Taken(package: SealedPackage(sealed: [8]), isLastResort: true)),
            .countStock(StockCount(version: 3, count: 20, hasLastResort: false)), .ephemeral,
            .links(
                Links(
                    first: 3, previous: head.claim.hash,
                    links: [
                        Link(
                            kind: .commit, nextTokenHash: .random(using: &entropy),
                            envelopeHash: .of([1]), commit: [1]),
                        Link(
                            kind: .message, nextTokenHash: .zero, envelopeHash: .of([2]),
                            commit: nil),
                    ], head: head)),
        ]
    }

    mutating func clientFrames() -> [ClientFrame] {
        let hello = ClientHello(
            nonce: .random(using: &entropy),
            extensions: [HelloExtension(type: 9, data: [1]), HelloExtension(type: 8, data: [])])
        let requests = requests().enumerated().map { index, body in
            ClientFrame.request(Request(id: UInt32(index) + 1, body: body))
        }
        return [.hello(hello)] + requests
    }

    mutating func relayFrames() -> [RelayFrame] {
        let hello = RelayHello(
            answering: .random(using: &entropy), relayKey: relayKey,
            nonce: .random(using: &entropy), incarnation: incarnation, key: relayKeyPair)
        let answers = answers().map { answer in
            RelayFrame.response(Response(id: 7, result: .success(answer)))
        }
        return [.hello(hello)] + answers + [
            .delivery(Delivery(sequence: 12, sealed: [1, 2, 3, 4])), .notice(.superseded),
            .notice(.draining), .ephemeral(EphemeralDelivery(sealed: [5, 6])),
        ]
    }

    private var writeKey: WriteKey { (try? WriteKey(mailboxKeyPair.publicKey)) ?? .zero }
}

extension Array<UInt8> {
    /// These bytes with one bit changed.
    func flipping(bit: Int) -> [UInt8] {
        var bytes = self
        bytes[bit / 8] ^= 1 << (bit % 8)
        return bytes
    }
}
