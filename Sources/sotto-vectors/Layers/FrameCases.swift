// Every frame of the relay's protocol once, with arbitrary contents.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

struct FrameCases {
    let binding: ConnectionBinding
    let relay: SignaturePrivateKey
    let owner: SignaturePrivateKey
    let writer: SignaturePrivateKey
    let clientHello: ClientHello
    let relayHello: RelayHello
    let register: Register
    let authenticate: Authenticate
    let putRecord: PutRecord
    let putStock: PutStock
    let message: Post
    let commit: Post
    let tokens: [DeliveryToken]
    let blobToken: BlobToken
    let head: SignedHead
    private let locator: Locator
    private let element: NameElement

    init(_ maker: inout VectorMaker) throws {
        let lane = try LaneCases(&maker)
        relay = lane.relay
        owner = try maker.signingKey()
        writer = try maker.signingKey()
        head = lane.sign(lane.heads[1...5])[2]
        binding = ConnectionBinding(
            relayKey: lane.relayKey, relayNonce: .random(using: &maker.entropy),
            clientNonce: .random(using: &maker.entropy))
        clientHello = ClientHello(
            nonce: binding.clientNonce,
            extensions: [HelloExtension(type: 0xF0F0, data: [1, 2, 3])])
        relayHello = RelayHello(
            answering: binding.clientNonce, relayKey: binding.relayKey, nonce: binding.relayNonce,
            incarnation: lane.heads[0].incarnation,
            extensions: RegistrationTerms(policy: .invitation, workBits: 12).extensions,
            key: relay)

        let mailbox = MailboxID.random(using: &maker.entropy)
        let mailboxKey = try MailboxKey(owner.publicKey)
        let work = RegistrationWork(mailbox: mailbox, mailboxKey: mailboxKey, on: binding)
            .find(bits: 12, from: 0, tries: 1 << 20)
        register = Register(
            mailbox: mailbox, mailboxKey: mailboxKey, sealingKey: .random(using: &maker.entropy),
            pass: RegistrationPass(invitation: .random(using: &maker.entropy), work: work),
            signedBy: owner, on: binding)
        authenticate = Authenticate(mailbox: mailbox, signedBy: owner, on: binding)

        locator = .random(using: &maker.entropy)
        let writeKey = try WriteKey(writer.publicKey)
        putRecord = PutRecord(
            locator: locator, writeKey: writeKey,
            record: Record(version: 3, sealed: maker.bytes(60)), signedBy: writer,
            at: binding.relayKey)
        let packages = (0..<3).map { _ in SealedPackage(sealed: maker.bytes(30)) }
        putStock = PutStock(
            locator: locator, writeKey: writeKey, version: 1,
            addition: StockAddition(packages: Array(packages.dropLast()), lastResort: packages[2]),
            signedBy: writer, at: binding.relayKey)

        let secret = DeliverySecret(
            masterKey: maker.entropy.secret(32), mailbox: mailbox, generation: 1)
        tokens = (0..<3).map { _ in secret.mint(using: &maker.entropy) }
        let recipients = tokens.map {
            Recipient(mailbox: .random(using: &maker.entropy), token: $0)
        }
        let (laneID, token) = (lane.heads[0].lane, LaneToken.random(using: &maker.entropy))
        message = Post(
            id: .random(using: &maker.entropy), lane: laneID, laneToken: token,
            envelope: maker.bytes(70), recipients: Array(recipients.dropLast()))
        let part = CommitPart(
            .opensLane, nextTokenHash: token.hash,
            welcomes: [Welcome(recipient: recipients[2], envelope: maker.bytes(20))])
        commit = Post(
            id: .random(using: &maker.entropy), lane: laneID, laneToken: token, commit: part,
            envelope: maker.bytes(70), recipients: Array(recipients.dropLast()))
        element = .random(using: &maker.entropy)
        blobToken = BlobSecret(masterKey: maker.entropy.secret(32)).mint(
            bytesMax: 5 << 20, expires: 20_783, using: &maker.entropy)
    }

    func removal(of kind: Removal.Kind) -> Removal {
        Removal(
            of: kind, locator: locator, version: 4, signedBy: writer, at: binding.relayKey)
    }

    // MARK: - What is right

