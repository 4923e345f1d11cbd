// The hash functions that suites name.

import Crypto

/// A hash function, with the HMAC that goes with it.
package enum HashAlgorithm: Hashable, Sendable {
    /// SHA-256.
    case sha256
    /// SHA-384.
    case sha384
    /// SHA-512.
    case sha512

    /// The length of a digest and of a code, in bytes.
    package var length: Int {
        switch self {
        case .sha256: SHA256.length
        case .sha384: SHA384.byteCount
        case .sha512: SHA512.byteCount
        }
    }

    /// The digest of some bytes.
    package func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
        switch self {
        case .sha256: SHA256.hash(bytes)
        case .sha384: SHA384.digest(of: bytes)
        case .sha512: SHA512.digest(of: bytes)
        }
    }

    /// The digest of several runs of bytes, one after the other.
    package func hash(parts: [ArraySlice<UInt8>]) -> [UInt8] {
        switch self {
        case .sha256: SHA256.hash(parts: parts)
        case .sha384: SHA384.digest(ofParts: parts)
        case .sha512: SHA512.digest(ofParts: parts)
        }
    }

    /// The HMAC of some bytes.
    package func mac(key: Secret, _ bytes: some Collection<UInt8>) -> [UInt8] {
        withContiguousBytes(of: bytes) { bytes in
            switch self {
            case .sha256: HMAC<Crypto.SHA256>.authenticate(key, bytes)
            case .sha384: HMAC<SHA384>.authenticate(key, bytes)
            case .sha512: HMAC<SHA512>.authenticate(key, bytes)
            }
        }
    }
}
