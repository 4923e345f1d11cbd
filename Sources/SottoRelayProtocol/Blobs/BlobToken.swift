// What admits one blob to a relay, without saying whose it is (section 12).

package import SottoCrypto
package import SottoWire

/// A blob's address: the SHA-256 of its bytes, which are ciphertext.
package typealias BlobID = FixedBytes<BlobIDKind>
/// What a ``BlobID`` is.
package enum BlobIDKind: FixedBytesKind { package static let byteCount = 32 }

/// The name of one upload, drawn at random with its token.
package typealias UploadID = FixedBytes<UploadIDKind>
/// What an ``UploadID`` is.
package enum UploadIDKind: FixedBytesKind { package static let byteCount = 16 }

typealias BlobTag = FixedBytes<BlobTagKind>

enum BlobTagKind: FixedBytesKind {
    static let byteCount = 32
}

/// Whoever shows one may upload one blob [BLOB-1]. It names no mailbox.
package struct BlobToken: Hashable, Sendable, WireCodable, CustomStringConvertible,
    CustomReflectable
{
    /// The upload that it is for.
    package let upload: UploadID
    /// The first day, of those since 1970, on which it is worth nothing.
    package let expires: UInt32
    /// The bytes that the blob may have.
    package let bytesMax: UInt64
    fileprivate let tag: BlobTag

    fileprivate init(upload: UploadID, expires: UInt32, bytesMax: UInt64, tag: BlobTag) {
        self.upload = upload
        self.expires = expires
        self.bytesMax = bytesMax
        self.tag = tag
    }

    /// How many bytes a token has.
    package static let count = 60

    /// Reads sixty bytes.
    package init(from reader: inout WireReader) throws(WireError) {
        upload = try reader.value()
        expires = try reader.uint32()
        bytesMax = try reader.uint64()
        tag = try reader.value()
    }

    /// Writes sixty bytes.
    package func encode(to writer: inout WireWriter) {
        BlobSecret.encode(upload, expires, bytesMax, to: &writer)
        writer.value(tag)
    }

    /// The type and its size, nothing of the bytes.
    package var description: String { "BlobToken(60 bytes)" }
    /// Nothing of the bytes.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// What mints a relay's blob tokens and knows them again: one for all mailboxes, so that a token
/// tells nothing of the one it was minted for.
package struct BlobSecret: Sendable {
    private let secret: Secret

    /// Derives the secret from the relay's master key.
    package init(masterKey: Secret) {
        secret = Labelled.derive(masterKey, "blob secret", context: [], count: 32)
    }

    /// A token for one upload.
    package func mint(
        bytesMax: UInt64, expires: UInt32, using entropy: inout Entropy
    ) -> BlobToken {
        let upload = UploadID.random(using: &entropy)
        var writer = WireWriter()
        Self.encode(upload, expires, bytesMax, to: &writer)
        let tag = Labelled.mac(key: secret, Self.label, writer.bytes)
        return BlobToken(
            upload: upload, expires: expires, bytesMax: bytesMax, tag: BlobTag(made: tag))
    }

    /// Whether this relay minted the token; compared in constant time.
    package func admits(_ token: BlobToken) -> Bool {
        var writer = WireWriter()
        Self.encode(token.upload, token.expires, token.bytesMax, to: &writer)
        return Labelled.isValidMAC(token.tag.bytes, key: secret, Self.label, writer.bytes)
    }

    fileprivate static func encode(
        _ upload: UploadID, _ expires: UInt32, _ bytesMax: UInt64, to writer: inout WireWriter
    ) {
        writer.value(upload)
        writer.uint32(expires)
        writer.uint64(bytesMax)
    }

    private static let label = "blob token"
}

/// Asks for a token that admits one blob of at most so many bytes.
package struct MintBlob: Hashable, Sendable, WireCodable {
    /// How many bytes, 1 to `RelayLimits.blobBytesMax`.
    package let bytes: UInt64

    /// A request for a token; outside its bounds the relay refuses it as `malformed`.
    package init(bytes: UInt64) { self.bytes = bytes }

    /// Reads a number within its bounds.
    package init(from reader: inout WireReader) throws(WireError) {
        bytes = try reader.uint64()
        guard 1...RelayLimits.blobBytesMax ~= bytes else { throw .malformed }
    }

    /// Writes the number.
    package func encode(to writer: inout WireWriter) { writer.uint64(bytes) }
}
