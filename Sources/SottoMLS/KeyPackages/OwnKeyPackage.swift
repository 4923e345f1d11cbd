// A key package with the private keys that only its owner has.

public import SottoCrypto
import SottoWire

/// A key package of ours: what is published, and what opens the Welcome that comes of it.
///
/// It is to be deleted once it was used to join, unless it is one of last resort.
public struct OwnKeyPackage: Sendable {
    /// What is published.
    public let keyPackage: KeyPackage
    /// What opens the Welcome.
    public let initKey: HPKEPrivateKey
    /// What opens what is sealed to the leaf.
    public let leafKey: HPKEPrivateKey

    /// Makes a key package with fresh keys.
    ///
    /// The leaf lists the kinds of extensions that the key package has, as who makes one has to
    /// (section 10), besides those that it lists itself.
    ///
    /// - Parameter lifetime: Begins somewhat in the past, since others' clocks differ.
    /// - Throws: `.invalidKey` if the signature key is of another scheme than the suite's.
    public static func make(
        suite: CipherSuite, signer: SignaturePrivateKey, leaf: LeafConfiguration,
        lifetime: Lifetime, extensions: Extensions = [:], using entropy: inout Entropy
    ) throws(CryptoError) -> OwnKeyPackage {
        guard signer.signs(in: suite) else { throw .invalidKey }
        let initKeys = try suite.makeHPKEKeyPair(using: &entropy)
        let leafKeys = try suite.makeHPKEKeyPair(using: &entropy)
        var leaf = leaf
        leaf.capabilities.list(extensions.types)
        let leafNode = LeafNode.signed(
            encryptionKey: leafKeys.publicKey, configuration: leaf,
            source: .keyPackage(lifetime), place: nil, suite: suite, signer: signer)
        return OwnKeyPackage(
            keyPackage: KeyPackage(
                suite: suite, initKey: initKeys.publicKey, leafNode: leafNode,
                extensions: extensions, signer: signer),
            initKey: initKeys.privateKey, leafKey: leafKeys.privateKey)
    }

    /// Whether it says that it may be used more than once, so that it is not to be deleted after
    /// the first time.
    public var isLastResort: Bool { keyPackage.isLastResort }

    /// A key package and the private keys that belong to it, by the caller's word.
    public init(keyPackage: KeyPackage, initKey: HPKEPrivateKey, leafKey: HPKEPrivateKey) {
        self.keyPackage = keyPackage
        self.initKey = initKey
        self.leafKey = leafKey
    }
}

extension OwnKeyPackage {
    /// Reads one as `encoded` wrote it.
    public init(encoded: Secret) throws(RecordError) {
        self = try RecordFormat.read(encoded) { (reader) throws(WireError) in
            OwnKeyPackage(
                keyPackage: try reader.value(),
                initKey: HPKEPrivateKey(try reader.secret()),
                leafKey: HPKEPrivateKey(try reader.secret()))
        }
    }

    /// All of it, to be stored sealed: a version byte, the key package, the private keys.
    public var encoded: Secret {
        RecordFormat.write { writer in
            writer.value(keyPackage)
            writer.secret(initKey.bytes)
            writer.secret(leafKey.bytes)
        }
    }
}
