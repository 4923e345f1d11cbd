// How a client lets others add it to groups while it is away (RFC 9420 section 10).

public import SottoCrypto
package import SottoWire

/// A client's published offer to be added to one group.
///
/// It is kept as it was received, and compared by those bytes.
public struct KeyPackage: Sendable {
    /// The suite of the group that it is for.
    public let suite: CipherSuite
    /// The HPKE key that the Welcome is sealed to.
    public let initKey: [UInt8]
    /// The leaf that the client will have.
    public let leafNode: LeafNode
    /// What the client says beyond these.
    public let extensions: Extensions
    /// The key package on the wire, not framed as an MLSMessage.
    public let encoded: [UInt8]
    private let signedCount: Int
    private let signature: [UInt8]

    /// Reads a key package that is all of `bytes`.
    public init(encoded bytes: some Collection<UInt8>) throws(MLSDecodingError) {
        do throws(WireError) { try self.init(wireBytes: bytes) } catch {
            throw MLSDecodingError(error)
        }
    }

    /// What a Welcome names it by (section 5.2).
    public var reference: KeyPackageRef {
        KeyPackageRef(suite.refHash(label: "MLS 1.0 KeyPackage Reference", encoded))
    }

    /// Whether its client lets it be used more than once, when no other is left: it has the
    /// extension `lastResortKeyPackage`, empty.
    public var isLastResort: Bool { extensions[.lastResortKeyPackage] == [] }

    /// A new key package, signed. Nothing is asked of the leaf and the keys.
    package init(
        suite: CipherSuite, initKey: [UInt8], leafNode: LeafNode, extensions: Extensions,
        signer: SignaturePrivateKey
    ) {
        var writer = WireWriter()
        writer.value(ProtocolVersion.mls10)
        writer.uint16(suite.rawValue)
        writer.opaque(initKey)
        writer.value(leafNode)
        writer.value(extensions)
        signedCount = writer.count
        signature = suite.signWithLabel(signer, label: signatureLabel, content: writer.bytes)
        writer.opaque(signature)
        self.suite = suite
        self.initKey = initKey
        self.leafNode = leafNode
        self.extensions = extensions
        encoded = writer.bytes
    }

    /// Checks the client's signature over the key package. Throws `.invalidSignature`.
    package func verifySignature() throws(CryptoError) {
        try suite.verifyWithLabel(
            leafNode.signatureKey, label: signatureLabel, content: encoded[..<signedCount],
            signature: signature)
    }
}

private let signatureLabel = "KeyPackageTBS"

extension KeyPackage: Hashable {
    /// Key packages are equal if they are the same bytes.
    public static func == (left: KeyPackage, right: KeyPackage) -> Bool {
        left.encoded == right.encoded
    }

    /// By the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(encoded) }
}

extension KeyPackage: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        let (fields, signed) = try reader.capturing {
            (reader: inout WireReader) throws(WireError) -> Fields in
            try Fields(from: &reader)
        }
        let signature = try reader.opaque()
        suite = fields.suite
        initKey = fields.initKey
        leafNode = fields.leafNode
        extensions = fields.extensions
        self.signature = signature
        var writer = WireWriter()
        writer.fixed(signed)
        signedCount = writer.count
        writer.opaque(signature)
        encoded = writer.bytes
    }

    package func encode(to writer: inout WireWriter) { writer.fixed(encoded) }
}

private struct Fields {
    let suite: CipherSuite
    let initKey: [UInt8]
    let leafNode: LeafNode
    let extensions: Extensions

    init(from reader: inout WireReader) throws(WireError) {
        _ = try reader.value(ProtocolVersion.self)
        suite = try reader.cipherSuite()
        initKey = try reader.opaque()
        leafNode = try reader.value()
        extensions = try reader.value()
    }
}
