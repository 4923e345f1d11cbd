// SHAKE and SHA-3 (FIPS 202), which neither library offers on every platform and ML-KEM is made of.

/// SHAKE256 in one call.
package enum SHAKE256 {
    /// The first `count` bytes of output for `input`.
    package static func hash(_ input: some Collection<UInt8>, count: Int) -> [UInt8] {
        var sponge = SHAKE(.shake256)
        sponge.absorb(input)
        return sponge.squeeze(count)
    }

    /// The first `count` bytes of output for a secret input.
    package static func hash(_ input: Secret, count: Int) -> Secret {
        var sponge = SHAKE(.shake256)
        input.withBytes { input in sponge.absorb(input) }
        return Secret(count: count) { output in sponge.squeeze(into: output) }
    }
}

/// A Keccak sponge: input first, then any amount of output. Its state is wiped when it goes.
package struct SHAKE: ~Copyable {
    /// A function: how many bytes go between permutations, and what ends the input.
    package struct Function: Sendable {
        fileprivate let rate: Int
        fileprivate let suffix: UInt64

        /// Any length of output, 128 bits of strength.
        package static let shake128 = Function(rate: 168, suffix: 0x1f)
        /// Any length of output, 256 bits of strength.
        package static let shake256 = Function(rate: 136, suffix: 0x1f)
        /// 32 bytes of output.
        package static let sha3x256 = Function(rate: 136, suffix: 0x06)
        /// 64 bytes of output.
        package static let sha3x512 = Function(rate: 72, suffix: 0x06)
    }

    private let lanes: UnsafeMutableBufferPointer<UInt64>
    private let rate: Int
    private let suffix: UInt64
    private var position = 0
    private var isSqueezing = false

    /// An empty sponge.
    package init(_ function: Function) {
        rate = function.rate
        suffix = function.suffix
        lanes = .allocate(capacity: 25)
        lanes.initialize(repeating: 0)
    }

    deinit {
        UnsafeMutableRawBufferPointer(lanes).wipe()
        lanes.deallocate()
    }

    /// Adds input. Does nothing once output was taken.
    package mutating func absorb(_ bytes: some Collection<UInt8>) {
        guard !isSqueezing else { return }
        for byte in bytes { mix(byte) }
    }

    /// The next `count` bytes of output.
    package mutating func squeeze(_ count: Int) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: count)
        output.withUnsafeMutableBytes { buffer in squeeze(into: buffer) }
        return output
    }

    /// Fills `output` with the next bytes of output.
    package mutating func squeeze(into output: UnsafeMutableRawBufferPointer) {
        if !isSqueezing { pad() }
        for index in output.indices {
            if position == rate {
                Keccak.permute(lanes)
                position = 0
            }
            output[index] = UInt8(truncatingIfNeeded: lanes[position / 8] >> (8 * (position % 8)))
            position += 1
        }
    }

    private mutating func mix(_ byte: UInt8) {
        lanes[position / 8] ^= UInt64(byte) << (8 * (position % 8))
        position += 1
        if position == rate {
            Keccak.permute(lanes)
            position = 0
        }
    }

    private mutating func pad() {
        lanes[position / 8] ^= suffix << (8 * (position % 8))
        lanes[(rate - 1) / 8] ^= 0x80 << (8 * ((rate - 1) % 8))
        position = rate
        isSqueezing = true
    }
}

/// The permutation Keccak-f[1600] (FIPS 202 section 3.3).
private enum Keccak {
    static func permute(_ lanes: UnsafeMutableBufferPointer<UInt64>) {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 5) { columns in
            for constant in roundConstants {
                theta(lanes, columns)
                rhoAndPi(lanes)
                chi(lanes, columns)
                lanes[0] ^= constant
            }
            UnsafeMutableRawBufferPointer(columns).wipe()
        }
    }

    private static func theta(
        _ lanes: UnsafeMutableBufferPointer<UInt64>, _ columns: UnsafeMutableBufferPointer<UInt64>
    ) {
        for x in 0..<5 {
            columns[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
        }
        for x in 0..<5 {
            let mask = columns[(x + 4) % 5] ^ rotate(columns[(x + 1) % 5], 1)
            for y in stride(from: 0, to: 25, by: 5) { lanes[x + y] ^= mask }
        }
    }

    private static func rhoAndPi(_ lanes: UnsafeMutableBufferPointer<UInt64>) {
        var moving = lanes[1]
        var (x, y) = (1, 0)
        for step in 0..<24 {
            (x, y) = (y, (2 * x + 3 * y) % 5)
            let displaced = lanes[x + 5 * y]
            lanes[x + 5 * y] = rotate(moving, (step + 1) * (step + 2) / 2 % 64)
            moving = displaced
        }
    }

    private static func chi(
        _ lanes: UnsafeMutableBufferPointer<UInt64>, _ row: UnsafeMutableBufferPointer<UInt64>
    ) {
        for y in stride(from: 0, to: 25, by: 5) {
            for x in 0..<5 { row[x] = lanes[x + y] }
            for x in 0..<5 { lanes[x + y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]) }
        }
    }

    private static func rotate(_ lane: UInt64, _ count: Int) -> UInt64 {
        lane << count | lane >> (64 - count)
    }

    private static let roundConstants: [UInt64] = [
        0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808a,
        0x8000_0000_8000_8000, 0x0000_0000_0000_808b, 0x0000_0000_8000_0001,
        0x8000_0000_8000_8081, 0x8000_0000_0000_8009, 0x0000_0000_0000_008a,
        0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000a,
        0x0000_0000_8000_808b, 0x8000_0000_0000_008b, 0x8000_0000_0000_8089,
        0x8000_0000_0000_8003, 0x8000_0000_0000_8002, 0x8000_0000_0000_0080,
        0x0000_0000_0000_800a, 0x8000_0000_8000_000a, 0x8000_0000_8000_8081,
        0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
    ]
}
