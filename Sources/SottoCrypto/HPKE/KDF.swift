// The key derivation functions that suites name, and HPKE's labels on them.

import Crypto
import SottoWire

/// A two-stage KDF by its number in HPKE (RFC 9180 section 7.2).
package enum KDF: UInt16, Hashable, Sendable {
    /// HKDF-SHA256.
    case hkdfSHA256 = 0x0001
    /// HKDF-SHA384.
    case hkdfSHA384 = 0x0002
    /// HKDF-SHA512.
    case hkdfSHA512 = 0x0003

    /// `Nh`: the length of a pseudorandom key, in bytes.
    package var length: Int {
        switch self {
        case .hkdfSHA256: SHA256.length
        case .hkdfSHA384: SHA384.byteCount
        case .hkdfSHA512: SHA512.byteCount
        }
    }

    /// The longest output of `expand`, in bytes.
    package var expandBytesMax: Int { 255 * length }

    /// A pseudorandom key of `length` bytes.
    package func extract(salt: Secret, ikm: Secret) -> Secret {
        ikm.withBytes { ikm in extract(salt: salt, [], ikm) }
    }

    /// A pseudorandom key of `length` bytes from two runs of bytes, one after the other.
    private func extract(
        salt: Secret, _ prefix: [UInt8], _ ikm: UnsafeRawBufferPointer
    ) -> Secret {
        switch self {
        case .hkdfSHA256: HMAC<Crypto.SHA256>.extract(salt: salt, prefix, ikm)
        case .hkdfSHA384: HMAC<SHA384>.extract(salt: salt, prefix, ikm)
        case .hkdfSHA512: HMAC<SHA512>.extract(salt: salt, prefix, ikm)
        }
    }

    /// `length` bytes of output keying material.
    ///
    /// - Precondition: `length` is at most `expandBytesMax`.
    package func expand(_ prk: Secret, info: some Collection<UInt8>, length: Int) -> Secret {
        withContiguousBytes(of: info) { info in
            switch self {
            case .hkdfSHA256: HMAC<Crypto.SHA256>.expand(prk, info: info, length: length)
            case .hkdfSHA384: HMAC<SHA384>.expand(prk, info: info, length: length)
            case .hkdfSHA512: HMAC<SHA512>.expand(prk, info: info, length: length)
            }
        }
    }
}

extension KDF {
    /// `LabeledExtract` (RFC 9180 section 4).
    func labeledExtract(_ suite: [UInt8], salt: Secret, label: String, ikm: Secret) -> Secret {
        ikm.withBytes { ikm in labeledExtract(suite, salt: salt, label: label, ikm: ikm) }
    }

    /// `LabeledExtract` of what is not secret, or not kept here.
    func labeledExtract(
        _ suite: [UInt8], salt: Secret, label: String, ikm: some Collection<UInt8>
    ) -> Secret {
        withContiguousBytes(of: ikm) { ikm in
            extract(salt: salt, HPKE.version + suite + label.utf8, ikm)
        }
    }

    /// `LabeledExpand` (RFC 9180 section 4).
    func labeledExpand(
        _ suite: [UInt8], _ prk: Secret, label: String, info: [UInt8], length: Int
    ) -> Secret {
        var writer = WireWriter()
        writer.uint16(UInt16(length))
        writer.fixed(HPKE.version)
        writer.fixed(suite)
        writer.fixed(label.utf8)
        writer.fixed(info)
        return expand(prk, info: writer.bytes, length: length)
    }
}
