// ML-KEM-768 encapsulation with chosen randomness, which no library offers: vectors need it.

import SottoCrypto

/// `ML-KEM.Encaps_internal` for ML-KEM-768 (FIPS 203 section 6.2). For vectors alone: it is
/// written to be read, and its time depends on what it computes with.
enum SeededMLKEM768 {
    static let publicKeyLength = 1_184

    /// The shared secret and the ciphertext that go with 32 bytes of randomness.
    ///
    /// - Precondition: `publicKey` is a valid key of `publicKeyLength` bytes.
    static func encapsulate(
        to publicKey: [UInt8], randomness: [UInt8]
    ) -> (sharedSecret: [UInt8], ciphertext: [UInt8]) {
        let keys = digest(.sha3x512, randomness + digest(.sha3x256, publicKey, 32), 64)
        let ciphertext = encrypt(randomness, to: publicKey, coins: Array(keys[32...]))
        return (Array(keys[..<32]), ciphertext)
    }

    /// `K-PKE.Encrypt` (section 5.2).
    private static func encrypt(
        _ message: [UInt8], to publicKey: [UInt8], coins: [UInt8]
    ) -> [UInt8] {
        let key = (0..<3).map { row in
            Polynomial(encoded: publicKey[384 * row..<384 * (row + 1)], bits: 12)
        }
        let seed = Array(publicKey[1_152...])
        var drawn: UInt8 = 0
        func small() -> Polynomial {
            defer { drawn += 1 }
            return Polynomial(binomial: digest(.shake256, coins + [drawn], 128))
        }
        let secret = (0..<3).map { _ in small() }.map(\.transformed)
        let errors = (0..<3).map { _ in small() }
        let lastError = small()

        var ciphertext: [UInt8] = []
        for column in 0..<3 {
            var sum = Polynomial()
            for row in 0..<3 {
                // The matrix is transposed: row and column change places.
                let entry = Polynomial(uniform: seed + [UInt8(column), UInt8(row)])
                sum = sum + entry.product(with: secret[row])
            }
            ciphertext += (sum.restored + errors[column]).compressed(bits: 10)
        }
        var sum = Polynomial()
        for (entry, secret) in zip(key, secret) { sum = sum + entry.product(with: secret) }
        let body = Polynomial(encoded: message[...], bits: 1).scaled(by: (Polynomial.q + 1) / 2)
        return ciphertext + (sum.restored + lastError + body).compressed(bits: 4)
    }

    static func digest(_ function: SHAKE.Function, _ input: [UInt8], _ count: Int) -> [UInt8] {
        var sponge = SHAKE(function)
        sponge.absorb(input)
        return sponge.squeeze(count)
    }
}

/// A polynomial of 256 coefficients modulo q, or its transform (FIPS 203 section 4.3).
private struct Polynomial {
    static let q = 3_329
    private var coefficients = [Int](repeating: 0, count: 256)

    init() {}

    /// `ByteDecode`.
    init(encoded bytes: ArraySlice<UInt8>, bits: Int) {
        let bytes = Array(bytes)
        for bit in 0..<256 * bits where bytes[bit / 8] >> UInt8(bit % 8) & 1 == 1 {
            coefficients[bit / bits] |= 1 << (bit % bits)
        }
    }

    /// `SamplePolyCBD` with eta 2.
    init(binomial bytes: [UInt8]) {
        func bit(_ place: Int) -> Int { Int(bytes[place / 8] >> UInt8(place % 8) & 1) }
        for index in 0..<256 {
            let difference =
                bit(4 * index) + bit(4 * index + 1) - bit(4 * index + 2) - bit(4 * index + 3)
            coefficients[index] = (difference + Self.q) % Self.q
        }
    }

    /// `SampleNTT`.
    init(uniform seed: [UInt8]) {
        var sponge = SHAKE(.shake128)
        sponge.absorb(seed)
        var found = 0
        while found < 256 {
            let bytes = sponge.squeeze(3).map(Int.init)
            for value in [bytes[0] + 256 * (bytes[1] % 16), bytes[1] / 16 + 16 * bytes[2]]
            where value < Self.q && found < 256 {
                coefficients[found] = value
                found += 1
            }
        }
    }

    static func + (left: Polynomial, right: Polynomial) -> Polynomial {
        var sum = left
        for index in 0..<256 {
            sum.coefficients[index] = (left.coefficients[index] + right.coefficients[index]) % q
        }
        return sum
    }

    func scaled(by factor: Int) -> Polynomial {
        var scaled = self
        scaled.coefficients = coefficients.map { $0 * factor % Self.q }
        return scaled
    }

    /// `ByteEncode` of `Compress`.
    func compressed(bits: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32 * bits)
        for (index, coefficient) in coefficients.enumerated() {
            let rounded = ((coefficient << bits) + Self.q / 2) / Self.q % (1 << bits)
            for bit in 0..<bits where rounded >> bit & 1 == 1 {
                let place = index * bits + bit
                bytes[place / 8] |= 1 << UInt8(place % 8)
            }
        }
        return bytes
    }
}

// MARK: - The number-theoretic transform

extension Polynomial {
    /// `NTT`.
    fileprivate var transformed: Polynomial {
        var result = self
        var turn = 1
        for length in [128, 64, 32, 16, 8, 4, 2] {
            for start in stride(from: 0, to: 256, by: 2 * length) {
                let zeta = Self.power(ofRoot: Self.reversed(turn))
                turn += 1
                for index in start..<start + length {
                    let (low, high) = (
                        result.coefficients[index],
                        zeta * result.coefficients[index + length] % Self.q
                    )
                    result.coefficients[index] = (low + high) % Self.q
                    result.coefficients[index + length] = (low - high + Self.q) % Self.q
                }
            }
        }
        return result
    }

    /// The inverse of `NTT`.
    fileprivate var restored: Polynomial {
        var result = self
        var turn = 127
        for length in [2, 4, 8, 16, 32, 64, 128] {
            for start in stride(from: 0, to: 256, by: 2 * length) {
                let zeta = Self.power(ofRoot: Self.reversed(turn))
                turn -= 1
                for index in start..<start + length {
                    let (low, high) = (
                        result.coefficients[index], result.coefficients[index + length]
                    )
                    result.coefficients[index] = (low + high) % Self.q
                    result.coefficients[index + length] = zeta * (high - low + Self.q) % Self.q
                }
            }
        }
        return result.scaled(by: 3_303)
    }

    /// `MultiplyNTTs`.
    fileprivate func product(with other: Polynomial) -> Polynomial {
        var product = Polynomial()
        for pair in 0..<128 {
            let (a, b) = (coefficients[2 * pair], coefficients[2 * pair + 1])
            let (c, d) = (other.coefficients[2 * pair], other.coefficients[2 * pair + 1])
            let zeta = Self.power(ofRoot: 2 * Self.reversed(pair) + 1)
            product.coefficients[2 * pair] = (a * c + b * d % Self.q * zeta) % Self.q
            product.coefficients[2 * pair + 1] = (a * d + b * c) % Self.q
        }
        return product
    }

    private static func power(ofRoot exponent: Int) -> Int { powers[exponent] }

    private static let powers = (0..<255).reduce(into: [1]) { powers, _ in
        powers.append(powers[powers.count - 1] * 17 % q)
    }

    /// Seven bits in the other order.
    private static func reversed(_ number: Int) -> Int {
        (0..<7).reduce(0) { reversed, bit in reversed | (number >> bit & 1) << (6 - bit) }
    }
}