    func requests() -> [VectorCase] {
        let bodies: [(String, Request.Body)] = [
            ("ping", .ping), ("register", .register(register)),
            ("authenticate", .authenticate(authenticate)), ("mint", .mint(Mint(count: 256))),
            ("subscribe", .subscribe(credit: 64)), ("credit", .credit(1)),
            ("ack", .ack(sequence: 1 << 40)),
            ("mint_of_last_resort", .mint(Mint(kind: .lastResort, count: 1))),
            ("deny", .deny(Deny(labels: tokens.map(\.label)))),
            ("new_generation", .newGeneration(2)), ("set_open", .setOpen(false)),
            ("mint_blob", .mintBlob(MintBlob(bytes: 5 << 20))),
            ("post_of_a_message", .post(message)),
            ("post_of_a_commit", .post(commit)), ("put_record", .putRecord(putRecord)),
            ("get_record", .getRecord(locator)), ("put_stock", .putStock(putStock)),
            ("take_stock", .takeStock(locator)), ("count_stock", .countStock(locator)),
            (
                "post_of_an_alternative",
                .post(
                    Post(
                        id: commit.id, lane: commit.lane, laneToken: commit.laneToken,
                        commit: CommitPart(
                            .alternative, nextTokenHash: commit.laneToken.hash, welcomes: []),
                        envelope: [1, 2, 3], recipients: message.recipients))
            ),
            ("ephemeral", .ephemeral(ephemeral(bytes: 40))),
            (
                "links",
                .links(
                    GetLinks(lane: message.lane, laneToken: message.laneToken, from: 2, to: 1 << 40)
                )
            ),
            ("close_mailbox", .closeMailbox), ("remove_record", .remove(removal(of: .record))),
            ("remove_stock", .remove(removal(of: .stock))), ("evaluate", .evaluate(element)),
        ]
        let hello = client("client_hello", ClientFrame.hello(clientHello).wireBytes)
        return [hello]
            + bodies.enumerated().map { index, body in
                client(
                    "request_\(body.0)",
                    ClientFrame.request(Request(id: UInt32(index + 1), body: body.1)).wireBytes)
            }
    }

    func answers() -> [VectorCase] {
        let answers: [(String, Answer)] = [
            ("ping", .ping), ("register", .register(Owned(acked: 0, newest: 0))),
            ("authenticate", .authenticate(Owned(acked: 40, newest: 42))),
            ("mint", .mint(Minted(tokens: tokens))), ("subscribe", .subscribe),
            ("credit", .credit), ("ack", .ack), ("deny", .deny),
            ("new_generation", .newGeneration), ("set_open", .setOpen),
            ("mint_blob", .mintBlob(blobToken)),
            ("post", .post(Accepted(head: head, statuses: [.stored, .full, .refused]))),
            ("put_record", .putRecord), ("get_record", .getRecord(putRecord.record)),
            ("put_stock", .putStock),
            (
                "take_stock",
                .takeStock(Taken(package: putStock.addition.packages[0], isLastResort: false))
            ),
            (
                "take_stock_of_last_resort",
                .takeStock(Taken(package: putStock.addition.packages[1], isLastResort: true))
            ),
            ("count_stock", .countStock(StockCount(version: 2, count: 39, hasLastResort: true))),
            ("ephemeral", .ephemeral), ("links", .links(links)),
            (
                "links_of_none",
                .links(Links(first: 4, previous: head.claim.hash, links: [], head: head))
            ),
            ("close_mailbox", .closeMailbox), ("remove_record", .removeRecord),
            ("remove_stock", .removeStock), ("evaluate", .evaluate(element)),
        ]
        let refusals: [RelayRefusal] = [
            .malformed, .unsupportedVersion, .notPermitted, .wrongConnection, .tooLarge,
            .rateLimited(retryAfter: .milliseconds(1_500)), .stale, .conflict,
            .unavailable(retryAfter: .seconds(2)), .draining(retryAfter: .seconds(1)),
            .tooManyRequests, .notFound,
        ]
        func response(_ name: String, _ result: Result<Answer, RelayRefusal>) -> VectorCase {
            frame(name, RelayFrame.response(Response(id: 9, result: result)).wireBytes)
        }
        return [frame("relay_hello", RelayFrame.hello(relayHello).wireBytes)]
            + answers.map { response("answer_\($0.0)", .success($0.1)) }
            + refusals.map { response("refusal_\($0.code)", .failure($0)) }
            + [
                frame(
                    "delivery",
                    RelayFrame.delivery(Delivery(sequence: 42, sealed: [1, 2, 3])).wireBytes),
                frame(
                    "ephemeral",
                    RelayFrame.ephemeral(EphemeralDelivery(sealed: [4, 5, 6])).wireBytes),
                frame("notice_superseded", RelayFrame.notice(.superseded).wireBytes),
                frame("notice_draining", RelayFrame.notice(.draining).wireBytes),
            ]
    }

    func ephemeral(bytes: Int) -> Ephemeral {
        Ephemeral(
            lane: message.lane, laneToken: message.laneToken,
            envelope: [UInt8](repeating: 9, count: bytes), recipients: message.recipients)
    }

    private var links: Links {
        Links(
            first: 2, previous: head.claim.hash,
            links: [
                Link(
                    kind: .message, nextTokenHash: .zero, envelopeHash: .of([1]), commit: nil),
                Link(
                    kind: .commit, nextTokenHash: message.laneToken.hash,
                    envelopeHash: .of([2]), commit: [2]),
            ], head: head)
    }

    func client(_ name: String, _ bytes: [UInt8], _ failure: String? = nil) -> VectorCase {
        VectorCase(name, "client-frame", ["frame": .hex(bytes)], failure: failure)
    }

    func frame(_ name: String, _ bytes: [UInt8], _ failure: String? = nil) -> VectorCase {
        VectorCase(name, "relay-frame", ["frame": .hex(bytes)], failure: failure)
    }

    func request(_ body: Request.Body) -> [UInt8] {
        ClientFrame.request(Request(id: 7, body: body)).wireBytes
    }
}
