// What the primitives cost that an operation of MLS cannot do without, on inputs of given lengths.

import SottoCrypto

/// The cost of single calls, measured when it is asked for.
struct MLSCosts {
    private let suite: CipherSuite
    private var entropy = Entropy.system()
    private let signer: SignaturePrivateKey
    private let key: Secret
    private let nonce: [UInt8]
    private let secret: Secret

    init(_ suite: CipherSuite) throws {
        self.suite = suite
        signer = try suite.makeSignatureKey(using: &entropy)
        key = entropy.secret(suite.keyLength)
        nonce = entropy.bytes(suite.nonceLength)
        secret = entropy.secret(suite.hashLength)
    }

    /// A signature.
    mutating func sign(bytes: Int) -> Duration {
        let content = entropy.bytes(bytes)
        return briefly { use(suite.signWithLabel(signer, label: label, content: content)) }
    }

    /// The check of a signature.
    mutating func verify(bytes: Int) throws -> Duration {
        let content = entropy.bytes(bytes)
        let signature = suite.signWithLabel(signer, label: label, content: content)
        return try briefly {
            try suite.verifyWithLabel(
                signer.publicKey, label: label, content: content, signature: signature)
        }
    }

    /// AEAD sealing.
    mutating func seal(bytes: Int, aad: Int) throws -> Duration {
        let (content, aad) = (entropy.bytes(bytes), entropy.bytes(aad))
        return try briefly {
            use(try suite.seal(key: key, nonce: nonce, aad: aad, content))
        }
    }

    /// AEAD opening.
    mutating func open(bytes: Int, aad: Int) throws -> Duration {
        let aad = entropy.bytes(aad)
        let sealed = try suite.seal(key: key, nonce: nonce, aad: aad, entropy.bytes(bytes))
        return try briefly {
            use(try suite.open(key: key, nonce: nonce, aad: aad, sealed))
        }
    }

    /// A derivation with a label.
    mutating func derive(context: Int) -> Duration {
        let (context, length) = (entropy.bytes(context), suite.hashLength)
        return briefly {
            use(suite.expandWithLabel(secret, label: "secret", context: context, length: length))
        }
    }

    /// A digest.
    mutating func hash(bytes: Int) -> Duration {
        let content = entropy.bytes(bytes)
        return briefly { use(suite.hash(content)) }
    }

    /// An HPKE key pair from a secret.
    func deriveKeyPair() throws -> Duration {
        try briefly { use(try suite.deriveKeyPair(ikm: secret)) }
    }

    /// HPKE sealing of one path secret or the like, under a short context.
    mutating func hpkeSeal() throws -> Duration {
        let recipient = try suite.makeHPKEKeyPair(using: &entropy).publicKey
        let (content, context) = (entropy.bytes(68), entropy.bytes(32))
        var entropy = entropy
        return try briefly {
            use(
                try suite.encryptWithLabel(
                    publicKey: recipient, label: label, context: context, plaintext: content,
                    using: &entropy))
        }
    }

    /// HPKE opening of the same.
    mutating func hpkeOpen() throws -> Duration {
        let pair = try suite.makeHPKEKeyPair(using: &entropy)
        let context = entropy.bytes(32)
        let sealed = try suite.encryptWithLabel(
            publicKey: pair.publicKey, label: label, context: context,
            plaintext: entropy.bytes(68), using: &entropy)
        return try briefly {
            use(
                try suite.decryptWithLabel(
                    pair.privateKey, label: label, context: context, sealed))
        }
    }
}

/// Costs are measured often, in turns with what they are compared with.
private func briefly(_ call: () throws -> Void) rethrows -> Duration {
    try CPUTime.ofCall(rounds: 3, lasting: .milliseconds(3), call)
}

/// As long as the labels of MLS are.
private let label = "FramedContentTBS"
