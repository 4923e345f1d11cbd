// The payload of a client's frame, unmasked eight bytes at a time.

import NIOCore
import NIOWebSocket

extension WebSocketFrame {
    /// The payload without its mask (RFC 6455 section 5.3), in an array of its own.
    var unmaskedBytes: [UInt8] {
        guard let maskKey else { return Array(buffer: data) }
        return data.withUnsafeReadableBytes { masked in
            [UInt8](unsafeUninitializedCapacity: masked.count) { buffer, initialized in
                Self.unmask(masked, maskKey, into: UnsafeMutableRawBufferPointer(buffer))
                initialized = masked.count
            }
        }
    }

    private static func unmask(
        _ masked: UnsafeRawBufferPointer, _ key: WebSocketMaskingKey,
        into output: UnsafeMutableRawBufferPointer
    ) {
        var wide: UInt64 = 0
        for index in 0..<8 {
            wide |= UInt64(key[key.startIndex + index % 4]) << (8 * index)
        }
        var offset = 0
        while offset + 8 <= masked.count {
            let word = masked.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            output.storeBytes(
                of: word ^ UInt64(littleEndian: wide), toByteOffset: offset, as: UInt64.self)
            offset += 8
        }
        for index in offset..<masked.count {
            output[index] = masked[index] ^ key[key.startIndex + index % 4]
        }
    }
}
