// Content that lies outside the message: where it is, and what opens it.

import SottoWire

/// A reference to content elsewhere (draft-ietf-mimi-content-08 section 4.5).
package struct ExternalPart: Hashable, Sendable {
    /// How the content was encrypted before it was put there.
    package struct Encryption: Hashable, Sendable {
        /// The IANA AEAD algorithm, 0 for none.
        package let algorithm: UInt16
        /// The key.
        package let key: [UInt8]
        /// The nonce.
        package let nonce: [UInt8]
        /// The associated data.
        package let aad: [UInt8]

        /// An encryption of its parts.
        package init(algorithm: UInt16, key: [UInt8], nonce: [UInt8], aad: [UInt8]) {
            self.algorithm = algorithm
            self.key = key
            self.nonce = nonce
            self.aad = aad
        }
    }

    /// The media type of the content.
    package let contentType: String
    /// Where it lies.
    package let url: String
    /// When it goes, in seconds after 1970; 0 for never.
    package let expires: UInt32
    /// How many bytes it has; 0 if that is not said.
    package let size: UInt64
    /// How it is encrypted.
    package let encryption: Encryption
    /// The IANA named-information hash algorithm of `contentHash`, 0 for none.
    package let hashAlgorithm: UInt8
    /// The hash of what lies at the URL.
    package let contentHash: [UInt8]
    /// A description, or nothing.
    package let description: String
    /// A proposal for a file name, or nothing.
    package let filename: String

    init(_ fields: ArraySlice<CBORValue>) throws(ContentError) {
        let fields = Array(fields)
        guard fields.count == 12,
            case .text(let contentType) = fields[0], case .text(let url) = fields[1],
            case .unsigned(let expires) = fields[2], let expires = UInt32(exactly: expires),
            case .unsigned(let size) = fields[3],
            case .unsigned(let hashAlgorithm) = fields[8],
            let hashAlgorithm = UInt8(exactly: hashAlgorithm),
            case .bytes(let contentHash) = fields[9],
            case .text(let description) = fields[10], case .text(let filename) = fields[11]
        else { throw .notInSchema }
        self.contentType = contentType
        self.url = url
        self.expires = expires
        self.size = size
        encryption = try Self.encryption(fields[4..<8])
        self.hashAlgorithm = hashAlgorithm
        self.contentHash = contentHash
        self.description = description
        self.filename = filename
    }

    private static func encryption(
        _ fields: ArraySlice<CBORValue>
    ) throws(ContentError) -> Encryption {
        let fields = Array(fields)
        guard case .unsigned(let number) = fields[0], let algorithm = UInt16(exactly: number),
            case .bytes(let key) = fields[1], case .bytes(let nonce) = fields[2],
            case .bytes(let aad) = fields[3]
        else { throw .notInSchema }
        return Encryption(algorithm: algorithm, key: key, nonce: nonce, aad: aad)
    }

    var items: [CBORValue] {
        [
            .text(contentType), .text(url), .unsigned(UInt64(expires)), .unsigned(size),
            .unsigned(UInt64(encryption.algorithm)), .bytes(encryption.key),
            .bytes(encryption.nonce), .bytes(encryption.aad),
            .unsigned(UInt64(hashAlgorithm)), .bytes(contentHash), .text(description),
            .text(filename),
        ]
    }
}
