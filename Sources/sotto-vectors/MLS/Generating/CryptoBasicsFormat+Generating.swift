// Cases of the labelled functions.

import SottoCrypto

extension CryptoBasicsFormat: GeneratedFile {
    var fileName: String { "crypto-basics" }

    func cases(_ source: inout VectorSource) throws -> [JSON] {
        let length = source.suite.hashLength
        let inputs: JSON = [
            "cipher_suite": .suite(source.suite),
            "ref_hash": ["label": "RefHash", "value": .hex(source.digest())],
            "expand_with_label": [
                "secret": .hex(source.secret()), "label": "ExpandWithLabel",
                "context": .hex(source.digest()), "length": .number(length),
            ],
            "derive_secret": ["secret": .hex(source.secret()), "label": "DeriveSecret"],
            "derive_tree_secret": [
                "secret": .hex(source.secret()), "label": "DeriveTreeSecret",
                "generation": .number(source.number(below: 1 << 32)), "length": .number(length),
            ],
            "sign_with_label": try signature(&source),
            "encrypt_with_label": try encryption(&source),
        ]
        return [try Self.derived(inputs, source.suite)]
    }

    /// The case with what the hash and the key derivation give.
    static func derived(_ vector: JSON, _ suite: CipherSuite) throws -> JSON {
        let refHash = try vector.member("ref_hash")
        let expand = try vector.member("expand_with_label")
        let derive = try vector.member("derive_secret")
        let tree = try vector.member("derive_tree_secret")
        let hash = suite.refHash(
            label: try refHash.string("label"), try refHash.bytes("value"))
        let expanded = suite.expandWithLabel(
            try expand.secret("secret"), label: try expand.string("label"),
            context: try expand.bytes("context"), length: try expand.number("length"))
        let derived = suite.deriveSecret(
            try derive.secret("secret"), label: try derive.string("label"))
        let treeSecret = suite.deriveTreeSecret(
            try tree.secret("secret"), label: try tree.string("label"),
            generation: UInt32(truncatingIfNeeded: try tree.number("generation")),
            length: try tree.number("length"))
        return vector.adding([
            "ref_hash": refHash.adding(["out": .hex(hash)]),
            "expand_with_label": expand.adding(["out": .hex(expanded)]),
            "derive_secret": derive.adding(["out": .hex(derived)]),
            "derive_tree_secret": tree.adding(["out": .hex(treeSecret)]),
        ])
    }

    private func signature(_ source: inout VectorSource) throws -> JSON {
        let signer = try source.signer()
        let content = source.digest()
        let signature = source.suite.signWithLabel(
            signer, label: "SignWithLabel", content: content)
        return [
            "priv": .hex(signer.seed), "pub": .hex(signer.publicKey), "content": .hex(content),
            "label": "SignWithLabel", "signature": .hex(signature),
        ]
    }

    private func encryption(_ source: inout VectorSource) throws -> JSON {
        let keys = try source.suite.makeHPKEKeyPair(using: &source.entropy)
        let (context, plaintext) = (source.digest(), source.digest())
        let sealed = try source.suite.encryptWithLabel(
            publicKey: keys.publicKey, label: "EncryptWithLabel", context: context,
            plaintext: plaintext, using: &source.entropy)
        return [
            "priv": .hex(keys.privateKey), "pub": .hex(keys.publicKey),
            "label": "EncryptWithLabel", "context": .hex(context),
            "plaintext": .hex(plaintext), "kem_output": .hex(sealed.kemOutput),
            "ciphertext": .hex(sealed.ciphertext),
        ]
    }
}
