// What is left of secrets in the memory of this process once they are let go.

#if os(Linux)
    import Glibc
    import SottoWire
    import Testing

    @testable import SottoCrypto

    @Suite("no copy of a secret stays in memory", .serialized)
    struct MemoryTests {
        private let suite = CipherSuite.x25519AES128

        @Test("the search finds a secret that is held, and not one that was let go")
        func control() {
            let held = Pattern("held")
            let secret = held.secret()
            let gone = Pattern("let go")
            _ = gone.secret()
            #expect(Memory.found(of: [held, gone]) == ["held"])
            withExtendedLifetime(secret) {}
        }

        @Test("keys and inputs of every function that takes a secret")
        func everyFunction() throws {
            var patterns: [Pattern] = []
            func use(_ name: String, _ body: (Secret) throws -> Void) throws {
                let pattern = Pattern(name)
                try body(pattern.secret())
                clearStack()
                patterns.append(pattern)
            }
            try deriving(use)
            try holdingKeys(use)
            try sealing(use)
            try encoding(use)
            #expect(Memory.found(of: patterns) == [])
        }

        private typealias Use = (String, (Secret) throws -> Void) throws -> Void

        private func deriving(_ use: Use) throws {
            try use("expanded") { _ = suite.expand($0, info: [1, 2, 3], length: 100) }
            try use("extracted") { _ = suite.extract(salt: .zero(0), ikm: $0) }
            try use("salt") { _ = suite.extract(salt: $0, ikm: .zero(32)) }
            try use("MAC key") { _ = suite.mac(key: $0, [1, 2, 3]) }
            try use("labelled") { _ = Labelled.derive($0, "label", context: [1], count: 32) }
            try use("seed of entropy") { secret in
                var entropy = Entropy(seed: secret)
                _ = entropy.bytes(100)
            }
        }

        private func holdingKeys(_ use: Use) throws {
            try use("Ed25519") { secret in
                let key = try SignaturePrivateKey(seed: secret)
                _ = Labelled.sign(key, "label", [1])
                _ = key.seed
            }
            try use("X25519") { secret in
                let key = try X25519.PrivateKey(secret)
                _ = try key.sharedSecret(with: key.publicKey)
            }
            for suite in [CipherSuite.x25519AES128, .mlkem768X25519AES128] {
                try use("input of \(suite)") { _ = try suite.deriveKeyPair(ikm: $0) }
            }
        }

        private func sealing(_ use: Use) throws {
            var entropy = Entropy.system()
            try use("under HPKE") { secret in
                let pair = try suite.makeHPKEKeyPair(using: &entropy)
                let sealed = try suite.encryptWithLabel(
                    publicKey: pair.publicKey, label: "label", context: [], plaintext: secret,
                    using: &entropy)
                _ = try suite.decryptWithLabel(
                    pair.privateKey, label: "label", context: [], sealed)
            }
            try use("under a shared key") { secret in
                let key = try SealKey(entropy.secret(32))
                let sealed = secret.withBytes { secret in
                    SymmetricSeal.seal(key: key, aad: [], secret, using: &entropy)
                }
                _ = try SymmetricSeal.openSecret(key: key, aad: [], sealed)
            }
            try use("shared key") { secret in
                let key = try SealKey(secret)
                let sealed = SymmetricSeal.seal(key: key, aad: [], [1], using: &entropy)
                _ = try SymmetricSeal.open(key: key, aad: [], sealed)
            }
        }

        private func encoding(_ use: Use) throws {
            try use("encoded") { secret in
                let state = Secret.encoding { writer in
                    writer.lengthPrefixed { writer in
                        for _ in 0..<100 { writer.secret(secret) }
                    }
                }
                _ = try state.decode { (reader) throws(WireError) in
                    try reader.opaqueSlice().count
                }
                _ = try? state.decode { (reader) throws(WireError) in
                    try reader.secret(max: 1)
                }
            }
        }
    }

    /// Writes over what functions that have returned left on the stack: the next ones do it anyway.
    @inline(never)
    private func clearStack() {
        withUnsafeTemporaryAllocation(byteCount: 1 << 15, alignment: 16) { stack in
            stack.baseAddress.map { explicit_bzero($0, stack.count) }
        }
    }

    /// Random bytes that stand nowhere in memory but in the secret that is made of them.
    private struct Pattern {
        let name: String
        private let masked = (0..<32).map { _ in UInt8.random(in: 1...255) ^ 0x5a }

        init(_ name: String) { self.name = name }

        func secret() -> Secret { Secret(count: masked.count) { unmask(into: $0) } }

        /// Shows the end of the pattern; its start is where the heap keeps its own notes once a
        /// buffer was given back.
        func withEnd<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
            withUnsafeTemporaryAllocation(byteCount: masked.count, alignment: 16) { pattern in
                unmask(into: pattern)
                defer { pattern.initializeMemory(as: UInt8.self, repeating: 0) }
                return body(UnsafeRawBufferPointer(rebasing: pattern[16...]))
            }
        }

        private func unmask(into bytes: UnsafeMutableRawBufferPointer) {
            for (index, byte) in masked.enumerated() { bytes[index] = byte ^ 0x5a }
        }
    }

    /// The writable memory of this process, read through the kernel: what other threads unmap
    /// meanwhile is an error there and not a trap.
    private enum Memory {
        /// The names of the patterns that stand somewhere, by one walk through all of memory.
        static func found(of patterns: [Pattern]) -> Set<String> {
            let memory = open("/proc/self/mem", O_RDONLY)
            defer { close(memory) }
            let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer { chunk.deallocate() }
            let own = UInt(bitPattern: chunk.baseAddress)
            let hidden = own..<own + UInt(chunk.count)
            var names: Set<String> = []
            for range in writableRanges() {
                for start in stride(from: range.lowerBound, to: range.upperBound, by: step) {
                    let wanted = min(chunk.count, Int(range.upperBound - start))
                    let count = pread(memory, chunk.baseAddress, wanted, off_t(start))
                    guard count > 0 else { continue }
                    let bytes = UnsafeRawBufferPointer(rebasing: chunk[..<count])
                    names.formUnion(
                        patterns.filter { $0.isIn(bytes, from: start, except: hidden) }.map(\.name))
                }
            }
            return names
        }

        /// Chunks overlap, so that a pattern that lies across two is seen.
        private static let step = 1 << 20 - 64

        private static func writableRanges() -> [Range<UInt>] {
            guard let maps = fopen("/proc/self/maps", "r") else { return [] }
            defer { fclose(maps) }
            var ranges: [Range<UInt>] = []
            var line = [CChar](repeating: 0, count: 512)
            while fgets(&line, Int32(line.count), maps) != nil {
                let text = String(
                    decoding: line.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
                let fields = text.split(separator: " ", maxSplits: 2)
                let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
                if fields[1].hasPrefix("rw"), ends.count == 2 {
                    ranges.append(ends[0]..<ends[1])
                }
            }
            return ranges
        }
    }

    extension Pattern {
        /// Whether the pattern stands in bytes that lie at an address, apart from hidden ones and
        /// from where it is unmasked to be looked for.
        fileprivate func isIn(
            _ bytes: UnsafeRawBufferPointer, from address: UInt, except hidden: Range<UInt>
        ) -> Bool {
            withEnd { end in
                let own = UInt(bitPattern: end.baseAddress)
                var rest = bytes
                while let place = Search.first(end, in: rest) {
                    let offset = place - UInt(bitPattern: bytes.baseAddress)
                    let found = address + offset
                    if found != own, !hidden.contains(found) { return true }
                    rest = UnsafeRawBufferPointer(rebasing: bytes[(Int(offset) + 1)...])
                }
                return false
            }
        }
    }

    /// The C library's search, which its headers hide from Swift.
    private enum Search {
        private typealias Function =
            @convention(c) (UnsafeRawPointer?, Int, UnsafeRawPointer?, Int) -> UnsafeRawPointer?

        nonisolated(unsafe) private static let memmem = unsafeBitCast(
            dlsym(nil, "memmem"), to: Function.self)

        /// The address where a pattern stands first.
        static func first(
            _ pattern: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer
        ) -> UInt? {
            memmem(bytes.baseAddress, bytes.count, pattern.baseAddress, pattern.count)
                .map { UInt(bitPattern: $0) }
        }
    }
#endif
