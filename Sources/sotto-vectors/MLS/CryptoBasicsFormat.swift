// The labelled functions of MLS: `crypto-basics.json`.

import SottoCrypto

/// One case a cipher suite.
struct CryptoBasicsFormat: VectorFormat {
    let name = "MLS crypto-basics"

    func recognises(_ file: VectorFile) -> Bool {
        file.keys.isSuperset(of: ["cipher_suite", "ref_hash", "expand_with_label"])
    }

    func run(_ vector: JSON) throws -> VectorOutcome {
        guard let suite = try vector.cipherSuite() else { return try vector.skippedSuite() }
        try vector.expectMadeAgain(Self.derived(vector, suite))
        try checkSignature(vector.member("sign_with_label"), suite)
        try checkEncryption(vector.member("encrypt_with_label"), suite)
        return .passed
    }

    private func checkSignature(_ sign: JSON, _ suite: CipherSuite) throws {
        let key = try sign.signatureKey("priv", suite)
        let (label, content) = (try sign.string("label"), try sign.bytes("content"))
        try expect("the signature key", key.publicKey, equals: sign.bytes("pub"))
        try suite.verifyWithLabel(
            key.publicKey, label: label, content: content, signature: sign.bytes("signature"))
        let ours = suite.signWithLabel(key, label: label, content: content)
        try suite.verifyWithLabel(
            key.publicKey, label: label, content: content, signature: ours)
        // The other schemes draw a nonce for each signature.
        if suite.signatureScheme == .ed25519 {
            try expect("SignWithLabel", ours, equals: sign.bytes("signature"))
        }
    }

    private func checkEncryption(_ encrypt: JSON, _ suite: CipherSuite) throws {
        let key = try encrypt.hpkeKey("priv", suite)
        let (label, context) = (try encrypt.string("label"), try encrypt.bytes("context"))
        let publicKey = try encrypt.bytes("pub")
        let plaintext = Secret(copying: try encrypt.bytes("plaintext"))
        let theirs = HPKECiphertext(
            kemOutput: try encrypt.bytes("kem_output"),
            ciphertext: try encrypt.bytes("ciphertext"))
        try expect("the HPKE key", suite.hpke.kem.publicKey(of: key), equals: publicKey)
        var entropy = Entropy.system()
        let ours = try suite.encryptWithLabel(
            publicKey: publicKey, label: label, context: context, plaintext: plaintext,
            using: &entropy)
        for message in [theirs, ours] {
            let opened = try suite.decryptWithLabel(
                key, label: label, context: context, message)
            try expect("DecryptWithLabel", opened, equals: plaintext)
        }
    }
}

extension JSON {
    /// The suite that the case is for; nil when it is not one of ours.
    func cipherSuite() throws -> CipherSuite? {
        guard let number = UInt16(exactly: try number("cipher_suite")) else { return nil }
        return try? CipherSuite(rawValue: number)
    }

    /// The outcome of a case whose suite is not one of ours.
    func skippedSuite() throws -> VectorOutcome {
        let number = try number("cipher_suite")
        let why = [4, 6].contains(number) ? "needs X448 and Ed448" : "is not one of ours"
        return .skipped(reason: "cipher suite \(number) \(why)")
    }
}
