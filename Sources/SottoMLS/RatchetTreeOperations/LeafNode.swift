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
    public var encryptionKey: [UInt8] { Array(content.encoded[content.encryptionKey]) }
    /// The key that the member signs with.
    public var signatureKey: [UInt8] { Array(content.encoded[content.signatureKey]) }
    /// The identity that the member claims.
    public var credential: Credential { content.credential }
    /// What the member's client can do.
    public var capabilities: Capabilities { content.capabilities }
    /// Where the leaf came from.
    public var source: LeafNodeSource { content.source }
    /// What the leaf carries beyond these.
    public var extensions: Extensions { content.extensions }

    /// The leaf on the wire, as received or as it was signed.
    package var encodedBytes: [UInt8] { content.encoded }
    /// The member's signature over the leaf.
    package var signature: [UInt8] { Array(content.encoded[content.signature]) }
    /// The bytes of the leaf that its signature covers.
    package var signedBytes: ArraySlice<UInt8> { content.encoded[..<content.signedCount] }

    init(fields: LeafNodeFields, signedBytes: some Collection<UInt8>, signature: [UInt8]) {
        content = Content(fields, signedBytes, signature)
    }

    /// What all copies of a leaf share, so that a tree holds one reference a leaf.
    ///
    /// Keys and signature lie in the encoded leaf alone: in a large group of a hybrid suite, a
    /// second copy would double what the tree takes.
    private final class Content: Sendable {
        let encoded: [UInt8]
        let signedCount: Int
        let encryptionKey: Range<Int>
        let signatureKey: Range<Int>
        let signature: Range<Int>
        let credential: Credential
        let capabilities: Capabilities
        let source: LeafNodeSource
        let extensions: Extensions

        init(
            _ fields: LeafNodeFields, _ signedBytes: some Collection<UInt8>, _ signature: [UInt8]
        ) {
            var writer = WireWriter()
            writer.reserve(signedBytes.count + signature.count + 2)
            writer.fixed(signedBytes)
            signedCount = writer.count
            writer.opaque(signature)
            encoded = writer.bytes
            self.signature = encoded.count - signature.count..<encoded.count
            // The keys are the first two fields.
            let start = WireWriter.varintSize(fields.encryptionKey.count)
            encryptionKey = start..<start + fields.encryptionKey.count
            let next = encryptionKey.upperBound + WireWriter.varintSize(fields.signatureKey.count)
            signatureKey = next..<next + fields.signatureKey.count
            credential = fields.credential
            capabilities = fields.capabilities
            source = fields.source
            extensions = fields.extensions
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
            fields: fields, signedBytes: signed, signature: try reader.opaque())
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
