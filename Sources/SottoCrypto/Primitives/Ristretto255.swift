// The group that the OPRF works in.

import CSodium
import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// ristretto255 (RFC 9496): points and scalars of 32 bytes, over libsodium.
enum Ristretto255 {
    static let pointLength = 32
    static let scalarLength = 32
    /// How many uniform bytes a point or a scalar is made of.
    static let uniformLength = 64

    /// The point that 64 uniform bytes stand for.
    static func point(fromUniform bytes: Secret) -> [UInt8] {
        Sodium.start()
        return bytes.withBytes { uniform in
            output(pointLength) { crypto_core_ristretto255_from_hash($0, uniform.address) }.bytes
        }
    }

    /// The scalar that 64 uniform bytes stand for.
    static func scalar(fromUniform bytes: Secret) -> Secret {
        Sodium.start()
        return bytes.withBytes { uniform in
            Secret(count: scalarLength) { scalar in
                crypto_core_ristretto255_scalar_reduce(scalar.address, uniform.address)
            }
        }
    }

    /// A scalar times a point.
    ///
    /// - Throws: `.invalidKey` unless the point is one in its one encoding and the product is not
    ///   the identity.
    static func multiply(_ scalar: Secret, _ point: [UInt8]) throws(CryptoError) -> [UInt8] {
        Sodium.start()
        guard point.count == pointLength else { throw .invalidKey }
        let product = scalar.withBytes { scalar in
            point.withUnsafeBytes { point in
                output(pointLength) {
                    crypto_scalarmult_ristretto255($0, scalar.address, point.address)
                }
            }
        }
        guard product.status == 0 else { throw .invalidKey }
        return product.bytes
    }

    /// The scalar whose product with another is one.
    ///
    /// - Throws: `.invalidKey` for zero.
    static func inverse(of scalar: Secret) throws(CryptoError) -> Secret {
        Sodium.start()
        return try scalar.withBytes { (bytes) throws(CryptoError) in
            try Secret(count: scalarLength) { (inverse) throws(CryptoError) in
                guard crypto_core_ristretto255_scalar_invert(inverse.address, bytes.address) == 0
                else { throw .invalidKey }
            }
        }
    }

    private static func output(
        _ count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int32
    ) -> (bytes: [UInt8], status: Int32) {
        var bytes = [UInt8](repeating: 0, count: count)
        let status = bytes.withUnsafeMutableBytes { body($0.address) }
        return (bytes, status)
    }
}

/// `expand_message_xmd` with SHA-512 (RFC 9380 section 5.3.1), for the one length that the group
/// needs: one block of the hash.
enum ExpandedMessage {
    /// 64 uniform bytes made of a message, apart for each `tag`.
    static func uniform(_ message: Secret, tag: [UInt8]) -> Secret {
        let tag = tag + [UInt8(truncatingIfNeeded: tag.count)]
        var first = Crypto.SHA512()
        first.update(data: [UInt8](repeating: 0, count: blockLength))
        message.withBytes { first.update(bufferPointer: $0) }
        // The length of the output as 16 bits, then a zero.
        first.update(data: [0, UInt8(Ristretto255.uniformLength), 0] + tag)
        let seed = Secret(digest: first.finalize())
        var second = Crypto.SHA512()
        seed.withBytes { second.update(bufferPointer: $0) }
        second.update(data: [1] + tag)
        return Secret(digest: second.finalize())
    }

    private static let blockLength = 128
}

extension Secret {
    /// The digest of something secret.
    init(digest: some Digest) {
        self = digest.withUnsafeBytes { Secret(copying: $0) }
    }
}
