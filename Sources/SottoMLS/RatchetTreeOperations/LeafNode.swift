// A client's appearance in a group, signed by that client.

package import SottoWire

/// Where a leaf came from, with what only such leaves have (RFC 9420 section 7.2).
public enum LeafNodeSource: Hashable, Sendable {
    /// A key package, which may be used for a time.
    case keyPackage(Lifetime)
    /// An Update proposal.
    case update
    /// The path of a commit, which binds the keys above the leaf.
    case commit(parentHash: [UInt8])
}

/// What a member's leaf says of it (RFC 9420 section 7.2).
///
/// A leaf is kept as it was received and compared by those bytes. It cannot be changed: a
/// member that wants another signs another.
public struct LeafNode: Sendable {
    private let content: Content

    /// The HPKE key that only this member can open with.
    public var encryptionKey: [UInt8] { content.fields.encryptionKey }
    /// The key that the member signs with.
    public var signatureKey: [UInt8] { content.fields.signatureKey }
    /// The identity that the member claims.
    public var credential: Credential { content.fields.credential }
    /// What the member's client can do.
    public var capabilities: Capabilities { content.fields.capabilities }
    /// Where the leaf came from.
    public var source: LeafNodeSource { content.fields.source }
    /// What the leaf carries beyond these.
    public var extensions: Extensions { content.fields.extensions }

    /// The leaf on the wire, as received or as it was signed.
    package var encodedBytes: [UInt8] { content.encoded }
    /// The member's signature over the leaf.
    package var signature: [UInt8] { content.signature }
    /// The bytes of the leaf that its signature covers.
    package var signedBytes: ArraySlice<UInt8> { content.encoded[..<content.signedCount] }

    init(fields: LeafNodeFields, signedBytes: [UInt8], signature: [UInt8]) {
        var encoded = signedBytes
        encoded.append(contentsOf: WireWriter.opaque(signature))
        content = Content(
            fields: fields, encoded: encoded, signedCount: signedBytes.count,
            signature: signature)
    }

    /// What all copies of a leaf share, so that a tree holds one reference a leaf.
    private final class Content: Sendable {
        let fields: LeafNodeFields
        let encoded: [UInt8]
        let signedCount: Int
        let signature: [UInt8]

        init(
            fields: LeafNodeFields, encoded: [UInt8], signedCount: Int, signature: [UInt8]
        ) {
            self.fields = fields
            self.encoded = encoded
            self.signedCount = signedCount
            self.signature = signature
        }
    }
}

extension LeafNode: Hashable {
    /// Leaves are equal if they are the same bytes.
    public static func == (left: LeafNode, right: LeafNode) -> Bool {
        left.content === right.content || left.content.encoded == right.content.encoded
    }

    /// By the signature, which no two leaves share.
    public func hash(into hasher: inout Hasher) { hasher.combine(signature) }
}

extension LeafNode: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        let (fields, signed) = try reader.capturing {
            (reader: inout WireReader) throws(WireError) -> LeafNodeFields in
            try LeafNodeFields(from: &reader)
        }
        self.init(
            fields: fields, signedBytes: Array(signed), signature: try reader.opaque())
    }

    package func encode(to writer: inout WireWriter) { writer.fixed(content.encoded) }
}

/// What a leaf says and its signature covers, in the order of the wire.
struct LeafNodeFields: Sendable, WireCodable {
    let encryptionKey: [UInt8]
    let signatureKey: [UInt8]
    let credential: Credential
    let capabilities: Capabilities
    let source: LeafNodeSource
    let extensions: Extensions

    init(
        encryptionKey: [UInt8], signatureKey: [UInt8], configuration: LeafConfiguration,
        source: LeafNodeSource
    ) {
        self.encryptionKey = encryptionKey
        self.signatureKey = signatureKey
        self.credential = configuration.credential
        self.capabilities = configuration.capabilities
        self.source = source
        self.extensions = configuration.extensions
    }

    init(from reader: inout WireReader) throws(WireError) {
        encryptionKey = try reader.opaque()
        signatureKey = try reader.opaque()
        credential = try reader.value()
        capabilities = try reader.value()
        switch try reader.uint8() {
        case 1: source = .keyPackage(try reader.value())
        case 2: source = .update
        case 3: source = .commit(parentHash: try reader.opaque())
        case let other: throw .unknownValue(UInt64(other))
        }
        extensions = try reader.value()
    }

    func encode(to writer: inout WireWriter) {
        writer.opaque(encryptionKey)
        writer.opaque(signatureKey)
        writer.value(credential)
        writer.value(capabilities)
        switch source {
        case .keyPackage(let lifetime):
            writer.uint8(1)
            writer.value(lifetime)
        case .update: writer.uint8(2)
        case .commit(let parentHash):
            writer.uint8(3)
            writer.opaque(parentHash)
        }
        writer.value(extensions)
    }
}

extension WireWriter {
    /// `opaque<V>` alone.
    fileprivate static func opaque(_ bytes: [UInt8]) -> [UInt8] {
        var writer = WireWriter()
        writer.opaque(bytes)
        return writer.bytes
    }
}
