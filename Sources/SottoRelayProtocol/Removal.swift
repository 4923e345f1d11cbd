// Taking a record or a stock away for good (spec/relay.md section 5).

package import SottoCrypto
package import SottoWire

/// Removes what lies at a locator, by who may write there.
package struct Removal: Hashable, Sendable {
    /// What is removed.
    package enum Kind: Hashable, Sendable {
        case record
        case stock
    }

    /// Whether it removes a record or a stock.
    package let kind: Kind
    /// Where it lies.
    package let locator: Locator
    /// Who may write there.
    package let writeKey: WriteKey
    /// The version that is removed, which is the newest [DIR-5].
    package let version: UInt64
    private let signature: [UInt8]

    /// A removal at one relay, signed by the write key.
    package init(
        of kind: Kind, locator: Locator, version: UInt64, signedBy key: SignaturePrivateKey,
        at relayKey: RelayKey
    ) {
        self.kind = kind
        self.locator = locator
        self.version = version
        writeKey = WriteKey(made: key.publicKey)
        signature = Labelled.sign(
            key, Self.label(of: kind), Self.signing(locator, version, at: relayKey))
    }

    /// Checks that the write key named here signed this removal for this relay.
    package func verify(at relayKey: RelayKey) throws(CryptoError) {
        try Labelled.verify(
            publicKey: writeKey.bytes, signature: signature, Self.label(of: kind),
            Self.signing(locator, version, at: relayKey))
    }

    private static func label(of kind: Kind) -> String {
        switch kind {
        case .record: Label.removeRecord
        case .stock: Label.removeStock
        }
    }

    private static func signing(
        _ locator: Locator, _ version: UInt64, at relayKey: RelayKey
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.value(relayKey)
        writer.value(locator)
        writer.uint64(version)
        return writer.bytes
    }

    /// Reads a removal of one kind, which the request's type tells.
    package init(of kind: Kind, from reader: inout WireReader) throws(WireError) {
        self.kind = kind
        locator = try reader.value()
        writeKey = try reader.value()
        version = try reader.uint64()
        signature = try reader.fixed(64)
    }
}

extension Removal: WireEncodable {
    /// Writes a removal.
    package func encode(to writer: inout WireWriter) {
        writer.value(locator)
        writer.value(writeKey)
        writer.uint64(version)
        writer.fixed(signature)
    }
}
