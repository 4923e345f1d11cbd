// Frames with one defect each, and signatures that belong elsewhere.

import SottoCrypto
import SottoRelayProtocol
import SottoWire

extension FrameCases {
    // MARK: - Signatures

    func signatures() -> [VectorCase] { hellos() + signedRequests() }

    private func hellos() -> [VectorCase] {
        let frame = RelayFrame.hello(relayHello).wireBytes
        func hello(
            _ name: String, _ frame: [UInt8], relayID: [UInt8]? = nil, nonce: [UInt8]? = nil,
            _ failure: String? = nil
        ) -> VectorCase {
            VectorCase(
                name, "verify-hello",
                [
                    "relay_id": .hex(relayID ?? binding.relayKey.id.bytes),
                    "client_nonce": .hex(nonce ?? binding.clientNonce.bytes),
                    "frame": .hex(frame),
                ], failure: failure)
        }
        let nonce = binding.clientNonce.bytes.flipping(bit: 0)
        return [
            hello("hello_of_the_pinned_relay", frame),
            hello(
                "hello_of_another_relay", frame,
                relayID: binding.relayKey.id.bytes.flipping(bit: 0), "wrong-relay"),
            hello("hello_replayed", frame, nonce: nonce, "bad-signature"),
            hello("hello_incarnation_changed", frame.flipping(bit: 70 * 8), "bad-signature"),
            hello(
                "hello_version_2", frame.flipping(bit: 2 * 8).flipping(bit: 2 * 8 + 1),
                "unknown-version"),
        ]
    }

    private func signedRequests() -> [VectorCase] {
        let bodies: [(String, Request.Body)] = [
            ("register", .register(register)), ("authenticate", .authenticate(authenticate)),
            ("put_record", .putRecord(putRecord)), ("put_stock", .putStock(putStock)),
            ("remove_record", .remove(removal(of: .record))),
            ("remove_stock", .remove(removal(of: .stock))),
        ]
        return bodies.flatMap { name, body -> [VectorCase] in
            let frame = request(body)
            func verify(
                _ title: String, _ frame: [UInt8], _ members: [String: JSON] = [:],
                _ failure: String? = "bad-signature"
            ) -> VectorCase {
                let input: JSON = [
                    "relay_key": .hex(binding.relayKey.bytes),
                    "relay_nonce": .hex(binding.relayNonce.bytes),
                    "client_nonce": .hex(binding.clientNonce.bytes),
                    "mailbox_key": .hex(owner.publicKey), "frame": .hex(frame),
                ]
                return VectorCase(
                    "\(name)_\(title)", "verify-request", input.adding(members), failure: failure)
            }
            let otherRelay = ["relay_key": JSON.hex(owner.publicKey)]
            let connection = ["relay_nonce", "client_nonce"].map { key in
                verify("of_another_connection_by_\(key)", frame, [key: .hex(owner.publicKey)])
            }
            let isOwners = name == "register" || name == "authenticate"
            return [
                verify("signed", frame, [:], nil),
                verify("signed_for_another_relay", frame, otherRelay),
                verify("signature_flipped", frame.flipping(bit: frame.count * 8 - 1)),
                verify("content_changed", frame.flipping(bit: 6 * 8)),
            ] + (isOwners ? connection : [])
        }
    }

    // MARK: - Defects

    func defects() -> [VectorCase] { clientDefects() + postDefects() + relayDefects() }

