// The key exchange by which somebody outside gets into the key schedule (RFC 9420 section 8.3).

import SottoCrypto
import SottoWire

extension CipherSuite {
    /// The key pair of an epoch that external commits are sealed to.
    func externalKeyPair(_ externalSecret: Secret) throws(CryptoError) -> HPKEKeyPair {
        try deriveKeyPair(ikm: externalSecret)
    }

    /// The `init_secret` of an external commit, and the `kem_output` that carries it.
    ///
    /// - Throws: `.invalidKey`.
    func externalInit(
        to publicKey: [UInt8], using entropy: inout Entropy
    ) throws(CryptoError) -> (kemOutput: [UInt8], initSecret: Secret) {
        let sender = try hpke.sender(to: publicKey, info: [], using: &entropy)
        let secret = try sender.export(context: initLabel, length: hashLength)
        return (sender.kemOutput, secret)
    }

    /// The `init_secret` that `kem_output` carries. Throws `.invalidCiphertext`.
    func externalInit(
        of kemOutput: [UInt8], externalSecret: Secret
    ) throws(CryptoError) -> Secret {
        let keys = try externalKeyPair(externalSecret)
        let recipient = try hpke.recipient(of: kemOutput, with: keys.privateKey, info: [])
        return try recipient.export(context: initLabel, length: hashLength)
    }
}

private let initLabel = Array("MLS 1.0 external init secret".utf8)

extension GroupInfo {
    /// What the extension `external_pub` holds: the key that external commits are sealed to
    /// (section 12.4.3.2); `nil` without a well-formed one.
    var externalPublicKey: [UInt8]? {
        guard let data = extensions[.externalPub] else { return nil }
        return try? ExternalPub(wireBytes: data).key
    }
}

/// The extension `external_pub`.
struct ExternalPub: WireCodable {
    let key: [UInt8]

    init(key: [UInt8]) { self.key = key }
    init(from reader: inout WireReader) throws(WireError) { key = try reader.opaque() }
    func encode(to writer: inout WireWriter) { writer.opaque(key) }
}
