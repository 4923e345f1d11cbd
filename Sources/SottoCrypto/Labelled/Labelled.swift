// The labelled functions that everything outside MLS is built from (spec/wire.md).

import SottoWire

/// Hash, MAC, signature and derivation that name their purpose, so that no output made for one
/// purpose passes for another.
package enum Labelled {
    /// `H`: SHA-256 over label and content.
    package static func hash(_ label: String, _ content: some Collection<UInt8>) -> [UInt8] {
        SHA256.hash(labelled(label, content))
    }

    /// `MAC`: HMAC-SHA-256 over label and content.
    package static func mac(
        key: Secret, _ label: String, _ content: some Collection<UInt8>
    ) -> [UInt8] {
        HMACSHA256.authenticate(key: key, labelled(label, content))
    }

    /// Whether `tag` is the MAC of label and content; compared in constant time.
    package static func isValidMAC(
        _ tag: [UInt8], key: Secret, _ label: String, _ content: some Collection<UInt8>
    ) -> Bool {
        HMACSHA256.isValid(tag, key: key, labelled(label, content))
    }

    /// `Sign`: an Ed25519 signature over label and content.
    package static func sign(
        _ key: SignaturePrivateKey, _ label: String, _ content: some Collection<UInt8>
    ) -> [UInt8] {
        key.sign(labelled(label, content))
    }

    /// Accepts a signature over label and content by returning. Throws `.invalidSignature`.
    package static func verify(
        publicKey: [UInt8], signature: [UInt8], _ label: String,
        _ content: some Collection<UInt8>
    ) throws(CryptoError) {
        try Ed25519.verify(
            publicKey: publicKey, signature: signature, labelled(label, content))
    }

    /// `KDF`: `count` bytes of HKDF-Expand with SHA-256, for a label and a context.
    package static func derive(
        _ secret: Secret, _ label: String, context: some Collection<UInt8>, count: Int
    ) -> Secret {
        let info = labelled(label, context, after: UInt16(truncatingIfNeeded: count))
        return HKDFSHA256.expand(secret, info: info, length: count)
    }

    /// `Labelled`, or with a length before it `LabelledKDF`.
    private static func labelled(
        _ label: String, _ content: some Collection<UInt8>, after length: UInt16? = nil
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.reserve(48 + content.count)
        if let length { writer.uint16(length) }
        writer.lengthPrefixed { writer in
            writer.fixed("Sotto 1.0 ".utf8)
            writer.fixed(label.utf8)
        }
        writer.opaque(content)
        return writer.bytes
    }
}
