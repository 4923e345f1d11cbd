// Bytes as text.

import InteropClient
import Testing

@Suite("Hexadecimal")
struct HexadecimalTests {
    @Test("every byte is two digits, and comes back from small and from capital letters")
    func roundTrip() {
        let bytes = [UInt8](0...255)
        let text = Hexadecimal.encode(bytes)
        #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff"))
        #expect(Hexadecimal.decode(text) == bytes)
        #expect(Hexadecimal.decode(text.uppercased()) == bytes)
        #expect(Hexadecimal.decode("") == [])
    }

    @Test(
        "what is not pairs of digits is refused",
        arguments: ["0", "000", "0g", "g0", " 00", "0x00", "é", "00\n", "/0", ":0", "@0", "`0"])
    func refused(_ text: String) {
        #expect(Hexadecimal.decode(text) == nil)
    }
}
