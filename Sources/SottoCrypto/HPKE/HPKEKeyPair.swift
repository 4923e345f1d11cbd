// Keys and ciphertexts of HPKE as MLS carries them.

package import SottoWire

/// A private key of the suite's KEM. Its length is checked where it is used.
public struct HPKEPrivateKey: Equatable, Sendable {
    /// The serialised private key; for the hybrid KEM, the seed.
    public let bytes: Secret

    /// A key from what `bytes` said.
    public init(_ bytes: Secret) { self.bytes = bytes }
}

/// A private key and the public key that belongs to it.
public struct HPKEKeyPair: Equatable, Sendable {
    /// What others encrypt to.
    public let publicKey: [UInt8]
    /// What opens it.
    public let privateKey: HPKEPrivateKey

    /// A pair as it was stored. That the two belong together is the caller's word.
    public init(publicKey: [UInt8], privateKey: HPKEPrivateKey) {
        self.publicKey = publicKey
        self.privateKey = privateKey
    }
}

/// One message to the holder of a private key (RFC 9420 section 5.1.3, RFC 9180).
public struct HPKECiphertext: Hashable, Sendable {
    /// `enc`: the encapsulated key.
    public let kemOutput: [UInt8]
    /// The sealed message.
    public let ciphertext: [UInt8]

    /// A ciphertext from its parts.
    public init(kemOutput: [UInt8], ciphertext: [UInt8]) {
        self.kemOutput = kemOutput
        self.ciphertext = ciphertext
    }
}

extension HPKECiphertext: WireCodable {
    /// Reads both parts.
    package init(from reader: inout WireReader) throws(WireError) {
        kemOutput = try reader.opaque()
        ciphertext = try reader.opaque()
    }

    /// Appends both parts.
    package func encode(to writer: inout WireWriter) {
        writer.opaque(kemOutput)
        writer.opaque(ciphertext)
    }
}
