// The four labelled functions that everything of ours outside MLS is built from.

import SottoWire

/// Hash, MAC, signature and key derivation that name their purpose, so that what was made for one
/// purpose never passes for another (`spec/wire.md`, Labelled functions; [WIRE-8]).
///
/// A label is written without its prefix: `hash("relay id", key)` hashes "Sotto 1.0 relay id".
package enum Labelled {
    private static let prefix = "Sotto 1.0 "

    /// `H(label, content)`: SHA-256, 32 bytes.
    package static func hash(_ label: String, _ content: some Collection<UInt8>) -> [UInt8] {
        SHA256.hash(input(label, content))
    }

    /// `MAC(key, label, content)`: HMAC-SHA-256, 32 bytes.
    package static func mac(
        key: Secret, _ label: String, _ content: some Collection<UInt8>
    ) -> [UInt8] {
        HMACSHA256.authenticate(key: key, input(label, content))
    }

    /// Whether `tag` is `MAC(key, label, content)`, in time that depends on its length only.
    package static func isValidMAC(
        _ tag: some Collection<UInt8>, key: Secret, _ label: String,
        _ content: some Collection<UInt8>
    ) -> Bool {
        constantTimeEquals(Array(tag), mac(key: key, label, content))
    }

    /// `Sign(key, label, content)`: Ed25519, 64 bytes.
    package static func sign(
        _ key: SignaturePrivateKey, _ label: String, _ content: some Collection<UInt8>
    ) -> [UInt8] {
        key.sign(input(label, content))
    }

    /// Checks what ``sign(_:_:_:)`` made.
    ///
    /// - Throws: `invalidSignature`, and `invalidKey` where `publicKey` is none.
    package static func verify(
        publicKey: [UInt8], signature: [UInt8], _ label: String,
        _ content: some Collection<UInt8>
    ) throws(CryptoError) {
        try Ed25519.verify(
            publicKey: publicKey, signature: signature, input(label, content))
    }

    /// `KDF(secret, label, context, count)`: HKDF-Expand with SHA-256.
    ///
    /// - Parameters:
    ///   - secret: Uniformly random, at least 32 bytes; what is not goes through `HKDFSHA256.extract`.
    ///   - count: Bytes wanted, at most 8,160.
    package static func derive(
        _ secret: Secret, _ label: String, context: some Collection<UInt8>, count: Int
    ) -> Secret {
        var info = WireWriter()
        info.uint16(UInt16(truncatingIfNeeded: count))
        info.opaque((prefix + label).utf8)
        info.opaque(context)
        return HKDFSHA256.expand(secret, info: info.bytes, length: count)
    }

    private static func input(_ label: String, _ content: some Collection<UInt8>) -> [UInt8] {
        var writer = WireWriter()
        writer.opaque((prefix + label).utf8)
        writer.opaque(content)
        return writer.bytes
    }
}
