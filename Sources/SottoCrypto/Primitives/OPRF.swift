// A function of a key and an input whose holders learn nothing of each other's.

import Crypto
import SottoWire

/// OPRF(ristretto255, SHA-512) in the base mode (RFC 9497 section 3.3.1).
///
/// The client blinds its input, the server evaluates what it is shown under its key, and the client
/// takes the blinding off again. The server sees a random point, the client one output.
package enum OPRF {
    /// The length of blinded and evaluated elements, in bytes.
    package static let elementLength = Ristretto255.pointLength
    /// The length of an output, in bytes.
    package static let outputLength = 64
    /// The longest input, in bytes.
    package static let inputBytesMax = 65_535

    /// The server's key.
    package struct PrivateKey: Sendable {
        private let scalar: Secret

        /// The key of a seed of 32 bytes (`DeriveKeyPair`, section 3.2.1).
        ///
        /// - Throws: `.invalidLength` unless the seed has 32 bytes and `info` fewer than 65,536;
        ///   `.invalidKey` if no candidate is a key, which no seed is known to bring about.
        package init(seed: Secret, info: [UInt8]) throws(CryptoError) {
            guard seed.count == Self.seedLength, info.count <= inputBytesMax else {
                throw .invalidLength
            }
            for counter in 0..<CryptoLimits.keyCandidatesMax {
                let input = Secret.encoding { writer in
                    seed.withBytes { writer.fixed($0) }
                    writer.uint16(UInt16(truncatingIfNeeded: info.count))
                    writer.fixed(info)
                    writer.uint8(UInt8(truncatingIfNeeded: counter))
                }
                let scalar = Ristretto255.scalar(
                    fromUniform: ExpandedMessage.uniform(input, tag: tag("DeriveKeyPair")))
                guard scalar == .zero(Ristretto255.scalarLength) else {
                    self.scalar = scalar
                    return
                }
            }
            throw .invalidKey
        }

        /// What the key makes of a blinded element (`BlindEvaluate`).
        ///
        /// - Throws: `.invalidKey` if it is no element, or the identity.
        package func evaluate(_ blinded: [UInt8]) throws(CryptoError) -> [UInt8] {
            try Ristretto255.multiply(scalar, blinded)
        }

        /// The length of a seed, in bytes.
        package static let seedLength = 32
    }

    /// An input on its way to the server and back.
    package struct Blinding: Sendable {
        /// What the server is shown.
        package let blinded: [UInt8]
        private let input: Secret
        private let blind: Secret

        /// Blinds an input (`Blind`).
        ///
        /// - Throws: `.invalidLength` for an input over 65,535 bytes; `.invalidKey` for one that
        ///   stands for the identity, which none is known to do.
        package init(_ input: Secret, using entropy: inout Entropy) throws(CryptoError) {
            let blind = Ristretto255.scalar(
                fromUniform: entropy.secret(Ristretto255.uniformLength))
            try self.init(input, blind: blind)
        }

        /// The same with a chosen blind, for the published vectors.
        package init(_ input: Secret, blind: Secret) throws(CryptoError) {
            guard input.count <= inputBytesMax, blind.count == Ristretto255.scalarLength else {
                throw .invalidLength
            }
            let uniform = ExpandedMessage.uniform(input, tag: tag("HashToGroup-"))
            blinded = try Ristretto255.multiply(blind, Ristretto255.point(fromUniform: uniform))
            self.input = input
            self.blind = blind
        }

        /// The output, 64 bytes, of what the server answered (`Finalize`).
        ///
        /// - Throws: `.invalidKey` if the answer is no element, or the identity.
        package func output(of evaluated: [UInt8]) throws(CryptoError) -> Secret {
            let inverse = try Ristretto255.inverse(of: blind)
            let element = try Ristretto255.multiply(inverse, evaluated)
            var hash = Crypto.SHA512()
            hash.update(data: Self.length(of: input.count))
            input.withBytes { hash.update(bufferPointer: $0) }
            hash.update(data: Self.length(of: element.count) + element + Array("Finalize".utf8))
            return Secret(digest: hash.finalize())
        }

        private static func length(of count: Int) -> [UInt8] {
            var writer = WireWriter()
            writer.uint16(UInt16(truncatingIfNeeded: count))
            return writer.bytes
        }
    }

    /// A domain separation tag of this suite and mode (section 3.1).
    private static func tag(_ name: String) -> [UInt8] {
        Array(name.utf8) + Array("OPRFV1-".utf8) + [0] + Array("-ristretto255-SHA512".utf8)
    }
}
