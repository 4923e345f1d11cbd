// Randomness as an argument: seeded by the system in programs, by a number in simulations.

import CSodium

/// A stream of random bytes that its seed determines.
///
/// A copy gives the same bytes as the original from there on, so hand an `Entropy` on by
/// `inout` and copy it only to go back. Each draw of n bytes is ChaCha20 (RFC 8439, nonce zero,
/// counter zero) under the current key: 32 bytes that become the next key, then the n. What was
/// drawn cannot be computed from a later state.
public struct Entropy: RandomNumberGenerator, Sendable {
    private var key: Secret
    /// Who encapsulates to ML-KEM keys, since that does not draw from this stream.
    package let encapsulator: any Encapsulator

    /// A stream from the system's generator.
    public static func system() -> Entropy {
        Sodium.start()
        let seed = Secret(count: 32) { buffer in
            randombytes_buf(buffer.address, buffer.count)
        }
        return Entropy(seed: seed)
    }

    /// The stream that belongs to a seed, which should be 32 bytes long.
    public init(seed: Secret, encapsulator: any Encapsulator = .library) {
        Sodium.start()
        let salt = Secret(copying: "Sotto entropy".utf8)
        key = HKDFSHA256.extract(salt: salt, ikm: seed)
        self.encapsulator = encapsulator
    }

    /// Eight random bytes as a number.
    public mutating func next() -> UInt64 {
        var value: UInt64 = 0
        withUnsafeMutableBytes(of: &value) { buffer in draw(into: buffer) }
        return UInt64(littleEndian: value)
    }

    /// `count` random bytes for what is not secret: nonces, ids, salts.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            draw(
                into: UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
            initialized = count
        }
    }

    /// `count` random bytes that are secret.
    public mutating func secret(_ count: Int) -> Secret {
        Secret(count: count) { buffer in draw(into: buffer) }
    }

    private mutating func draw(into buffer: UnsafeMutableRawBufferPointer) {
        withUnsafeTemporaryAllocation(byteCount: 32 + buffer.count, alignment: 16) { stream in
            let nonce: (UInt64, UInt32) = (0, 0)
            withUnsafeBytes(of: nonce) { nonce in
                key.withBytes { key in
                    _ = crypto_stream_chacha20_ietf(
                        stream.address, UInt64(stream.count), nonce.address, key.address)
                }
            }
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: stream[32...]))
            key = Secret(copying: stream[..<32])
            stream.wipe()
        }
    }
}
