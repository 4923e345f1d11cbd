// What a writer leaves behind: one encoding, and no copies of secrets.

import SottoWire
import Synchronization
import Testing

@Suite("writing bytes")
struct WireWriterTests {
    @Test(
        "[WIRE-1] a body of any length gets the shortest prefix",
        arguments: [0, 1, 63, 64, 16_383, 16_384, 70_000])
    func lengthPrefixed(count: Int) throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        var prefixed = WireWriter()
        prefixed.uint8(7)
        prefixed.lengthPrefixed { writer in writer.fixed(body) }
        var direct = WireWriter()
        direct.uint8(7)
        direct.opaque(body)
        #expect(prefixed.bytes == direct.bytes)
        #expect(prefixed.count == direct.count)
    }

    @Test("bytes are written in order, whether they lie together or not")
    func runs() {
        var writer = WireWriter()
        writer.fixed([1, 2, 3][1...])
        writer.fixed((4...5).lazy.map { UInt8($0) })
        writer.zeros(2)
        writer.opaque("a".utf8)
        #expect(writer.bytes == [2, 3, 4, 5, 0, 0, 1, 0x61])
    }

    @Test("prefixes nest")
    func nested() {
        var writer = WireWriter()
        writer.lengthPrefixed { writer in
            writer.lengthPrefixed { writer in writer.uint16(0x0102) }
            writer.lengthPrefixed { _ in }
        }
        #expect(writer.bytes == [4, 2, 1, 2, 0])
    }

    @Test("a wiping writer hands every buffer it used to the wiping function")
    func wiping() {
        let wiped = Wiped()
        var writer = WireWriter(wiping: { buffer in
            wiped.add(Array(buffer))
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
        })
        for number in 0..<1_000 { writer.uint8(UInt8(truncatingIfNeeded: number)) }
        let written = writer.bytes
        let grown = wiped.buffers
        #expect(!grown.isEmpty)
        for buffer in grown { #expect(Array(written.prefix(buffer.count)) == buffer) }
        writer.wipe()
        #expect(wiped.buffers.last == written)
        #expect(writer.count == 0)
    }

    /// What reached the wiping function.
    private final class Wiped: Sendable {
        private let contents = Mutex<[[UInt8]]>([])
        var buffers: [[UInt8]] { contents.withLock { $0 } }
        func add(_ buffer: [UInt8]) { contents.withLock { $0.append(buffer) } }
    }
}
