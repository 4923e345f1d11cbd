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

    /// The state, and behind it as much room for a permutation to work in.
    private let lanes: UnsafeMutableBufferPointer<UInt64>
    private let rate: Int
    private let suffix: UInt64
    private var position = 0
    private var isSqueezing = false

    /// An empty sponge.
    package init(_ function: Function) {
        rate = function.rate
        suffix = function.suffix
        lanes = .allocate(capacity: 2 * Keccak.laneCount)
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
        add(UInt64(byte), at: position)
        position += 1
        if position == rate {
            Keccak.permute(lanes)
            position = 0
        }
    }

    /// Written out, since the thread sanitizer's compiler fails on `^=` here.
    private func add(_ byte: UInt64, at position: Int) {
        let lane = position / 8
        lanes[lane] = lanes[lane] ^ byte << (8 * (position % 8))
    }

    private mutating func pad() {
        add(suffix, at: position)
        add(0x80, at: rate - 1)
        position = rate
        isSqueezing = true
    }
}

/// The permutation Keccak-f[1600] (FIPS 202 section 3.3), its steps written out: in loops over
/// coordinates it takes ten times as long.
private enum Keccak {
    private typealias Lanes = UnsafeMutablePointer<UInt64>

    static let laneCount = 25

    /// Changes the state, which comes first in `lanes`; what follows it is overwritten.
    static func permute(_ lanes: UnsafeMutableBufferPointer<UInt64>) {
        guard let state = lanes.baseAddress, lanes.count == 2 * laneCount else { return }
        let moved = state + laneCount
        for constant in roundConstants {
            thetaRhoAndPi(state, into: moved)
            chi(moved, into: state)
            state[0] ^= constant
        }
    }

    @inline(__always)
    private static func thetaRhoAndPi(_ a: Lanes, into b: Lanes) {
        let c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20]
        let c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21]
        let c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22]
        let c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23]
        let c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24]
        let d0 = c4 ^ rotate(c1, 1)
        let d1 = c0 ^ rotate(c2, 1)
        let d2 = c1 ^ rotate(c3, 1)
        let d3 = c2 ^ rotate(c4, 1)
        let d4 = c3 ^ rotate(c0, 1)
        b[0] = a[0] ^ d0
        b[1] = rotate(a[6] ^ d1, 44)
        b[2] = rotate(a[12] ^ d2, 43)
        b[3] = rotate(a[18] ^ d3, 21)
        b[4] = rotate(a[24] ^ d4, 14)
        b[5] = rotate(a[3] ^ d3, 28)
        b[6] = rotate(a[9] ^ d4, 20)
        b[7] = rotate(a[10] ^ d0, 3)
        b[8] = rotate(a[16] ^ d1, 45)
        b[9] = rotate(a[22] ^ d2, 61)
        b[10] = rotate(a[1] ^ d1, 1)
        b[11] = rotate(a[7] ^ d2, 6)
        b[12] = rotate(a[13] ^ d3, 25)
        b[13] = rotate(a[19] ^ d4, 8)
        b[14] = rotate(a[20] ^ d0, 18)
        b[15] = rotate(a[4] ^ d4, 27)
        b[16] = rotate(a[5] ^ d0, 36)
        b[17] = rotate(a[11] ^ d1, 10)
        b[18] = rotate(a[17] ^ d2, 15)
        b[19] = rotate(a[23] ^ d3, 56)
        b[20] = rotate(a[2] ^ d2, 62)
        b[21] = rotate(a[8] ^ d3, 55)
        b[22] = rotate(a[14] ^ d4, 39)
        b[23] = rotate(a[15] ^ d0, 41)
        b[24] = rotate(a[21] ^ d1, 2)
    }

    @inline(__always)
    private static func chi(_ b: Lanes, into a: Lanes) {
        for row in stride(from: 0, to: 25, by: 5) {
            let (b0, b1, b2, b3, b4) = (b[row], b[row + 1], b[row + 2], b[row + 3], b[row + 4])
            a[row] = b0 ^ (~b1 & b2)
            a[row + 1] = b1 ^ (~b2 & b3)
            a[row + 2] = b2 ^ (~b3 & b4)
            a[row + 3] = b3 ^ (~b4 & b0)
            a[row + 4] = b4 ^ (~b0 & b1)
        }
    }

    @inline(__always)
    private static func rotate(_ lane: UInt64, _ count: UInt64) -> UInt64 {
        lane &<< count | lane &>> (64 - count)
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
