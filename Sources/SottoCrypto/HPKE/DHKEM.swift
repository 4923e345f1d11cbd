// The Diffie-Hellman KEM over any group.

/// How a private key comes out of a pseudorandom key (RFC 9180 section 7.1.3).
enum KeyDerivation {
    /// Any string of the right length is a private key.
    case direct
    /// Strings are tried one after the other, the first byte of each cut to `mask`.
    case candidates(mask: UInt8)
}

/// A group that the KEM can run over.
protocol DiffieHellmanGroup: Sendable {
    associatedtype PrivateKey: DiffieHellmanKey
    static var privateKeyLength: Int { get }
    static var publicKeyLength: Int { get }
    static var derivation: KeyDerivation { get }
    /// Whether this public key leads to a secret that depends on who shares it.
    static func agrees(with publicKey: [UInt8]) -> Bool
}

/// A private key and the public key that belongs to it.
protocol DiffieHellmanKey: Sendable {
    init(_ bytes: Secret) throws(CryptoError)
    var bytes: Secret { get }
    var publicKey: [UInt8] { get }
    func sharedSecret(with publicKey: [UInt8]) throws(CryptoError) -> Secret
}

/// `DHKEM(Group, KDF)` (RFC 9180 section 4.1).
struct DHKEM<Group: DiffieHellmanGroup>: KEMMechanism {
    let number: UInt16
    let kdf: KDF

    var publicKeyLength: Int { Group.publicKeyLength }
    var privateKeyLength: Int { Group.privateKeyLength }
    var encapsulationLength: Int { Group.publicKeyLength }
    var isHybrid: Bool { false }

    func deriveKeyPair(ikm: Secret) throws(CryptoError) -> HPKEKeyPair {
        let key = try privateKey(ikm: ikm)
        return HPKEKeyPair(publicKey: key.publicKey, privateKey: HPKEPrivateKey(key.bytes))
    }

    func publicKey(of privateKey: Secret) throws(CryptoError) -> [UInt8] {
        try Group.PrivateKey(privateKey).publicKey
    }

    func canEncapsulate(to publicKey: [UInt8]) -> Bool { Group.agrees(with: publicKey) }

    func encapsulate(
        to publicKey: [UInt8], using entropy: inout Entropy
    ) throws(CryptoError) -> Encapsulation {
        try encapsulate(to: publicKey, ephemeralIKM: entropy.secret(privateKeyLength))
    }

    func encapsulate(
        to publicKey: [UInt8], ephemeralIKM ikm: Secret
    ) throws(CryptoError) -> Encapsulation {
        let ephemeral = try privateKey(ikm: ikm)
        let agreed = try ephemeral.sharedSecret(with: publicKey)
        let secret = sharedSecret(agreed, sent: ephemeral.publicKey, to: publicKey)
        return Encapsulation(sharedSecret: secret, ciphertext: ephemeral.publicKey)
    }

    func decapsulate(
        _ encapsulation: [UInt8], with privateKey: Secret
    ) throws(CryptoError) -> Secret {
        let key = try Group.PrivateKey(privateKey)
        let agreed = try key.sharedSecret(with: encapsulation)
        return sharedSecret(agreed, sent: encapsulation, to: key.publicKey)
    }

    private func privateKey(ikm: Secret) throws(CryptoError) -> Group.PrivateKey {
        let prk = kdf.labeledExtract(suiteID, salt: .zero(0), label: "dkp_prk", ikm: ikm)
        func expand(_ label: String, _ info: [UInt8]) -> Secret {
            kdf.labeledExpand(suiteID, prk, label: label, info: info, length: privateKeyLength)
        }
        switch Group.derivation {
        case .direct: return try Group.PrivateKey(expand("sk", []))
        case .candidates(let mask):
            for counter in 0..<CryptoLimits.keyCandidatesMax {
                let candidate = expand("candidate", [UInt8(counter)]).masking(first: mask)
                if let key = try? Group.PrivateKey(candidate) { return key }
            }
            throw .invalidKey
        }
    }

    /// `ExtractAndExpand`.
    private func sharedSecret(
        _ agreed: Secret, sent encapsulation: [UInt8], to publicKey: [UInt8]
    ) -> Secret {
        let prk = kdf.labeledExtract(suiteID, salt: .zero(0), label: "eae_prk", ikm: agreed)
        return kdf.labeledExpand(
            suiteID, prk, label: "shared_secret", info: encapsulation + publicKey,
            length: kdf.length)
    }
}
