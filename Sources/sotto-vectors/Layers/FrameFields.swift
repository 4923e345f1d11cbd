// What a frame holds, field by field, as the vectors show it.

import SottoRelayProtocol
import SottoWire

enum FrameFields {
    // MARK: - Clients

    static func of(_ frame: ClientFrame) -> JSON {
        switch frame {
        case .hello(let hello):
            [
                "type": "hello", "versions": .array(hello.versions.map { .number(Int($0)) }),
                "client_nonce": .hex(hello.nonce.bytes), "extensions": of(hello.extensions),
            ]
        case .request(let request):
            of(request.body).adding([
                "type": "request", "id": .number(Int(request.id)),
                "request": .string("\(request.body.type)"),
            ])
        }
    }

    private static func of(_ body: Request.Body) -> JSON {
        switch body {
        case .ping, .closeMailbox: [:]
        case .register(let register):
            [
                "mailbox": .hex(register.mailbox.bytes),
                "mailbox_key": .hex(register.mailboxKey.bytes),
                "sealing_key": .hex(register.sealingKey.bytes),
                "extensions": of(register.extensions),
                "signature": signature(register),
            ]
        case .authenticate(let authenticate):
            [
                "mailbox": .hex(authenticate.mailbox.bytes), "signature": signature(authenticate),
            ]
        case .mint(let mint):
            ["kind": .string("\(mint.kind)"), "count": .number(Int(mint.count))]
        case .deny(let deny): ["labels": .array(deny.labels.map { .hex($0.wireBytes) })]
        case .newGeneration(let generation): ["generation": .number(Int(generation))]
        case .setOpen(let isOpen): ["open": .bool(isOpen)]
        case .subscribe(let credit), .credit(let credit): ["credit": .number(Int(credit))]
        case .ack(let sequence): ["sequence": .number(Int(sequence))]
        case .mintBlob(let mint): ["bytes": .number(Int(mint.bytes))]
        case .post(let post): of(post)
        case .putRecord(let put):
            [
                "locator": .hex(put.locator.bytes), "write_key": .hex(put.writeKey.bytes),
                "version": .number(Int(put.record.version)), "sealed": .hex(put.record.sealed),
                "signature": signature(put),
            ]
        case .putStock(let put): of(put)
        case .getRecord(let locator), .takeStock(let locator), .countStock(let locator):
            ["locator": .hex(locator.bytes)]
        case .ephemeral(let ephemeral):
            [
                "lane": .hex(ephemeral.lane.bytes),
                "lane_token": .hex(ephemeral.laneToken.bytes),
                "envelope": .hex(ephemeral.envelope),
                "recipients": .array(ephemeral.recipients.map(of)),
            ]
        case .links(let links):
            [
                "lane": .hex(links.lane.bytes), "lane_token": .hex(links.laneToken.bytes),
                "from": .number(Int(links.from)), "to": .number(Int(links.to)),
            ]
        case .remove(let removal):
            [
                "locator": .hex(removal.locator.bytes), "write_key": .hex(removal.writeKey.bytes),
                "version": .number(Int(removal.version)), "signature": signature(removal),
            ]
        case .evaluate(let element): ["element": .hex(element.bytes)]
        }
    }

    private static func of(_ put: PutStock) -> JSON {
        [
            "locator": .hex(put.locator.bytes), "write_key": .hex(put.writeKey.bytes),
            "version": .number(Int(put.version)),
            "packages": .array(put.addition.packages.map { .hex($0.sealed) }),
            "last_resort": put.addition.lastResort.map { .hex($0.sealed) } ?? .null,
            "signature": signature(put),
        ]
    }

    private static func of(_ post: Post) -> JSON {
        let fields: JSON = [
            "post_id": .hex(post.id.bytes), "lane": .hex(post.lane.bytes),
            "lane_token": .hex(post.laneToken.bytes), "kind": .string("\(post.kind)"),
            "envelope": .hex(post.envelope), "recipients": .array(post.recipients.map(of)),
            "body_hash": .hex(post.bodyHash.bytes),
        ]
        guard let commit = post.commit else { return fields }
        return fields.adding([
            "form": .string("\(commit.form)"),
            "next_token_hash": .hex(commit.nextTokenHash.bytes),
            "welcomes": .array(
                commit.welcomes.map { welcome in
                    of(welcome.recipient).adding(["envelope": .hex(welcome.envelope)])
                }),
        ])
    }

    private static func of(_ recipient: Recipient) -> JSON {
        [
            "mailbox": .hex(recipient.mailbox.bytes), "token": .hex(recipient.token.wireBytes),
        ]
    }

    private static func of(_ extensions: [HelloExtension]) -> JSON {
        .array(extensions.map { ["type": .number(Int($0.type)), "data": .hex($0.data)] })
    }

    /// The last 64 bytes, where every signed structure has its signature.
    private static func signature(_ value: some WireEncodable) -> JSON {
        .hex(value.wireBytes.suffix(64))
    }

    // MARK: - Relays

