// The hash functions that suites name.

/// A hash function, with the HMAC that goes with it.
package enum HashAlgorithm: Hashable, Sendable {
    /// SHA-256.
    case sha256

    /// The length of a digest and of a code, in bytes.
    package var length: Int {
        switch self {
        case .sha256: SHA256.length
        }
    }

    /// The digest of some bytes.
    package func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
        switch self {
        case .sha256: SHA256.hash(bytes)
        }
    }

    /// The digest of several runs of bytes, one after the other.
    package func hash(parts: [ArraySlice<UInt8>]) -> [UInt8] {
        switch self {
        case .sha256: SHA256.hash(parts: parts)
        }
    }

    /// The HMAC of some bytes.
    package func mac(key: Secret, _ bytes: some Collection<UInt8>) -> [UInt8] {
        switch self {
        case .sha256: HMACSHA256.authenticate(key: key, bytes)
        }
    }
}
