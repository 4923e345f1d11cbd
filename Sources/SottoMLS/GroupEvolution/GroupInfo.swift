// What who joins a group is told about it (RFC 9420 section 12.4.3).

package import SottoCrypto
package import SottoWire

/// A group's state in one epoch, signed by a member.
///
/// It is kept as it was received, and compared by those bytes.
public struct GroupInfo: Sendable {
    /// What the members agree on.
    public let context: GroupContext
    /// What helps who joins; unknown ones are left alone.
    public let extensions: Extensions
    /// The confirmation tag of the epoch.
    package let confirmationTag: [UInt8]
    /// The member who says all this.
    public let signer: LeafIndex
    /// The GroupInfo on the wire, not framed as an MLSMessage.
    package let encoded: [UInt8]
    private let signedCount: Int
    private let signature: [UInt8]

    /// Says what a group is, signed.
    package init(
        context: GroupContext, extensions: Extensions, confirmationTag: [UInt8],
        signer: LeafIndex, key: SignaturePrivateKey
    ) {
        var writer = WireWriter()
        writer.value(context)
        writer.value(extensions)
        writer.opaque(confirmationTag)
        writer.value(signer)
        signedCount = writer.count
        signature = context.suite.signWithLabel(key, label: signatureLabel, content: writer.bytes)
        writer.opaque(signature)
        self.context = context
        self.extensions = extensions
        self.confirmationTag = confirmationTag
        self.signer = signer
        encoded = writer.bytes
    }

    /// Checks the signature with the key of the leaf at `signer`. Throws `.invalidSignature`.
    package func verifySignature(by signatureKey: [UInt8]) throws(CryptoError) {
        try context.suite.verifyWithLabel(
            signatureKey, label: signatureLabel, content: encoded[..<signedCount],
            signature: signature)
    }
}

private let signatureLabel = "GroupInfoTBS"

extension GroupInfo: Hashable {
    /// GroupInfos are equal if they are the same bytes.
    public static func == (left: GroupInfo, right: GroupInfo) -> Bool {
        left.encoded == right.encoded
    }

    /// By the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(encoded) }
}

extension GroupInfo: WireCodable {
    package init(from reader: inout WireReader) throws(WireError) {
        let (fields, signed) = try reader.capturing {
            (reader: inout WireReader) throws(WireError) -> Fields in
            try Fields(from: &reader)
        }
        let signature = try reader.opaque()
        context = fields.context
        extensions = fields.extensions
        confirmationTag = fields.confirmationTag
        signer = fields.signer
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
    let context: GroupContext
    let extensions: Extensions
    let confirmationTag: [UInt8]
    let signer: LeafIndex

    init(from reader: inout WireReader) throws(WireError) {
        context = try reader.value()
        extensions = try reader.value()
        confirmationTag = try reader.opaque()
        signer = try reader.value()
    }
}
