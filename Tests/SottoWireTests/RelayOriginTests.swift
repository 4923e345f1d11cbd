// What names a relay and what does not.

import SottoWire
import Testing

@Suite struct RelayOriginTests {
    @Test(
        "an origin is kept in one canonical form",
        arguments: [
            ("wss://relay.example.org", "wss://relay.example.org"),
            ("WSS://Relay.Example.ORG:443", "wss://relay.example.org"),
            ("wss://relay.example.org:8443", "wss://relay.example.org:8443"),
            ("wss://xn--bcher-kva.example", "wss://xn--bcher-kva.example"),
            ("wss://198.51.100.7", "wss://198.51.100.7"),
            ("wss://[2001:DB8:0::1]:444", "wss://[2001:db8::1]:444"),
            ("ws://localhost", "ws://localhost"),
            ("ws://LOCALHOST:80", "ws://localhost"),
            ("ws://127.0.0.1:7070", "ws://127.0.0.1:7070"),
            ("ws://127.1.2.3:7070", "ws://127.1.2.3:7070"),
            ("ws://[0:0:0:0:0:0:0:1]:7070", "ws://[::1]:7070"),
            ("ws://127.255.0.9", "ws://127.255.0.9"),
            ("wss://[1:0:0:2:0:0:0:3]", "wss://[1:0:0:2::3]"),
            ("wss://[1:0:0:2:3:0:0:4]", "wss://[1::2:3:0:0:4]"),
            ("wss://[1:2:3:4:5:6:0:8]", "wss://[1:2:3:4:5:6:0:8]"),
            ("wss://[::]", "wss://[::]"), ("wss://[A::]", "wss://[a::]"),
            ("wss://[1::192.0.2.1]", "wss://[1::c000:201]"),
            ("wss://[::ffff:c000:0201]", "wss://[::ffff:192.0.2.1]"),
        ])
    func canonical(text: String, expected: String) throws {
        let origin = try RelayOrigin(text)
        #expect(origin.description == expected)
        #expect(try RelayOrigin(origin.description) == origin)
    }

    @Test("scheme, host and port come apart")
    func parts() throws {
        let origin = try RelayOrigin("ws://[::1]:81")
        #expect(origin.scheme == .ws)
        #expect(origin.host == "::1")
        #expect(origin.port == 81)
        #expect(try RelayOrigin("wss://a").port == 443)
        #expect(try RelayOrigin("ws://localhost").port == 80)
    }

    @Test(
        "[CARD-5] ws:// leaves this machine for nobody",
        arguments: [
            "ws://relay.example.org", "ws://192.0.2.1:80", "ws://[2001:db8::1]", "ws://128.0.0.1",
            "ws://localhost.example.org", "ws://local", "ws://[::]", "ws://0.0.0.0",
            "ws://[::ffff:192.0.2.1]", "ws://[::ffff:127.0.0.1]", "ws://10.0.0.1",
            "ws://127.0.0.1.evil.example", "ws://localhost.evil.example", "ws://[::2]",
        ])
    func insecure(text: String) {
        #expect(throws: RelayOriginError.insecure) { try RelayOrigin(text) }
    }

    @Test("[CARD-5] any other scheme is named as that", arguments: ["https", "http", "sotto", "w"])
    func scheme(text: String) {
        #expect(throws: RelayOriginError.otherScheme) { try RelayOrigin("\(text)://localhost") }
    }

    @Test(
        "what has another shape is malformed",
        arguments: [
            "", "wss", "wss:", "wss://", "://a", "wss:/a", "wss//a", "a", "wss://:443",
            "wss://a/", "wss://a/v1", "wss://a?b", "wss://a#b", "wss://u@a", "wss://a b",
            " wss://a",
            "wss://a ", "wss://a:", "wss://a:0", "wss://a:65536", "wss://a:x", "wss://a:-1",
            "wss://a:+1", "wss://a:080", "wss://a:123456", "wss://a:1:2", "wss://a..b", "wss://.a",
            "wss://a.", "wss://-a", "wss://a-", "wss://a_b", "wss://ä.example", "wss://\u{212A}",
            "wss://1.2.3", "wss://1.2.3.256", "wss://1", "wss://0x7f.1", "wss://[::1", "wss://::1",
            "wss://[1.2.3.4]", "wss://[fe80::1%25eth0]", "wss://[]", "wss://[::1]x", "wss://[::1]:",
            "wss://\u{0}", "wss://a\n", "relay.example", "wss:/relay.example", "wss://user@host",
            "ws://127.0.0.08", "ws://127.0.0.010", "ws://0127.0.0.1", "ws://127.0.0.1.",
            "ws://127.0.0", "ws://1270.0.0.1", "ws://127.0.0.0001", "ws://127..0.1",
            "wss://[1:2:3:4:5:6:7]", "wss://[1:2:3:4:5:6:7:8:9]", "wss://[1::2::3]",
            "wss://[1:2:3:4::5:6:7:8]", "wss://[:1::]", "wss://[1:]", "wss://[12345::]",
            "wss://[g::]", "wss://[1.2.3.4::]", "wss://[::1.2.3]", "wss://[::1.2.3.04]",
            "wss://[host]", "wss://[:::]", "wss://[-1::]", "wss://[+1::]",
        ])
    func malformed(text: String) {
        #expect(throws: RelayOriginError.malformed) { try RelayOrigin(text) }
    }

    @Test("a host name is as long as names may be, and no longer")
    func length() throws {
        let label = String(repeating: "a", count: 63)
        let name = "\(label).\(label).\(label).\(String(repeating: "b", count: 61))"
        #expect(try RelayOrigin("wss://\(name):65535").host == name)
        #expect(throws: RelayOriginError.malformed) { try RelayOrigin("wss://\(name)b") }
        #expect(throws: RelayOriginError.malformed) { try RelayOrigin("wss://\(label)a.b") }
        let endless = String(repeating: "a.", count: 100_000)
        #expect(throws: RelayOriginError.malformed) { try RelayOrigin("wss://\(endless)a") }
    }
}
