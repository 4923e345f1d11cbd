// Contact links, as they are written, as they arrive, and broken.

import SottoCrypto
import SottoIdentity
import SottoWire

extension CardCases {
    func links(_ maker: inout VectorMaker) throws -> [VectorCase] {
        let relay = maker.bytes(32)
        let card = maker.bytes(32)
        func parts(_ origin: String) -> JSON {
            ["origin": .string(origin), "relay": .hex(relay), "card": .hex(card)]
        }
        let written = [
            ("link", "wss://relay.example"), ("link_with_a_port", "wss://relay.example:8443"),
            ("link_to_an_ipv6_address", "wss://[2001:db8::1]:1"),
            ("link_to_this_machine", "ws://localhost:8080"),
            ("link_to_this_machine_by_address", "ws://127.0.0.1:8080"),
            ("link_to_this_machine_by_ipv6_address", "ws://[::1]:8080"),
        ].map { name, origin in VectorCase(name, "write-link", parts(origin)) }
        let link = ContactLink(
            origin: try RelayOrigin("wss://relay.example:8443"), relay: try RelayIDField(relay),
            card: try Card(Secret(copying: card)))
        return written + arrived(link.reveal()) + broken(link.reveal(), relay: relay, card: card)
    }

    private func read(_ name: String, _ link: String, _ failure: String? = nil) -> VectorCase {
        VectorCase(name, "read-link", ["link": .string(link)], failure: failure)
    }

    private func arrived(_ link: String) -> [VectorCase] {
        let payload = link.drop { $0 != "#" }
        return [
            read("link_as_it_was_written", link),
            read("link_with_white_space_around", " \t\(link)\r\n"),
            read("link_with_line_breaks_within", link.prefix(40) + "\r\n" + link.dropFirst(40)),
            read("link_in_upper_case", "SOTTO:WSS://RELAY.EXAMPLE:8443\(payload)"),
        ]
    }

    private func broken(_ link: String, relay: [UInt8], card: [UInt8]) -> [VectorCase] {
        func payload(_ version: UInt8, origin: String = "wss://relay.example") -> String {
            let bytes = [version] + relay + card
            let checksum = Labelled.hash("contact link", Array(origin.utf8) + bytes).prefix(4)
            return Base64URL.encode(bytes + checksum)
        }
        let letters = Array(link)
        let middle = letters.count - 40
        var wrong = letters
        wrong[middle] = letters[middle] == "A" ? "B" : "A"
        return [
            read("link_with_a_wrong_letter", String(wrong), "wrong-checksum"),
            read(
                "link_to_another_relay", link.replacing("relay.example", with: "relay.other"),
                "wrong-checksum"),
            read("link_truncated", String(link.dropLast()), "malformed"),
            read("link_with_a_letter_after_it", link + "A", "malformed"),
            read("link_with_padding", link + "==", "malformed"),
            read("link_without_card", String(link.prefix { $0 != "#" }), "malformed"),
            read("link_with_a_second_hash_sign", link + "#", "malformed"),
            read("link_version_2", "sotto:wss://relay.example#\(payload(2))", "unknown-version"),
            read("link_of_another_scheme", "https:" + link.dropFirst(6), "other-scheme"),
            read(
                "link_to_another_scheme",
                "sotto:https://relay.example#\(payload(1, origin: "https://relay.example"))",
                "other-scheme"),
            read(
                "link_to_an_insecure_host",
                "sotto:ws://relay.example#\(payload(1, origin: "ws://relay.example"))",
                "insecure-origin"),
            read(
                "link_to_a_host_that_begins_like_this_machine",
                "sotto:ws://127.0.0.1.example#\(payload(1, origin: "ws://127.0.0.1.example"))",
                "insecure-origin"),
            read(
                "link_to_a_path",
                "sotto:wss://relay.example/x#\(payload(1, origin: "wss://relay.example/x"))",
                "malformed"),
            read(
                "link_to_port_0",
                "sotto:wss://relay.example:0#\(payload(1, origin: "wss://relay.example:0"))",
                "malformed"),
        ]
    }
}
