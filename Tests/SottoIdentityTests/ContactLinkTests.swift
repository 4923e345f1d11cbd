// Contact links and the origins in them.

import SottoCrypto
import SottoWire
import Testing

@testable import SottoIdentity

@Suite struct ContactLinkTests {
    private func link(_ origin: String = "wss://relay.example:8443") throws -> ContactLink {
        var entropy = entropy(12)
        return ContactLink(
            origin: try RelayOrigin(origin), relay: .random(using: &entropy),
            card: .random(using: &entropy))
    }

    @Test("[CARD-5] a link comes back as the relay and card it was made of")
    func roundTrip() throws {
        for origin in [
            "wss://relay.example", "wss://relay.example:8443", "wss://192.0.2.7:1",
            "wss://[2001:db8::1]:65535", "ws://localhost:8080", "ws://127.0.0.1:9", "ws://[::1]",
        ] {
            let link = try link(origin)
            #expect(link.origin.description == origin)
            let text = link.reveal()
            #expect(text.hasPrefix("sotto:\(origin)#"))
            #expect(text.utf8.count == 7 + origin.utf8.count + 92)
            #expect(try ContactLink(text) == link)
        }
    }

    @Test("[CARD-5] white space around, line breaks within and the case of the origin do not count")
    func leniency() throws {
        let link = try link()
        let text = link.reveal()
        var wrapped = text
        for offset in stride(from: text.count - 1, to: 0, by: -20) {
            wrapped.insert(
                contentsOf: offset % 40 == 0 ? "\r\n" : "\n",
                at: wrapped.index(wrapped.startIndex, offsetBy: offset))
        }
        let payload = text.drop { $0 != "#" }
        for spelling in [
            " \t\(text)\n", wrapped, "\u{2003}\(text)\u{A0}",
            "SOTTO:WSS://Relay.Example:8443\(payload)",
        ] {
            #expect(try ContactLink(spelling) == link)
        }
    }

    @Test("[CARD-5] any changed letter of the payload is refused, mostly by the checksum")
    func checksum() throws {
        let text = try link().reveal()
        let start = text.distance(
            from: text.startIndex, to: text.firstIndex(of: "#") ?? text.startIndex)
        var byChecksum = 0
        for offset in (start + 1)..<text.count {
            var letters = Array(text)
            letters[offset] = letters[offset] == "x" ? "y" : "x"
            do {
                _ = try ContactLink(String(letters))
                Issue.record("a changed letter was not noticed")
            } catch .wrongChecksum {
                byChecksum += 1
            } catch {}
        }
        #expect(byChecksum > 80)
    }

    @Test("[CARD-5] another relay address than the one in the checksum is refused")
    func swappedOrigin() throws {
        let text = try link().reveal().replacing("relay.example", with: "relay.evil")
        #expect(throws: ContactLinkError.wrongChecksum) { try ContactLink(text) }
    }

    @Test("[CARD-5] another version, another scheme and an insecure host have errors of their own")
    func refusals() throws {
        let link = try link()
        let text = link.reveal()
        #expect(throws: ContactLinkError.otherScheme) {
            try ContactLink(text.replacing("sotto:", with: "https:"))
        }
        #expect(throws: ContactLinkError.otherScheme) { try ContactLink("") }
        #expect(throws: ContactLinkError.origin(.otherScheme)) {
            try ContactLink(text.replacing("wss://", with: "http://"))
        }
        #expect(throws: ContactLinkError.origin(.insecure)) {
            try ContactLink(text.replacing("wss://", with: "ws://"))
        }
        let later = Base64URL.encode([2] + [UInt8](repeating: 7, count: 90))
        #expect(throws: ContactLinkError.unknownVersion(2)) {
            try ContactLink("sotto:wss://relay.example#\(later)")
        }
        #expect(throws: ContactLinkError.malformed) {
            try ContactLink(text + String(repeating: "A", count: 1_024))
        }
        #expect(throws: ContactLinkError.malformed) { try ContactLink(text + "#") }
        #expect(throws: ContactLinkError.malformed) { try ContactLink("sotto:wss://relay.example") }
    }

    @Test("[CARD-5] every strict prefix of a link is refused")
    func prefixes() throws {
        let text = try link().reveal()
        for count in 0..<text.count {
            #expect(throws: ContactLinkError.self) { try ContactLink(text.prefix(count)) }
        }
    }
}
