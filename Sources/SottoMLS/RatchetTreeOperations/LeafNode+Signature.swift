// Signing a leaf, and checking who signed it.

package import SottoCrypto
import SottoWire

/// What an application decides about its own leaf.
public struct LeafConfiguration: Hashable, Sendable {
    /// The identity to show.
    public var credential: Credential
    /// What this client can do: it must list the types of all its leaf extensions.
    public var capabilities: Capabilities
    /// What the leaf carries beyond these.
    public var extensions: Extensions

    /// The contents of a leaf, but for its keys.
    public init(
        credential: Credential, capabilities: Capabilities, extensions: Extensions = [:]
    ) {
        self.credential = credential
        self.capabilities = capabilities
        self.extensions = extensions
    }
}

/// Where in which group a leaf stands, which the signatures of all leaves cover that were made
/// inside a group.
package struct LeafPlace: Hashable, Sendable {
    /// The group.
    package let group: GroupID
    /// The place in its tree.
    package let index: LeafIndex

    /// A leaf of a group.
    package init(group: GroupID, index: LeafIndex) {
        self.group = group
        self.index = index
    }
}

extension LeafNode {
    /// What this leaf says of its member, to be said again in its next leaf.
    package var configuration: LeafConfiguration {
        LeafConfiguration(
            credential: credential, capabilities: capabilities, extensions: extensions)
    }

    /// A new leaf, signed (RFC 9420 section 7.2).
    ///
    /// - Parameter place: Covered by the signature unless the leaf is for a key package.
    package static func signed(
        encryptionKey: [UInt8], configuration: LeafConfiguration, source: LeafNodeSource,
        place: LeafPlace?, suite: CipherSuite, signer: SignaturePrivateKey
    ) -> LeafNode {
        let fields = LeafNodeFields(
            encryptionKey: encryptionKey, signatureKey: signer.publicKey,
            configuration: configuration, source: source)
        let bytes = fields.wireBytes
        let signature = suite.signWithLabel(
            signer, label: signatureLabel,
            content: toBeSigned(bytes[...], source: source, place: place))
        return LeafNode(fields: fields, signedBytes: bytes, signature: signature)
    }

    /// Checks the member's signature (RFC 9420 section 7.3). Throws `.invalidSignature`.
    package func verifySignature(
        place: LeafPlace?, suite: CipherSuite
    ) throws(CryptoError) {
        try suite.verifyWithLabel(
            signatureKey, label: Self.signatureLabel,
            content: Self.toBeSigned(signedBytes, source: source, place: place),
            signature: signature)
    }

    private static let signatureLabel = "LeafNodeTBS"

    private static func toBeSigned(
        _ bytes: ArraySlice<UInt8>, source: LeafNodeSource, place: LeafPlace?
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.fixed(bytes)
        switch source {
        case .keyPackage: break
        case .update, .commit:
            if let place {
                writer.value(place.group)
                writer.value(place.index)
            }
        }
        return writer.bytes
    }
}