    private func clientDefects() -> [VectorCase] {
        let ping = request(.ping)
        let hello = ClientFrame.hello(clientHello).wireBytes
        let twice = ClientFrame.hello(
            ClientHello(
                nonce: binding.clientNonce,
                extensions: [
                    HelloExtension(type: 1, data: []), HelloExtension(type: 1, data: [2]),
                ])
        ).wireBytes
        let stock = request(.putStock(putStock))
        let packageLength = stock.count - 64 - 1 - 31
        return [
            client("client_frame_of_nothing", [], "malformed"),
            client("client_frame_of_type_3", [3] + ping.dropFirst(), "malformed"),
            client("client_frame_truncated", ping.dropLast(), "malformed"),
            client("client_frame_with_a_byte_after_it", ping + [0], "malformed"),
            client("request_of_type_2", ping.dropLast() + [2], "malformed"),
            client("mint_of_0", request(.mint(Mint(count: 0))), "malformed"),
            client("mint_of_257", request(.mint(Mint(count: 257))), "malformed"),
            client(
                "mint_of_kind_4", request(.mint(Mint(count: 1))).dropLast(3) + [4, 0, 1],
                "malformed"),
            client(
                "deny_of_129",
                request(.deny(Deny(labels: (0..<129).map { _ in tokens[0].label }))),
                "over-limit"),
            client(
                "set_open_of_2", request(.setOpen(true)).dropLast() + [2], "malformed"),
            client("hello_with_an_extension_twice", twice, "malformed"),
            client("hello_with_half_a_version", [1, 1] + hello.dropFirst(2), "malformed"),
            client(
                "hello_with_a_length_of_2_bytes", [1, 0x40, 2] + hello.dropFirst(2), "malformed"),
            client(
                "hello_with_a_length_of_4_bytes", [1, 0x80, 0, 0, 2] + hello.dropFirst(2),
                "malformed"),
            client("hello_with_a_length_of_8_bytes", [1, 0xC0] + hello.dropFirst(2), "malformed"),
            client(
                "put_stock_with_an_optional_of_2",
                Array(stock.prefix(packageLength)) + [2] + stock.dropFirst(packageLength + 1),
                "malformed"),
        ]
    }

    private func postDefects() -> [VectorCase] {
        func post(
            recipients: [Recipient], commit: CommitPart? = nil
        ) -> [UInt8] {
            request(
                .post(
                    Post(
                        id: message.id, lane: message.lane, laneToken: message.laneToken,
                        commit: commit, envelope: message.envelope, recipients: recipients)))
        }
        let recipients = message.recipients
        let twice = [recipients[0], recipients[1], recipients[0]]
        let welcomes = (commit.commit?.welcomes ?? []) + (commit.commit?.welcomes ?? [])
        let part = CommitPart(
            nextTokenHash: message.laneToken.hash, welcomes: welcomes)
        // Id, type, post id, lane and token come before the kind of a post.
        let kind = 1 + 4 + 1 + 16 + 32 + 32
        let frame = request(.post(commit))
        return [
            client("post_to_nobody", post(recipients: [])),
            client("post_to_a_mailbox_twice", post(recipients: twice), "malformed"),
            client(
                "post_with_two_welcomes_for_a_mailbox",
                post(recipients: recipients, commit: part), "malformed"),
            client(
                "post_kind_3", frame.prefix(kind) + [3] + frame.dropFirst(kind + 1), "malformed"),
            client(
                "post_with_a_form_of_3", frame.prefix(kind + 1) + [3] + frame.dropFirst(kind + 2),
                "malformed"),
            client(
                "ephemeral_of_1065_bytes",
                request(.ephemeral(ephemeral(bytes: RelayLimits.ephemeralBytesMax + 1))),
                "over-limit"),
        ]
    }

    private func relayDefects() -> [VectorCase] {
        let answer = RelayFrame.response(Response(id: 1, result: .success(.ping))).wireBytes
        let refusal = RelayFrame.response(Response(id: 1, result: .failure(.stale))).wireBytes
        let accepted = RelayFrame.response(
            Response(id: 1, result: .success(.post(Accepted(head: head, statuses: [.stored]))))
        ).wireBytes
        return [
            frame("relay_frame_of_nothing", [], "malformed"),
            frame("relay_frame_of_type_6", [6, 1], "malformed"),
            frame("notice_3", [4, 3], "malformed"),
            frame(
                "response_neither_answered_nor_refused",
                answer.prefix(5) + [2] + answer.dropFirst(6), "malformed"),
            frame("answer_to_type_2", answer.dropLast() + [2], "malformed"),
            frame("answer_with_a_byte_after_it", answer + [0], "malformed"),
            frame("refusal_13", refusal.prefix(6) + [0, 13] + refusal.dropFirst(8), "malformed"),
            frame("refusal_truncated", refusal.dropLast(), "malformed"),
            frame("refusal_with_text_that_is_not_utf8", refusal.dropLast() + [0xFF], "malformed"),
            frame("status_4", accepted.dropLast() + [4], "malformed"),
            frame(
                "relay_hello_truncated", RelayFrame.hello(relayHello).wireBytes.dropLast(),
                "malformed"),
        ]
    }
}
