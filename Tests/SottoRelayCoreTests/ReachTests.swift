// Where connections come from and how many there may be: addresses, proxies, admission, pace.

import SottoCrypto
import SottoRelayCore
import Testing

@Suite("Reach")
struct ReachTests {
    private func address(_ text: String) throws -> ClientAddress {
        try #require(ClientAddress(text), "\(text)")
    }

    private func range(_ text: String) throws -> AddressRange {
        try #require(AddressRange(text), "\(text)")
    }

    @Test("addresses are read in every form that means the same, and nothing else is one")
    func addresses() throws {
        for same in [
            ["192.0.2.7", "::ffff:192.0.2.7", "::FFFF:c000:207", "0:0:0:0:0:ffff:192.0.2.7"],
            ["::1", "0:0:0:0:0:0:0:1", "0::1", "::0001"],
            ["2001:db8::", "2001:0db8:0:0:0:0:0:0", "2001:DB8::0"],
            ["2001:db8::1:0:0:1", "2001:db8:0:0:1::1", "2001:db8:0:0:1:0:0:1"],
            ["::", "0::", "::0", "0.0.0.0.".isEmpty ? "" : "0:0:0:0:0:0:0:0"],
        ] {
            let first = try address(same[0])
            for other in same { #expect(ClientAddress(other) == first, "\(other)") }
        }
        for wrong in [
            "", ".", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.-4", "+1.2.3.4",
            " 1.2.3.4", "1.2.3.4 ", "1.2.3.4:80", "a.b.c.d", ":", ":::", "1::2::3", "12345::",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
            "fe80::1%eth0", "::g", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "-1::", "::+1",
            String(repeating: "0", count: 100) + "::", String(repeating: ":", count: 1_000),
        ] {
            #expect(ClientAddress(wrong) == nil, "\(wrong)")
        }
        #expect("\(try address("192.0.2.7"))" == "ClientAddress")
        #expect(ClientAddress(bytes: [192, 0, 2, 7]) == ClientAddress("192.0.2.7"))
        #expect(ClientAddress(bytes: [1, 2, 3]) == nil)
    }

    @Test("loopback is told, and a host of version 6 is its /64")
    func clients() throws {
        for own in ["127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1"] {
            #expect(try address(own).isLoopback, "\(own)")
        }
        for other in ["128.0.0.1", "126.255.255.255", "::2", "1::1", "::7f00:1"] {
            #expect(try !address(other).isLoopback, "\(other)")
        }
        #expect(try address("2001:db8:1:2:3::4").client == address("2001:db8:1:2::").client)
        #expect(try address("2001:db8:1:2::1").client != address("2001:db8:1:3::1").client)
        #expect(try address("192.0.2.7").client != address("192.0.2.8").client)
    }

    @Test(
        "a range holds what begins as it does",
        arguments: [
            ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["11.0.0.0", "9.255.255.255", "::1"]),
            ("0.0.0.0/0", ["1.2.3.4", "255.255.255.255"], ["::1", "2001:db8::1"]),
            ("::/0", ["::1", "1.2.3.4", "ffff::"], []),
            ("2001:db8::/33", ["2001:db8:7fff::"], ["2001:db8:8000::", "2001:db9::"]),
            ("2001:db8:0:1::/64", ["2001:db8:0:1:ffff::"], ["2001:db8:0:2::"]),
            ("2001:db8::8/125", ["2001:db8::f"], ["2001:db8::10", "2001:db8::7"]),
            ("192.0.2.7", ["192.0.2.7", "::ffff:192.0.2.7"], ["192.0.2.6"]),
            ("::1", ["::1"], ["::2", "127.0.0.1"]),
        ])
    func ranges(text: String, inside: [String], outside: [String]) throws {
        let range = try range(text)
        #expect(range.description == text)
        for text in inside { #expect(try range.contains(address(text)), "\(text)") }
        for text in outside { #expect(try !range.contains(address(text)), "\(text)") }
    }

    @Test("what is no range is refused, a slip beyond the prefix too")
    func noRanges() {
        for wrong in [
            "", "/", "10.0.0.0/", "/8", "10.0.0.0/33", "10.0.0.1/8", "::/129", "::1/127/3",
            "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/-1", "2001:db8::1/64", "host/8",
        ] {
            #expect(AddressRange(wrong) == nil, "\(wrong)")
        }
    }

    // MARK: X-Forwarded-For

    @Test("[NET-5] the last address that no proxy vouches away is the client")
    func forwardedFor() throws {
        let proxies = TrustedProxies(
            addresses: [try range("10.0.0.0/8"), try range("2001:db8::/32")], word: .forwardedFor)
        func client(_ peer: String, _ fields: String...) throws -> ClientAddress {
            proxies.client(of: try address(peer), saying: fields)
        }
        #expect(try client("10.0.0.1", "192.0.2.7") == address("192.0.2.7"))
        #expect(try client("10.0.0.1", "6.6.6.6, 192.0.2.7") == address("192.0.2.7"))
        #expect(try client("10.0.0.1", "6.6.6.6", "192.0.2.7") == address("192.0.2.7"))
        #expect(try client("10.0.0.1", "192.0.2.7, 10.3.3.3") == address("192.0.2.7"))
        #expect(try client("10.0.0.1", "192.0.2.7:443 ,\t[2001:db8::3]:80") == address("192.0.2.7"))
        #expect(try client("10.0.0.1", "2001:4::1") == address("2001:4::1"))
        #expect(try client("10.0.0.1", "[2001:4::1]") == address("2001:4::1"))
        // Rubbish ends the chain where it stands.
        for rubbish in ["", ",", "unknown", "192.0.2.7 x", "[192.0.2.7]", "[::1", "::1]", "a:b"] {
            #expect(try client("10.0.0.1", "6.6.6.6, " + rubbish) == address("10.0.0.1"))
            #expect(
                try client("10.0.0.1", "6.6.6.6, \(rubbish), 10.3.3.3") == address("10.3.3.3"))
        }
        #expect(try client("10.0.0.1") == address("10.0.0.1"))
        let long = Array(repeating: "10.0.0.2", count: 100_000).joined(separator: ",")
        #expect(try client("10.0.0.1", "6.6.6.6," + long) == address("10.0.0.2"))
    }

    @Test("[NET-5] who is no proxy says nothing about itself")
    func spoofed() throws {
        var proxies = TrustedProxies(addresses: [try range("10.0.0.0/8")], word: .forwardedFor)
        let stranger = try address("192.0.2.7")
        #expect(proxies.client(of: stranger, saying: ["6.6.6.6"]) == stranger)
        #expect(!proxies.announces(try address("10.0.0.1")))
        proxies.word = .proxyProtocol
        let proxy = try address("10.0.0.1")
        #expect(proxies.client(of: proxy, saying: ["6.6.6.6"]) == proxy)
        #expect(proxies.announces(proxy) && !proxies.announces(stranger))
    }

    // MARK: The PROXY protocol

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    @Test(
        "[NET-4] a header of version 1 is read whole, and byte by byte",
        arguments: [
            ("PROXY TCP4 192.0.2.7 10.0.0.1 56324 443\r\n", "192.0.2.7"),
            ("PROXY TCP6 2001:db8::7 ::1 0 65535\r\n", "2001:db8::7"),
            ("PROXY UNKNOWN\r\n", nil),
            ("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", nil),
        ] as [(String, String?)])
    func version1(text: String, client: String?) throws {
        let bytes = Array(text.utf8)
        let expected = ProxyHeader.finished(
            client.flatMap { ClientAddress($0) }, byteCount: bytes.count)
        #expect(ProxyHeader(reading: bytes) == expected)
        #expect(ProxyHeader(reading: bytes + Array("GET /".utf8)) == expected)
        for count in bytes.indices {
            #expect(ProxyHeader(reading: bytes.prefix(count)) == .unfinished)
        }
    }

    @Test(
        "[NET-4] what is no header of version 1 is refused",
        arguments: [
            "GET / HTTP/1.1\r\n", "PROXX", "proxy ", "PROXY \r\n", "PROXY TCP4\r\n",
            "PROXY TCP4 192.0.2.7 10.0.0.1 56324 443\n",
            "PROXY TCP4 192.0.2.7 10.0.0.1 56324\r\n",
            "PROXY TCP4 192.0.2.7 10.0.0.1 56324 443 1\r\n",
            "PROXY TCP4  192.0.2.7 10.0.0.1 56324 443\r\n",
            "PROXY TCP4 192.0.2.7 10.0.0.1 56324 65536\r\n",
            "PROXY TCP4 192.0.2.7 10.0.0.1 0443 443\r\n",
            "PROXY TCP4 ::1 ::2 1 2\r\n", "PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n",
            "PROXY TCP4 192.0.2.007 10.0.0.1 1 2\r\n", "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n",
            "PROXY UNKNOWN \u{00E9}\r\n",
            "PROXY UNKNOWN " + String(repeating: "x", count: 93),
        ])
    func malformed1(text: String) {
        #expect(ProxyHeader(reading: Array(text.utf8)) == .malformed)
    }

    @Test("[NET-4] a header of version 2 is read whole, and byte by byte")
    func version2() throws {
        let four: [UInt8] = [192, 0, 2, 7, 10, 0, 0, 1, 1, 2, 1, 187]
        let six = [UInt8](repeating: 0, count: 15) + [9] + [UInt8](repeating: 1, count: 20)
        let cases: [([UInt8], [UInt8], ClientAddress?)] = [
            ([0x21, 0x11], four, ClientAddress("192.0.2.7")),
            ([0x21, 0x11], four + [3, 0, 1, 0], ClientAddress("192.0.2.7")),
            ([0x21, 0x21], six, ClientAddress("::9")),
            ([0x20, 0x00], [], nil),
            ([0x20, 0x11], [1, 2, 3], nil),
            ([0x21, 0x00], [], nil),
            ([0x21, 0x31], [UInt8](repeating: 0, count: 216), nil),
        ]
        for (kind, body, client) in cases {
            let length = [UInt8(body.count >> 8), UInt8(body.count & 255)]
            let bytes = Self.signature + kind + length + body
            let expected = ProxyHeader.finished(client, byteCount: bytes.count)
            #expect(ProxyHeader(reading: bytes) == expected)
            #expect(ProxyHeader(reading: bytes + [22, 3, 1]) == expected)
            for count in bytes.indices {
                #expect(ProxyHeader(reading: bytes.prefix(count)) == .unfinished)
            }
        }
    }

    @Test(
        "[NET-4] what is no header of version 2 is refused",
        arguments: [
            [0x11, 0x11, 0, 12], [0x31, 0x11, 0, 12], [0x22, 0x11, 0, 12], [0x21, 0x12, 0, 12],
            [0x21, 0x41, 0, 12], [0x21, 0x11, 0, 11], [0x21, 0x21, 0, 35],
            [0x21, 0x11, 0x07, 0xF1], [0x21, 0x11, 0xFF, 0xFF],
        ] as [[UInt8]])
    func malformed2(rest: [UInt8]) {
        let body = [UInt8](repeating: 0, count: 40)
        #expect(ProxyHeader(reading: Self.signature + rest + body) == .malformed)
    }

    @Test("[NET-4] rubbish is never a header, whatever it begins with")
    func rubbish() throws {
        var entropy = Entropy(seed: Secret(copying: Array(repeating: 7, count: 32)))
        let begins: [[UInt8]] = [[], Array("PROXY ".utf8), Self.signature, Self.signature + [0x21]]
        for round in 0..<4_000 {
            let bytes = begins[round % 4] + entropy.bytes(round % 97)
            guard case .finished(_, let count) = ProxyHeader(reading: bytes) else { continue }
            #expect(count <= bytes.count && round % 4 > 1)
        }
    }
}