    static func of(_ frame: RelayFrame) -> JSON {
        switch frame {
        case .hello(let hello): of(hello)
        case .response(let response):
            of(response.result).adding([
                "type": "response", "id": .number(Int(response.id)),
            ])
        case .delivery(let delivery):
            [
                "type": "delivery", "sequence": .number(Int(delivery.sequence)),
                "sealed": .hex(delivery.sealed),
            ]
        case .ephemeral(let delivery): ["type": "ephemeral", "sealed": .hex(delivery.sealed)]
        case .notice(let notice): ["type": "notice", "notice": .string("\(notice)")]
        }
    }

    static func of(_ hello: RelayHello) -> JSON {
        [
            "type": "hello", "version": .number(Int(hello.version)),
            "relay_key": .hex(hello.relayKey.bytes), "relay_nonce": .hex(hello.nonce.bytes),
            "incarnation": .hex(hello.incarnation.bytes),
            "frame_bytes_max": .number(Int(hello.frameBytesMax)),
            "requests_in_flight_max": .number(Int(hello.requestsInFlightMax)),
            "extensions": of(hello.extensions), "signature": signature(hello),
        ]
    }

    private static func of(_ result: Result<Answer, RelayRefusal>) -> JSON {
        switch result {
        case .success(let answer): of(answer).adding(["answer": .string("\(answer.type)")])
        case .failure(let refusal):
            [
                "code": .number(Int(refusal.code)), "text": .string(refusal.text),
                "retry_after_ms": .number(retryAfter(refusal)),
            ]
        }
    }

    private static func retryAfter(_ refusal: RelayRefusal) -> Int {
        switch refusal.retry {
        case .after(let wait), .onNewConnection(let wait): Int(wait / .milliseconds(1))
        default: 0
        }
    }

    private static func of(_ answer: Answer) -> JSON {
        switch answer {
        case .ping, .subscribe, .credit, .ack, .deny, .newGeneration, .setOpen, .closeMailbox,
            .putRecord, .putStock, .ephemeral, .removeRecord, .removeStock:
            [:]
        case .register(let owned), .authenticate(let owned):
            ["acked": .number(Int(owned.acked)), "newest": .number(Int(owned.newest))]
        case .mint(let minted): ["tokens": .array(minted.tokens.map { .hex($0.wireBytes) })]
        case .mintBlob(let token): ["token": .hex(token.wireBytes)]
        case .post(let accepted):
            [
                "head": of(accepted.head),
                "statuses": .array(accepted.statuses.map { .string("\($0)") }),
            ]
        case .getRecord(let record):
            ["version": .number(Int(record.version)), "sealed": .hex(record.sealed)]
        case .takeStock(let taken):
            ["package": .hex(taken.package.sealed), "last_resort": .bool(taken.isLastResort)]
        case .links(let links): of(links)
        case .evaluate(let element): ["element": .hex(element.bytes)]
        case .countStock(let count):
            [
                "version": .number(Int(count.version)), "count": .number(Int(count.count)),
                "has_last_resort": .bool(count.hasLastResort),
            ]
        }
    }

    private static func of(_ links: Links) -> JSON {
        [
            "first": .number(Int(links.first)), "previous": .hex(links.previous.bytes),
            "links": .array(
                links.links.map { link in
                    [
                        "kind": .string("\(link.kind)"),
                        "next_token_hash": .hex(link.nextTokenHash.bytes),
                        "envelope_hash": .hex(link.envelopeHash.bytes),
                        "commit": link.commit.map { .hex($0) } ?? .null,
                    ]
                }),
            "head": of(links.head),
        ]
    }

    // MARK: - What lies in a mailbox

    static func of(_ entry: MailboxEntry) -> JSON {
        switch entry.content {
        case .lane(let lane):
            [
                "previous": .number(Int(entry.previous)), "type": "lane", "head": of(lane.head),
                "kind": .string("\(lane.kind)"),
                "next_token_hash": .hex(lane.nextTokenHash.bytes),
                "previous_head": .hex(lane.previousHead.bytes),
                "envelope": .hex(lane.envelope),
            ]
        case .gap(let mark):
            [
                "previous": .number(Int(entry.previous)), "type": "gap",
                "lane": .hex(mark.lane.bytes), "number": .number(Int(mark.number)),
            ]
        case .welcome(let welcome):
            [
                "previous": .number(Int(entry.previous)), "type": "welcome",
                "head": of(welcome.head), "envelope": .hex(welcome.envelope),
            ]
        }
    }

    private static func of(_ signed: SignedHead) -> JSON {
        [
            "lane": .hex(signed.claim.lane.bytes),
            "incarnation": .hex(signed.claim.incarnation.bytes),
            "number": .number(Int(signed.claim.number)), "head": .hex(signed.claim.hash.bytes),
            "time_ms": .number(Int(signed.proof.time.milliseconds)),
            "size": .number(Int(signed.proof.size)), "index": .number(Int(signed.proof.index)),
            "signature": signature(signed),
        ]
    }
}
