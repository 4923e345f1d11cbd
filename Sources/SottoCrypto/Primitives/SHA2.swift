// SHA-2, and HMAC and HKDF over it.

import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// How long a digest is, in bytes.
    package static let length = 32

    /// The digest of some bytes.
    package static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
        Crypto.SHA256.digest(of: bytes)
    }

    /// The digest of several runs of bytes, one after the other.
    package static func hash(parts: [ArraySlice<UInt8>]) -> [UInt8] {
        Crypto.SHA256.digest(ofParts: parts)
    }
}

/// SHA-256 of bytes that come in pieces.
package struct SHA256Stream {
    private var state = Crypto.SHA256()

    /// Nothing has come yet.
    package init() {}

    /// The next bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        state.update(bufferPointer: bytes)
    }

    /// The digest of all that came so far.
    package func digest() -> [UInt8] { state.finalize().bytes }
}

extension HashFunction {
    static func digest(of bytes: some Collection<UInt8>) -> [UInt8] {
        var state = Self()
        withContiguousBytes(of: bytes) { bytes in state.update(bufferPointer: bytes) }
        return state.finalize().bytes
    }

    static func digest(ofParts parts: [ArraySlice<UInt8>]) -> [UInt8] {
        var state = Self()
        for part in parts {
            part.withUnsafeBytes { bytes in state.update(bufferPointer: bytes) }
        }
        return state.finalize().bytes
    }
}

extension Digest {
    /// The digest in an array, copied as a whole: as a sequence it is read byte by byte.
    fileprivate var bytes: [UInt8] {
        withUnsafeBytes { digest in [UInt8](digest) }
    }
}

/// HMAC (RFC 2104) with SHA-256.
package enum HMACSHA256 {
    /// The code of `bytes` under `key`, 32 bytes.
    package static func authenticate(key: Secret, _ bytes: some Collection<UInt8>) -> [UInt8] {
        withContiguousBytes(of: bytes) { bytes in HMAC<Crypto.SHA256>.authenticate(key, bytes) }
    }

    /// Whether `code` is the code of `bytes` under `key`, in constant time.
    package static func isValid(
        _ code: some Collection<UInt8>, key: Secret, _ bytes: some Collection<UInt8>
    ) -> Bool {
        constantTimeEquals(code, authenticate(key: key, bytes))
    }
}

/// HKDF (RFC 5869) with SHA-256.
package enum HKDFSHA256 {
    /// The longest output, in bytes.
    package static let expandBytesMax = 255 * SHA256.length

    /// A pseudorandom key of 32 bytes. An empty salt stands for 32 zero bytes.
    package static func extract(salt: Secret, ikm: Secret) -> Secret {
        KDF.hkdfSHA256.extract(salt: salt, ikm: ikm)
    }

    /// `length` bytes of output keying material.
    ///
    /// - Precondition: `length` is at most `expandBytesMax`.
    package static func expand(
        _ prk: Secret, info: some Collection<UInt8>, length: Int
    ) -> Secret {
        withContiguousBytes(of: info) { info in
            HMAC<Crypto.SHA256>.expand(prk, info: info, length: length)
        }
    }
}
