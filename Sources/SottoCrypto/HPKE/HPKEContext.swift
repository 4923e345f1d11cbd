// What both ends of an HPKE exchange hold once the shared secret is there.

/// Keys and the number of the next message (RFC 9180 section 5.2). There is only ever one of it,
/// so that no nonce is used twice.
struct HPKEContext: ~Copyable, Sendable {
    private let hpke: HPKE
    private let suite: [UInt8]
    private let schedule: HPKEScheduleContext
    private let secret: Secret
    private let key: Secret
    private let baseNonce: Secret
    private var sequence: UInt64 = 0

    /// What follows from the `secret` of the key schedule. Exports are rare: their secret is
    /// derived when one is made.
    init(hpke: HPKE, suite: [UInt8], schedule: HPKEScheduleContext, secret: Secret) {
        func expand(_ label: String, _ length: Int) -> Secret {
            hpke.kdf.labeledExpand(
                suite, secret, label: label, info: schedule.bytes, length: length)
        }
        self.hpke = hpke
        self.suite = suite
        self.schedule = schedule
        self.secret = secret
        key = expand("key", hpke.aead.keyLength)
        baseNonce = expand("base_nonce", hpke.aead.nonceLength)
    }

    mutating func seal(
        aad: some Collection<UInt8>, _ plaintext: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        let sealed = try hpke.aead.seal(key: key, nonce: nonce(), aad: aad, plaintext)
        sequence += 1
        return sealed
    }

    mutating func openSecret(
        aad: some Collection<UInt8>, _ ciphertext: some Collection<UInt8>
    ) throws(CryptoError) -> Secret {
        let opened = try hpke.aead.openSecret(key: key, nonce: nonce(), aad: aad, ciphertext)
        sequence += 1
        return opened
    }

    func export(context: [UInt8], length: Int) throws(CryptoError) -> Secret {
        guard 0...hpke.kdf.expandBytesMax ~= length else { throw .invalidLength }
        let exporterSecret = hpke.kdf.labeledExpand(
            suite, secret, label: "exp", info: schedule.bytes, length: hpke.kdf.length)
        return hpke.kdf.labeledExpand(
            suite, exporterSecret, label: "sec", info: context, length: length)
    }

    /// The base nonce with the sequence number over its end.
    private func nonce() throws(CryptoError) -> [UInt8] {
        guard sequence < .max else { throw .exhausted }
        var nonce = baseNonce.withBytes { bytes in Array(bytes) }
        for (offset, index) in nonce.indices.suffix(8).enumerated() {
            nonce[index] ^= UInt8(truncatingIfNeeded: sequence >> (56 - 8 * offset))
        }
        return nonce
    }
}

/// The end that seals. A failed call uses up no nonce.
package struct HPKESender: ~Copyable, Sendable {
    /// `enc`: what the recipient needs before the first message.
    package let kemOutput: [UInt8]
    private var context: HPKEContext

    init(kemOutput: [UInt8], context: consuming HPKEContext) {
        self.kemOutput = kemOutput
        self.context = context
    }

    /// The next message, sealed. Throws `.exhausted` after 2^64 - 1 of them.
    package mutating func seal(
        aad: some Collection<UInt8>, _ plaintext: some Collection<UInt8>
    ) throws(CryptoError) -> [UInt8] {
        try context.seal(aad: aad, plaintext)
    }

    /// A secret that both ends can name (RFC 9180 section 5.3). Throws `.invalidLength`.
    package func export(context: [UInt8], length: Int) throws(CryptoError) -> Secret {
        try self.context.export(context: context, length: length)
    }
}

/// The end that opens. A message that does not open leaves it as it was.
package struct HPKERecipient: ~Copyable, Sendable {
    private var context: HPKEContext

    init(context: consuming HPKEContext) { self.context = context }

    /// The next message, opened. Throws `.invalidCiphertext`.
    package mutating func openSecret(
        aad: some Collection<UInt8>, _ ciphertext: some Collection<UInt8>
    ) throws(CryptoError) -> Secret {
        try context.openSecret(aad: aad, ciphertext)
    }

    /// A secret that both ends can name (RFC 9180 section 5.3). Throws `.invalidLength`.
    package func export(context: [UInt8], length: Int) throws(CryptoError) -> Secret {
        try self.context.export(context: context, length: length)
    }
}
