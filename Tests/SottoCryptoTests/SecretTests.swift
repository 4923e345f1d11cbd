// Secrets do not show, do not linger, and do not leak through comparison or encoding.

import SottoWire
import Testing

@testable import SottoCrypto

#if os(Linux)
    import Glibc
#endif

@Suite("secrets")
struct SecretTests {
    let secret = Secret(copying: Array("a secret that shows".utf8))

    @Test("printing, interpolating, dumping and reflecting show the length alone")
    func unprintable() {
        var dumped = ""
        dump(secret, to: &dumped)
        var nested = ""
        dump(HPKEPrivateKey(secret), to: &nested)
        let shown = [
            "\(secret)", String(describing: secret), String(reflecting: secret), dumped, nested,
            "\([secret])", "\(HPKEPrivateKey(secret))",
        ]
        for text in shown {
            #expect(text.contains("19"))
            // The first letters, as text and as the numbers that an array would print.
            #expect(!text.contains("a secret"))
            #expect(!text.contains("97, 32"))
            #expect(!text.contains("0x"))
        }
        let children = Mirror(reflecting: secret).children.map { "\($0.value)" }
        #expect(children == ["19"])
    }

    @Test("an interpolated secret is its length")
    func description() {
        #expect("\(secret)" == "Secret(19 bytes)")
        #expect(secret.debugDescription == "Secret(19 bytes)")
    }

    @Test("equality is of bytes and of length")
    func equality() {
        #expect(secret == Secret(copying: Array("a secret that shows".utf8)))
        #expect(secret != Secret(copying: Array("a secret that show5".utf8)))
        #expect(secret != Secret(copying: Array("a secret that show".utf8)))
        #expect(Secret.zero(0) == Secret(copying: []))
        #expect(Secret.zero(4) == Secret(copying: [0, 0, 0, 0]))
    }

    #if os(Linux)
        @Test("a secret is in memory while it is held, and not once its last holder lets go")
        func wiping() {
            let pattern = (0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
            func share(of pattern: [UInt8], at address: UInt) -> Double {
                // The heap keeps notes of its own at the start of what was given back.
                let found = memory(at: address + 64, count: pattern.count - 64)
                let same = zip(found, pattern[64...]).count { $0 == $1 }
                return Double(same) / Double(pattern.count - 64)
            }
            var secret: Secret? = Secret(copying: pattern)
            let address = secret?.withBytes { UInt(bitPattern: $0.baseAddress) } ?? 0
            var copy = secret
            #expect(share(of: pattern, at: address) == 1)
            secret = nil
            #expect(share(of: pattern, at: address) == 1 && copy?.count == pattern.count)
            copy = nil
            #expect(share(of: pattern, at: address) < 0.5)
        }

        /// What lies at an address, read through the kernel: freed memory cannot be asked directly.
        private func memory(at address: UInt, count: Int) -> [UInt8] {
            let file = open("/proc/self/mem", O_RDONLY)
            defer { close(file) }
            return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = max(0, pread(file, buffer.baseAddress, count, off_t(address)))
            }
        }
    #endif

    @Test("a part is a secret of its own")
    func part() {
        #expect(secret.part(2..<8) == Secret(copying: Array("secret".utf8)))
        #expect(secret.part(0..<0).count == 0)
    }

    @Test("a secret that fails to be written is not made")
    func failedFill() {
        #expect(throws: CryptoError.invalidKey) {
            try Secret(count: 8) { (_) throws(CryptoError) in throw .invalidKey }
        }
    }

    @Test("secret state is encoded into a secret and read back to the last byte")
    func encoding() throws {
        let encoded = Secret.encoding { writer in
            writer.uint8(1)
            writer.secret(secret)
            writer.opaque([1, 2, 3])
        }
        #expect(encoded.count == 1 + 1 + 19 + 4)
        let (version, inner, rest) = try encoded.decode {
            (reader) throws(WireError) -> (UInt8, Secret, [UInt8]) in
            (try reader.uint8(), try reader.secret(), try reader.opaque())
        }
        #expect(version == 1)
        #expect(inner == secret)
        #expect(rest == [1, 2, 3])
        #expect(throws: WireError.trailingBytes(24)) {
            try encoded.decode { (reader) throws(WireError) in try reader.uint8() }
        }
        #expect(throws: WireError.lengthOverLimit(length: 19, limit: 18)) {
            try encoded.part(1..<21).decode { (reader) throws(WireError) in
                try reader.secret(max: 18)
            }
        }
    }

    @Test("constant-time comparison compares")
    func constantTime() {
        #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
        #expect(constantTimeEquals([1, 2, 3], [0, 1, 2, 3][1...]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
        #expect(constantTimeEquals([] as [UInt8], []))
    }
}
